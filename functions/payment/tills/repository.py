"""SQL for the drawer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Executable, Row, Select, func, insert, select, text, update

from core.http.paging import Cursor, behind
from core.postgres.rows import one, unique
from core.postgres.stored_fields import StoredFields
from payment.attempts import tables as t
from payment.tills.domain import StoredTill, Sum
from payment.tills.errors import TillNotFoundError, TillOpenError
from payment.tills.tables import till_entries, tills
from shared_schemas.common import SignedMoney
from shared_schemas.payment.tills import TillEntry

FIELDS = StoredFields(StoredTill, tills)
ENTRY = StoredFields(TillEntry, till_entries, apart=["amount"])
# The very words of the partial index.
OPEN = text("tills.closed_at IS NULL")


class TillRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, till: StoredTill) -> None:
        self._alone(insert(tills).values(**FIELDS.values(till)))

    def get(self, till_id: UUID, *, lock: bool = False) -> StoredTill:
        query = select(tills).where(tills.c.id == till_id)
        row = one(self._connection, query.with_for_update() if lock else query, TillNotFoundError(till_id=str(till_id)))
        return _till(row)

    def current(self) -> StoredTill | None:
        row = self._connection.execute(select(tills).where(OPEN).with_for_update()).one_or_none()
        return _till(row) if row else None

    def last(self) -> StoredTill | None:
        return next(iter(self.page(None, 1)), None)

    def page(self, after: Cursor | None, limit: int) -> list[StoredTill]:
        c = tills.c
        query = select(tills).order_by(c.opened_at.desc(), c.id).limit(limit)
        query = query.where(behind(after, c.opened_at, c.id)) if after else query
        return [_till(row) for row in self._connection.execute(query)]

    def update(self, till: StoredTill) -> None:
        self._alone(update(tills).where(tills.c.id == till.id).values(**FIELDS.values(till, but=("id",))))

    def enter(self, till_id: UUID, entry: TillEntry) -> None:
        self._connection.execute(
            insert(till_entries).values(till_id=till_id, **ENTRY.values(entry), amount=entry.amount.amount)
        )

    def sums(self, till_ids: Sequence[UUID]) -> Mapping[UUID, list[Sum]]:
        c = till_entries.c
        parts = (c.till_id, c.kind, c.method, c.by)
        query: Select[Any] = select(*parts, func.sum(c.amount).label("amount")).where(c.till_id.in_(till_ids))
        found: dict[UUID, list[Sum]] = {till_id: [] for till_id in till_ids}
        for row in self._connection.execute(query.group_by(*parts)):
            found[row.till_id].append(Sum(row.kind, row.method, row.by, int(row.amount)))
        return found

    def entries(self, till_id: UUID, after: int, limit: int) -> list[tuple[int, TillEntry]]:
        rows = self._connection.execute(self.moves(till_id, after, limit))
        return [(row.id, TillEntry(**ENTRY.read(row), amount=SignedMoney(amount=row.amount))) for row in rows]

    @staticmethod
    def moves(till_id: UUID, after: int, limit: int) -> Select[Any]:
        """The statement behind `entries`."""
        c = till_entries.c
        return select(till_entries).where(c.till_id == till_id, c.id > after).order_by(c.id).limit(limit)

    def asked_for(self, since: datetime, now: datetime) -> list[str]:
        c = t.payments.c
        query = select(c.booking_number).where(
            t.OPEN, c.taken_by.is_not(None), c.created_at >= since, c.expires_at > now
        )
        return list(self._connection.execute(query.order_by(c.created_at).limit(20)).scalars())

    def _alone(self, statement: Executable) -> None:
        """The unique index decides who was first."""
        with unique("tills_one_open", TillOpenError()):
            self._connection.execute(statement)


def _till(row: Row[Any]) -> StoredTill:
    return StoredTill(**FIELDS.read(row))
