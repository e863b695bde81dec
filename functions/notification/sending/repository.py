"""SQL of attempts: claimed by one worker, and how they ended."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Row, Text, Update, Uuid, all_, any_, bindparam, func, select, text, update

from core.job_failures import UnreadableError, not_put_off, reading
from core.observability import logger
from core.postgres.database import DEFERRED
from core.postgres.stored_fields import StoredFields
from notification.messages import tables as t
from notification.messages.domain.deliveries import Delivery
from notification.messages.repository import delivery_of
from notification.sending.domain import LEASE, SPAN, Outcome
from notification.sending.known import Known
from notification.sending.known_repository import KnownRepository
from notification.sending.ports import SEND_PENDING
from notification.tables import delivery as tables
from shared_schemas.channels import Channel

OUTCOME = StoredFields(Outcome, t.notifications, apart=["letter", "put_off", "gone"])

N = t.notifications.c
# The attempt number says whether we still hold the lease.
OURS = (N.id == bindparam("this")) & (N.status == "sending") & (N.attempts == bindparam("attempt"))
LEASED = {"status": "sending", "attempts": N.attempts + 1, "next_attempt_at": bindparam("until")}
CLAIM_ALL = (
    update(t.notifications)
    .where(
        N.id.in_(
            select(N.id)
            .where(
                N.id == any_(bindparam("ids", type_=ARRAY(Uuid))),
                N.next_attempt_at <= bindparam("now"),
                N.channel != all_(bindparam("but", type_=ARRAY(Text))),
            )
            .order_by(N.id)
            .with_for_update(skip_locked=True)
        )
    )
    .values(LEASED)
    .returning(t.notifications)
)
PUT_BACK = (
    update(t.notifications)
    .where(OURS)
    .values(status="pending", attempts=N.attempts - 1, next_attempt_at=bindparam("now"))
)
# Others see the room at once. What a crash of the database loses of it is taken again with the message's next attempt,
# so nobody waits for the disk: the outcome's commit does, and writes this with it.
LOCK = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(:it, 0)), public.for_this_transaction('synchronous_commit', 'off')"
)
OTHER = t.notifications.alias("other")
LIKE_IT = select(func.count()).where(
    OTHER.c.address == bindparam("to"),
    OTHER.c.created_at > bindparam("since"),
    OTHER.c.id != bindparam("this"),
    OTHER.c.status != "skipped",
    OTHER.c.template == any_(bindparam("names", type_=ARRAY(Text))),
)
TAKE_ROOM = (
    update(t.notifications)
    .where(N.id == bindparam("this"), N.status == "sending", LIKE_IT.scalar_subquery() < bindparam("most"))
    .values(address=bindparam("to"))
)


class AttemptRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(self, now: datetime, channel: Channel | None = None) -> Delivery | None:
        columns = t.notifications.c
        due = select(columns.id).where(columns.next_attempt_at <= now)
        if channel:
            due = due.where(columns.channel == channel)
        due = due.where(not_put_off(tables.failures, SEND_PENDING, columns.id, now))
        due = due.order_by(columns.next_attempt_at).limit(1).with_for_update(skip_locked=True)
        statement = (
            update(t.notifications)
            .where(columns.id == due.scalar_subquery())
            .values(status="sending", attempts=columns.attempts + 1, next_attempt_at=now + LEASE)
            .returning(t.notifications)
        )
        row = self._connection.execute(statement).one_or_none()
        if row is None:
            return None
        with reading(row.id):
            return delivery_of(row)

    def claim_all(self, now: datetime, ids: Sequence[UUID], but: Collection[Channel]) -> list[Delivery]:
        values = {"now": now, "until": now + LEASE, "ids": list(ids), "but": list(but)}
        rows = {row.id: row for row in self._connection.execute(CLAIM_ALL, values)}
        found = (_read(rows[each]) for each in ids if each in rows)
        return [delivery for delivery in found if delivery]

    def put_back(self, deliveries: Sequence[Delivery], now: datetime) -> None:
        for each in deliveries:
            self._connection.execute(PUT_BACK, {"this": each.id, "attempt": each.attempts, "now": now})

    def known(self, deliveries: Sequence[Delivery], now: datetime, counted: Collection[UUID]) -> Mapping[UUID, Known]:
        return KnownRepository(self._connection).of(deliveries, now, counted)

    def known_of(self, delivery: Delivery, now: datetime, *, counts: bool) -> Known:
        found = self.known([delivery], now, [delivery.id] if counts else [])
        if delivery.id not in found:
            raise UnreadableError(delivery.id)
        return found[delivery.id]

    def finds_room(self, delivery: Delivery, address: str, now: datetime, most: int) -> bool:
        # Two messages to one address count each other, and so does a third that comes meanwhile: what is counted is
        # looked up after the lock is there, though both are sent together.
        self._connection.execute(LOCK, {"it": address}, execution_options=DEFERRED)
        values = {"this": delivery.id, "to": address, "since": now - SPAN, "most": most, "names": list(delivery.alike)}
        return self._connection.execute(TAKE_ROOM, values).rowcount == 1

    def finish(self, delivery: Delivery, outcome: Outcome, now: datetime) -> bool:
        values = {**OUTCOME.values(outcome), "sent_at": now if outcome.status == "sent" else None}
        values["attempts"] = delivery.attempts - 1 if outcome.put_off else delivery.attempts
        if outcome.letter:
            values["address"] = outcome.letter.address
            values["message"] = outcome.letter.message.model_dump(mode="json")
        told = {f"new_{name}": value for name, value in values.items()}
        statement = _finishing(frozenset(values))
        return (
            self._connection.execute(statement, {"this": delivery.id, "attempt": delivery.attempts, **told}).rowcount
            == 1
        )


@cache
def _finishing(columns: frozenset[str]) -> Update:
    """Sets these columns of a message whose lease is still ours."""
    return update(t.notifications).where(OURS).values({name: bindparam(f"new_{name}") for name in sorted(columns)})


def _read(row: Row[Any]) -> Delivery | None:
    """None, and a line in the log, for what cannot be read: when its lease expires the job puts it off."""
    try:
        return delivery_of(row)
    except Exception:
        logger.exception("A message cannot be read", notification_id=str(row.id))
        return None
