"""SQL of what is known of bookings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.postgresql import insert

from core.postgres.rows import one
from core.postgres.stored_fields import StoredFields
from notification.bookings import tables as t
from notification.bookings.domain import Facts, KnownBooking
from notification.errors import BookingUnknownError

BOOKING = StoredFields(KnownBooking, t.bookings, apart=["facts"])
FIXED = ("booking_id", "correlation_id")


class BookingRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, booking: KnownBooking, now: datetime, *, tells: bool = False) -> KnownBooking:
        facts = booking.facts
        told = {
            "starts_at": facts.start,
            "ends_at": facts.end,
            "hold_ends_at": facts.hold_expires_at,
            "facts": facts.model_dump(mode="json"),
        }
        known_since = None if facts.imported else now
        statement = insert(t.bookings).values(**BOOKING.values(booking), **told, known_since=known_since)
        state = {**BOOKING.values(booking, but=FIXED), **told} | ({"known_since": now} if tells else {})
        newer = t.bookings.c.version < statement.excluded.version
        put = statement.on_conflict_do_update(index_elements=["booking_id"], set_=state, where=newer)
        row = self._connection.execute(put.returning(t.bookings)).one_or_none()
        return booking_of(row) if row else self.get(booking.booking_id)

    def told(self, booking_id: UUID, now: datetime) -> None:
        this = t.bookings.c.booking_id == booking_id
        self._connection.execute(update(t.bookings).where(this).values(known_since=now))

    def get(self, booking_id: UUID) -> KnownBooking:
        query = select(t.bookings).where(t.bookings.c.booking_id == booking_id)
        row = one(self._connection, query, BookingUnknownError(str(booking_id)))
        return booking_of(row)


def booking_of(row: Row[Any]) -> KnownBooking:
    """The booking of a row of its table."""
    return KnownBooking(**BOOKING.read(row), facts=Facts.model_validate(row.facts))
