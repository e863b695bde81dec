"""All SQL of the notification service."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, literal, null, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from core.job_failures import not_put_off, reading
from core.paging import Cursor, behind
from core.unit_of_work import UnitOfWork
from notification import tables as t
from notification.domain import LEASE, Delivery, Facts, KnownBooking, Outcome
from notification.errors import BookingUnknownError, NotificationNotFoundError
from notification.ports import SEND_PENDING, SEND_REMINDERS
from shared_schemas.notification import Notification, NotificationsQuery

OPEN = ("pending", "sending")
RECIPIENT_ERASED = "recipient_erased"


class NotificationUnitOfWork(UnitOfWork):
    """A transaction on the notification schema."""

    bookings: "BookingRepository"
    notifications: "NotificationRepository"

    def _open(self) -> None:
        self.bookings = BookingRepository(self.connection)
        self.notifications = NotificationRepository(self.connection)


class BookingRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, booking: KnownBooking) -> KnownBooking:
        state = {
            "version": booking.version,
            "status": booking.status,
            "customer_id": booking.customer_id,
            "starts_at": booking.facts.start,
            "facts": booking.facts.model_dump(mode="json"),
        }
        statement = insert(t.bookings).values(
            booking_id=booking.booking_id, correlation_id=booking.correlation_id, **state
        )
        newer = t.bookings.c.version < statement.excluded.version
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["booking_id"], set_=state, where=newer)
        )
        return self.get(booking.booking_id)

    def get(self, booking_id: UUID) -> KnownBooking:
        row = self._connection.execute(select(t.bookings).where(t.bookings.c.booking_id == booking_id)).one_or_none()
        if row is None:
            raise BookingUnknownError(str(booking_id))
        return _booking(row)

    def unreminded(self, now: datetime, until: datetime, limit: int) -> list[UUID]:
        columns = t.bookings.c
        due = (
            select(columns.booking_id)
            .where(
                columns.status == "confirmed",
                columns.starts_at > now,
                columns.starts_at <= until,
                columns.reminded_start.is_distinct_from(columns.starts_at),
                not_put_off(t.delivery.failures, SEND_REMINDERS, columns.booking_id, now),
            )
            .order_by(columns.starts_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return list(self._connection.execute(due).scalars())

    def remind(self, booking_ids: Sequence[UUID]) -> list[KnownBooking]:
        columns = t.bookings.c
        marked = update(t.bookings).where(columns.booking_id.in_(booking_ids)).values(reminded_start=columns.starts_at)
        return [_booking(row) for row in self._connection.execute(marked.returning(t.bookings))]

    def skip_reminder(self, booking: KnownBooking) -> None:
        this = t.bookings.c.booking_id == booking.booking_id
        self._connection.execute(update(t.bookings).where(this).values(reminded_start=booking.facts.start))


class NotificationRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, delivery: Delivery, now: datetime) -> bool:
        statement = (
            insert(t.notifications)
            .values(
                id=delivery.id,
                cause=delivery.cause,
                template=delivery.template,
                channel=delivery.channel,
                status="pending",
                recipient_id=delivery.recipient_id,
                booking_id=delivery.booking_id,
                facts=delivery.facts.model_dump(mode="json"),
                next_attempt_at=now,
                correlation_id=delivery.correlation_id,
                causation_id=delivery.causation_id,
                created_at=now,
            )
            .on_conflict_do_nothing(constraint="notifications_once_key")
            .returning(t.notifications.c.id)
        )
        return self._connection.execute(statement).one_or_none() is not None

    def claim(self, now: datetime, notification_id: UUID | None = None) -> Delivery | None:
        columns = t.notifications.c
        due = select(columns.id).where(columns.next_attempt_at <= now)
        if notification_id:
            due = due.where(columns.id == notification_id)
        else:
            due = due.where(not_put_off(t.delivery.failures, SEND_PENDING, columns.id, now))
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
            return _delivery(row)

    def finish(self, delivery: Delivery, outcome: Outcome, now: datetime) -> bool:
        values: dict[str, Any] = {
            "status": outcome.status,
            "reason": outcome.reason,
            "next_attempt_at": outcome.next_attempt_at,
            "provider_reference": outcome.provider_reference,
            "sent_at": now if outcome.status == "sent" else None,
        }
        if outcome.letter:
            values["address"] = outcome.letter.address
            values["message"] = outcome.letter.message.model_dump(mode="json")
        columns = t.notifications.c
        # The number of the attempt tells whether it still is ours to finish.
        ours = (columns.id == delivery.id) & (columns.status == "sending") & (columns.attempts == delivery.attempts)
        return self._connection.execute(update(t.notifications).where(ours).values(**values)).rowcount == 1

    def forget(self, recipient_id: UUID) -> None:
        columns = t.notifications.c
        theirs = columns.recipient_id == recipient_id
        # A reason of a cancellation is free text, and may tell of the person.
        facts = columns.facts.op("||")(literal({"reason": None}, JSONB))
        erasure = update(t.notifications).where(theirs)
        self._connection.execute(erasure.values(address=None, message=null(), facts=facts))
        # An attempt in progress finds that it is not its own any more, and records no address.
        waiting = {"status": "skipped", "reason": RECIPIENT_ERASED, "next_attempt_at": None}
        self._connection.execute(erasure.where(columns.status.in_(OPEN)).values(**waiting))

    def get(self, notification_id: UUID) -> Notification:
        return _notification(self._row(notification_id))

    def delivery(self, notification_id: UUID) -> Delivery:
        return _delivery(self._row(notification_id))

    def page(self, query: NotificationsQuery, after: Cursor | None, limit: int) -> list[Notification]:
        columns = t.notifications.c
        equal = query.model_dump(include={"booking_id", "recipient_id", "status"}, exclude_none=True)
        statement = select(t.notifications).where(*(columns[name] == value for name, value in equal.items()))
        if after:
            statement = statement.where(behind(after, columns.created_at, columns.id))
        rows = self._connection.execute(statement.order_by(*t.NEWEST_FIRST).limit(limit))
        return [_notification(row) for row in rows]

    def _row(self, notification_id: UUID) -> Row[Any]:
        query = select(t.notifications).where(t.notifications.c.id == notification_id)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise NotificationNotFoundError(notification_id=str(notification_id))
        return row


def _booking(row: Row[Any]) -> KnownBooking:
    facts = Facts.model_validate(row.facts)
    return KnownBooking(row.booking_id, row.version, row.status, row.customer_id, facts, row.correlation_id)


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        cause=row.cause,
        template=row.template,
        channel=row.channel,
        recipient_id=row.recipient_id,
        booking_id=row.booking_id,
        facts=Facts.model_validate(row.facts),
        correlation_id=row.correlation_id,
        causation_id=row.causation_id,
        attempts=row.attempts,
    )


def _notification(row: Row[Any]) -> Notification:
    return Notification.model_validate({name: getattr(row, name) for name in Notification.model_fields})
