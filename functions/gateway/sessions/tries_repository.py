"""All SQL of the tries of passwords, and of the addresses from which an owner signed in."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select, text, update
from sqlalchemy.dialects.postgresql import insert

from core.postgres.stored_fields import StoredFields
from gateway.sessions.tries import Tries
from gateway.tables import known_addresses, tries

FIELDS = StoredFields(Tries, tries)
# Arrays instead of a row of parameters each: a try costs as much as what is built around its statements.
ADDED = text("""
INSERT INTO gateway.tries (key, failures, failed_at, free_at)
SELECT key, 0, :now, :now FROM unnest(CAST(:keys AS text[])) AS key
    ON CONFLICT DO NOTHING
""")
PUT = text("""
INSERT INTO gateway.tries (key, failures, failed_at, free_at)
SELECT * FROM unnest(CAST(:keys AS text[]), CAST(:failures AS integer[]), CAST(:failed_at AS timestamptz[]),
                     CAST(:free_at AS timestamptz[]))
    ON CONFLICT (key) DO UPDATE
   SET failures = excluded.failures, failed_at = excluded.failed_at, free_at = excluded.free_at
""")


class TriesRepository:
    """Counts are locked in the order of their keys, so that two tries wait for each other and do not deadlock."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def locked(self, keys: Collection[str], now: datetime) -> list[Tries]:
        self._connection.execute(ADDED, {"keys": sorted(keys), "now": now})
        found = select(tries).where(tries.c.key.in_(keys)).order_by(tries.c.key).with_for_update()
        return [Tries(**FIELDS.read(row)) for row in self._connection.execute(found)]

    def put(self, counts: Sequence[Tries]) -> None:
        columns = zip(*((each.key, each.failures, each.failed_at, each.free_at) for each in counts), strict=True)
        names = ("keys", "failures", "failed_at", "free_at")
        self._connection.execute(PUT, dict(zip(names, map(list, columns), strict=True)))

    def forget(self, key: str) -> None:
        # The row stays: who waits for its lock must find it, or would take the next locks in another order.
        none = update(tries).where(tries.c.key == key).values(failures=0, free_at=tries.c.failed_at)
        self._connection.execute(none)

    def is_known(self, user_id: UUID, address: str) -> bool:
        """Whether the user signed in from there before."""
        here = (known_addresses.c.user_id == user_id) & (known_addresses.c.address == address)
        return self._connection.execute(select(known_addresses.c.user_id).where(here)).one_or_none() is not None

    def remember(self, user_id: UUID, address: str, now: datetime) -> None:
        new = insert(known_addresses).values(user_id=user_id, address=address, seen_at=now)
        self._connection.execute(
            new.on_conflict_do_update(
                index_elements=[known_addresses.c.user_id, known_addresses.c.address], set_={"seen_at": now}
            )
        )
