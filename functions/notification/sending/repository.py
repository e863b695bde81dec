"""SQL of attempts: claimed by one worker, and how they ended."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, select, text, update

from core.job_failures import not_put_off, reading
from core.postgres.stored_fields import StoredFields
from notification.messages import tables as t
from notification.messages.domain.deliveries import Delivery
from notification.messages.repository import delivery_of
from notification.sending.domain import LEASE, SPAN, Outcome
from notification.sending.ports import SEND_PENDING
from notification.tables import delivery as tables
from shared_schemas.channels import Channel

OUTCOME = StoredFields(Outcome, t.notifications, apart=["letter", "put_off"])


class AttemptRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(
        self, now: datetime, notification_id: UUID | None = None, channel: Channel | None = None
    ) -> Delivery | None:
        columns = t.notifications.c
        due = select(columns.id).where(columns.next_attempt_at <= now)
        if channel:
            due = due.where(columns.channel == channel)
        if notification_id:
            due = due.where(columns.id == notification_id)
        else:
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

    def finds_room(self, delivery: Delivery, address: str, now: datetime, most: int) -> bool:
        # Two messages to one address count each other, and so does a third that comes meanwhile.
        self._connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:it, 0))"), {"it": address})
        columns = t.notifications.c
        others = select(func.count()).where(
            columns.address == address,
            columns.created_at > now - SPAN,
            columns.id != delivery.id,
            columns.status != "skipped",
            columns.template.in_(delivery.alike),
        )
        if self._connection.execute(others).scalar_one() >= most:
            return False
        mine = (columns.id == delivery.id) & (columns.status == "sending")
        self._connection.execute(update(t.notifications).where(mine).values(address=address))
        return True

    def told(self, delivery: Delivery, now: datetime) -> int:
        columns = t.notifications.c
        others = select(func.count()).where(
            columns.recipient_id == delivery.recipient_id,
            columns.created_at > now - SPAN,
            columns.id != delivery.id,
            columns.status.in_(("sent", "sending")),
            columns.booking_id.is_not(None),
        )
        return int(self._connection.execute(others).scalar_one())

    def finish(self, delivery: Delivery, outcome: Outcome, now: datetime) -> bool:
        values = {**OUTCOME.values(outcome), "sent_at": now if outcome.status == "sent" else None}
        if outcome.put_off:
            values["attempts"] = delivery.attempts - 1
        if outcome.letter:
            values["address"] = outcome.letter.address
            values["message"] = outcome.letter.message.model_dump(mode="json")
        columns = t.notifications.c
        # The attempt number says whether we still hold the lease.
        ours = (columns.id == delivery.id) & (columns.status == "sending") & (columns.attempts == delivery.attempts)
        return self._connection.execute(update(t.notifications).where(ours).values(**values)).rowcount == 1
