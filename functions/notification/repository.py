"""SQL for the notification service."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Text, func, literal, literal_column, null, select, text, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from core.http.paging import Cursor, behind
from core.job_failures import not_put_off, reading
from core.postgres.disclosure import Disclosures
from core.postgres.rows import one
from core.postgres.stored_fields import StoredFields
from core.unit_of_work import UnitOfWork
from notification import tables as t
from notification.domain import LEASE, SPAN, Delivery, Facts, KnownBooking, Outcome
from notification.errors import BookingUnknownError, NotificationNotFoundError
from notification.ports import SEND_PENDING, SEND_REMINDERS
from notification.privacy.disclosures_repository import SOURCES
from shared_schemas.notification import Notification, NotificationsQuery

BOOKING = StoredFields(KnownBooking, t.bookings, apart=["facts"])
DELIVERY = StoredFields(Delivery, t.notifications, apart=["facts"])
OUTCOME = StoredFields(Outcome, t.notifications, apart=["letter"])
NOTIFICATION = StoredFields(Notification, t.notifications)
FIXED = ("booking_id", "correlation_id")
OPEN = ("pending", "sending")
# As the index says it.
booking_number: ColumnElement[str] = literal_column("bookings.facts->>'number'", Text)
RECIPIENT_ERASED = "recipient_erased"


class NotificationUnitOfWork(UnitOfWork):
    """A transaction on the notification schema."""

    bookings: "BookingRepository"
    notifications: "NotificationRepository"
    disclosures: Disclosures

    def _open(self) -> None:
        self.bookings = BookingRepository(self.connection)
        self.notifications = NotificationRepository(self.connection)
        self.disclosures = Disclosures(self.connection, SOURCES)


class BookingRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, booking: KnownBooking) -> KnownBooking:
        told = {"starts_at": booking.facts.start, "facts": booking.facts.model_dump(mode="json")}
        statement = insert(t.bookings).values(**BOOKING.values(booking), **told)
        state = {**BOOKING.values(booking, but=FIXED), **told}
        newer = t.bookings.c.version < statement.excluded.version
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["booking_id"], set_=state, where=newer)
        )
        return self.get(booking.booking_id)

    def get(self, booking_id: UUID) -> KnownBooking:
        query = select(t.bookings).where(t.bookings.c.booking_id == booking_id)
        row = one(self._connection, query, BookingUnknownError(str(booking_id)))
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
                **DELIVERY.values(delivery),
                facts=delivery.facts.model_dump(mode="json") if delivery.facts else {},
                status="pending",
                next_attempt_at=now,
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

    def finish(self, delivery: Delivery, outcome: Outcome, now: datetime) -> bool:
        values = {**OUTCOME.values(outcome), "sent_at": now if outcome.status == "sent" else None}
        if outcome.letter:
            values["address"] = outcome.letter.address
            values["message"] = outcome.letter.message.model_dump(mode="json")
        columns = t.notifications.c
        # The attempt number says whether we still hold the lease.
        ours = (columns.id == delivery.id) & (columns.status == "sending") & (columns.attempts == delivery.attempts)
        return self._connection.execute(update(t.notifications).where(ours).values(**values)).rowcount == 1

    def forget(self, recipient_id: UUID) -> None:
        columns = t.notifications.c
        theirs = columns.recipient_id == recipient_id
        # The reason of a cancellation is free text and may contain personal data.
        facts = columns.facts.op("||")(literal({"reason": None}, JSONB))
        erasure = update(t.notifications).where(theirs)
        self._connection.execute(erasure.values(address=None, message=null(), facts=facts))
        # An attempt in progress finds that its lease is gone, and records no address.
        waiting = {"status": "skipped", "reason": RECIPIENT_ERASED, "next_attempt_at": None}
        self._connection.execute(erasure.where(columns.status.in_(OPEN)).values(**waiting))

    def hand_over(self, guest_ids: Sequence[UUID], account_id: UUID) -> None:
        columns, bookings = t.notifications.c, t.bookings.c
        theirs = columns.recipient_id.in_(guest_ids)
        # Whoever has a booking here was told of it.
        about = bookings.booking_id.in_(select(columns.booking_id).where(theirs))
        own = about & bookings.customer_id.in_(guest_ids)
        self._connection.execute(update(t.bookings).where(own).values(customer_id=account_id))
        self._connection.execute(update(t.notifications).where(theirs).values(recipient_id=account_id))

    def get(self, notification_id: UUID) -> Notification:
        return _notification(self._row(notification_id))

    def delivery(self, notification_id: UUID) -> Delivery:
        return _delivery(self._row(notification_id))

    def page(self, query: NotificationsQuery, after: Cursor | None, limit: int) -> list[Notification]:
        columns = t.notifications.c
        equal = query.model_dump(include={"booking_id", "recipient_id", "status"}, exclude_none=True)
        statement = select(t.notifications).where(*(columns[name] == value for name, value in equal.items()))
        if query.number:
            numbered = select(t.bookings.c.booking_id).where(booking_number == query.number)
            statement = statement.where(columns.booking_id == numbered.scalar_subquery())
        if after:
            statement = statement.where(behind(after, columns.created_at, columns.id))
        rows = self._connection.execute(statement.order_by(*t.NEWEST_FIRST).limit(limit))
        return [_notification(row) for row in rows]

    def _row(self, notification_id: UUID) -> Row[Any]:
        query = select(t.notifications).where(t.notifications.c.id == notification_id)
        return one(self._connection, query, NotificationNotFoundError(notification_id=str(notification_id)))


def _booking(row: Row[Any]) -> KnownBooking:
    return KnownBooking(**BOOKING.read(row), facts=Facts.model_validate(row.facts))


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(**DELIVERY.read(row), facts=Facts.model_validate(row.facts) if row.booking_id else None)


def _notification(row: Row[Any]) -> Notification:
    return Notification.model_validate(NOTIFICATION.read(row))
