"""SQL of reminders: which visits are near, and of which start each was reminded."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select, update

from core.job_failures import not_put_off
from notification.bookings.domain import KnownBooking
from notification.bookings.repository import booking_of
from notification.bookings.tables import bookings
from notification.reminders.ports import SEND_REMINDERS
from notification.tables import delivery


class ReminderRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def unreminded(self, now: datetime, until: datetime, limit: int) -> list[UUID]:
        columns = bookings.c
        due = (
            select(columns.booking_id)
            .where(
                columns.status == "confirmed",
                columns.starts_at > now,
                columns.starts_at <= until,
                columns.reminded_start.is_distinct_from(columns.starts_at),
                not_put_off(delivery.failures, SEND_REMINDERS, columns.booking_id, now),
            )
            .order_by(columns.starts_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return list(self._connection.execute(due).scalars())

    def remind(self, booking_ids: Sequence[UUID]) -> list[KnownBooking]:
        columns = bookings.c
        marked = update(bookings).where(columns.booking_id.in_(booking_ids)).values(reminded_start=columns.starts_at)
        return [booking_of(row) for row in self._connection.execute(marked.returning(bookings))]

    def skip(self, booking: KnownBooking) -> None:
        this = bookings.c.booking_id == booking.booking_id
        self._connection.execute(update(bookings).where(this).values(reminded_start=booking.facts.start))
