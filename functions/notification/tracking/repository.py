"""SQL that follows messages which providers took."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select, update

from core.job_failures import not_put_off
from notification.messages.tables import notifications
from notification.tables import delivery as tables
from notification.tracking.domain import LEASE, Finding, Followed
from notification.tracking.ports import ASK_DELIVERY

FIELDS = [notifications.c[name] for name in Followed.__dataclass_fields__]


class FollowingRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(self, now: datetime, message_id: UUID | None, without: Collection[str]) -> Followed | None:
        columns = notifications.c
        due = select(columns.id).where(columns.ask_at.is_not(None), columns.address.is_not(None))
        if message_id:
            due = due.where(columns.id == message_id)
        else:
            due = due.where(columns.ask_at <= now, columns.provider.not_in(without))
            due = due.where(not_put_off(tables.failures, ASK_DELIVERY, columns.id, now))
        due = due.order_by(columns.ask_at).limit(1).with_for_update(skip_locked=True)
        claimed = update(notifications).where(columns.id == due.scalar_subquery()).values(ask_at=now + LEASE)
        row = self._connection.execute(claimed.returning(*FIELDS)).one_or_none()
        return Followed(*row) if row else None

    def by_reference(self, provider: str, references: Collection[str]) -> list[UUID]:
        columns = notifications.c
        theirs = columns.provider_reference.in_(references) & (columns.provider == provider)
        return list(self._connection.execute(select(columns.id).where(theirs, columns.ask_at.is_not(None))).scalars())

    def record(self, message: Followed, finding: Finding, now: datetime) -> None:
        columns = notifications.c
        told = {"delivery": finding.delivery, "delivery_reason": finding.delivery_reason, "ask_at": finding.ask_at}
        told["delivered_at"] = now if finding.delivery == "delivered" else None
        self._connection.execute(update(notifications).where(columns.id == message.id).values(**told))
