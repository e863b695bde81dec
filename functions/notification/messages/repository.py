"""SQL of messages: queued, forgotten, handed over."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, case, literal, null, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from core.postgres.stored_fields import StoredFields
from notification.bookings import tables as b
from notification.bookings.domain import Facts
from notification.messages import tables as t
from notification.messages.domain.deliveries import Delivery
from shared_schemas.events.envelope import REGISTRY

DELIVERY = StoredFields(Delivery, t.notifications, apart=["facts", "news", "created_at"])
OPEN = ("pending", "sending")
RECIPIENT_ERASED = "recipient_erased"
NEWS = "news"
"""Under which its event stands in the facts of a message about no visit."""
ADD = (
    insert(t.notifications).on_conflict_do_nothing(constraint="notifications_once_key").returning(t.notifications.c.id)
)


class NotificationRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, deliveries: Sequence[Delivery], now: datetime) -> list[UUID]:
        if not deliveries:
            return []
        waiting = {"status": "pending", "next_attempt_at": now, "created_at": now}
        rows = [{**DELIVERY.values(each), "facts": _stored(each), **waiting} for each in deliveries]
        new = set(self._connection.execute(ADD, rows).scalars())
        return [each.id for each in deliveries if each.id in new]

    def forget(self, recipient_id: UUID) -> None:
        columns = t.notifications.c
        theirs = columns.recipient_id == recipient_id
        # The reason of a cancellation is free text and may contain personal data.
        facts = columns.facts.op("||")(literal({"reason": None}, JSONB))
        erasure = update(t.notifications).where(theirs)
        # What becomes of their mail later names their address: it must not find out whose it was.
        reference = case((columns.channel != "email", columns.provider_reference))
        self._connection.execute(
            erasure.values(address=None, message=null(), facts=facts, provider_reference=reference)
        )
        # An attempt in progress finds that its lease is gone, and records no address.
        waiting = {"status": "skipped", "reason": RECIPIENT_ERASED, "next_attempt_at": None}
        self._connection.execute(erasure.where(columns.status.in_(OPEN)).values(**waiting))

    def hand_over(self, guest_ids: Sequence[UUID], account_id: UUID) -> None:
        columns, bookings = t.notifications.c, b.bookings.c
        theirs = columns.recipient_id.in_(guest_ids)
        # Whoever has a booking here was told of it.
        about = bookings.booking_id.in_(select(columns.booking_id).where(theirs))
        own = about & bookings.customer_id.in_(guest_ids)
        self._connection.execute(update(b.bookings).where(own).values(customer_id=account_id))
        self._connection.execute(update(t.notifications).where(theirs).values(recipient_id=account_id))


def delivery_of(row: Row[Any]) -> Delivery:
    """The message of a row of its table."""
    facts = Facts.model_validate(row.facts) if row.booking_id else None
    told = row.facts.get(NEWS)
    news = REGISTRY[told["type"], told["version"]].model_validate(told["data"]) if told else None
    return Delivery(**DELIVERY.read(row), facts=facts, news=news, created_at=row.created_at)


def _stored(delivery: Delivery) -> dict[str, Any]:
    if delivery.facts:
        return delivery.facts.model_dump(mode="json")
    news = delivery.news
    return {NEWS: {"type": news.type, "version": news.version, "data": news.model_dump(mode="json")}} if news else {}
