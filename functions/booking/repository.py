"""SQL of bookings, their claims on the calendar, and their history; and the transaction around it all."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, delete, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.dialects.postgresql import insert as upsert

from booking import tables as t
from booking.domain_ranges import TimeRange
from booking.errors import (
    BookingNotFoundError,
    ConcurrentUpdateError,
    SlotTakenError,
)
from booking.repository_catalogue import HallRepository, QuoteRepository, TariffRepository
from core.paging import Cursor
from core.unit_of_work import UnitOfWork
from shared_schemas.booking import Booking, QuoteLine
from shared_schemas.common import Money
from shared_schemas.events import BookingStatus


class BookingUnitOfWork(UnitOfWork):
    """A transaction on the booking schema."""

    halls: HallRepository
    tariffs: TariffRepository
    quotes: QuoteRepository
    bookings: "BookingRepository"

    def _open(self) -> None:
        self.halls = HallRepository(self.connection)
        self.tariffs = TariffRepository(self.connection)
        self.quotes = QuoteRepository(self.connection)
        self.bookings = BookingRepository(self.connection)


class BookingRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, booking: Booking) -> None:
        self._connection.execute(
            insert(t.bookings).values(
                id=booking.id,
                number=booking.number,
                customer_id=booking.customer_id,
                hall_id=booking.hall_id,
                during=Range(booking.start, booking.end),
                people=booking.people,
                comment=booking.comment,
                price=[line.model_dump(mode="json") for line in booking.lines],
                total=booking.total.amount,
                prepayment=booking.prepayment.amount,
                created_at=booking.created_at,
                correlation_id=booking.correlation_id,
                **_state(booking),
            )
        )

    def claim(self, booking: Booking, during: TimeRange) -> None:
        statement = (
            upsert(t.occupancy)
            .values(booking_id=booking.id, hall_id=booking.hall_id, during=Range(during.start, during.end))
            .on_conflict_do_nothing(constraint="occupancy_no_overlap")
            .returning(t.occupancy.c.booking_id)
        )
        if self._connection.execute(statement).one_or_none() is None:
            raise SlotTakenError

    def release(self, booking: Booking) -> None:
        self._connection.execute(delete(t.occupancy).where(t.occupancy.c.booking_id == booking.id))

    def get(self, booking_id: UUID, *, lock: bool = False) -> Booking:
        query = _bookings().where(t.bookings.c.id == booking_id)
        if lock:
            query = query.with_for_update(of=t.bookings, key_share=True)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise BookingNotFoundError(booking_id=str(booking_id))
        return _booking(row)

    def page(
        self, customer_id: UUID | None, status: BookingStatus | None, after: Cursor | None, limit: int
    ) -> list[Booking]:
        columns = t.bookings.c
        query = _bookings().order_by(columns.created_at.desc(), columns.id).limit(limit)
        if customer_id:
            query = query.where(columns.customer_id == customer_id)
        if status:
            query = query.where(columns.status == status)
        if after:
            created, last = after
            query = query.where(
                (columns.created_at < created) | ((columns.created_at == created) & (columns.id > last))
            )
        return [_booking(row) for row in self._connection.execute(query)]

    def lapsed(self, now: datetime, limit: int) -> list[Booking]:
        query = (
            _bookings()
            .where(t.bookings.c.status == "pending", t.bookings.c.hold_expires_at <= now)
            .order_by(t.bookings.c.hold_expires_at)
            .limit(limit)
            .with_for_update(of=t.bookings, key_share=True, skip_locked=True)
        )
        return [_booking(row) for row in self._connection.execute(query)]

    def update(self, before: Booking, after: Booking) -> None:
        key = tuple_(t.bookings.c.id, t.bookings.c.version) == tuple_(before.id, before.version)
        result = self._connection.execute(update(t.bookings).where(key).values(**_state(after)))
        if result.rowcount != 1:
            raise ConcurrentUpdateError

    def add_payment(self, booking: Booking, payment_id: UUID, amount: Money) -> bool:
        statement = (
            upsert(t.payments)
            .values(payment_id=payment_id, booking_id=booking.id, amount=amount.amount)
            .on_conflict_do_nothing()
            .returning(t.payments.c.payment_id)
        )
        return self._connection.execute(statement).one_or_none() is not None

    def add_transition(
        self, before: Booking | None, after: Booking, actor: str, reason: str | None, at: datetime
    ) -> None:
        self._connection.execute(
            insert(t.transitions).values(
                booking_id=after.id,
                version=after.version,
                from_status=before.status if before else None,
                to_status=after.status,
                actor=actor,
                reason=reason,
                at=at,
            )
        )


def _bookings() -> Any:
    names = (t.halls.c.name.label("hall_name"), t.halls.c.timezone)
    return select(t.bookings, *names).join(t.halls, t.halls.c.id == t.bookings.c.hall_id)


def _state(booking: Booking) -> dict[str, Any]:
    return {
        "status": booking.status,
        "version": booking.version,
        "paid": booking.paid.amount,
        "hold_expires_at": booking.hold_expires_at,
    }


def _booking(row: Row[Any]) -> Booking:
    zone = ZoneInfo(row.timezone)
    return Booking(
        id=row.id,
        number=row.number,
        status=row.status,
        version=row.version,
        customer_id=row.customer_id,
        hall_id=row.hall_id,
        hall_name=row.hall_name,
        timezone=row.timezone,
        start=row.during.lower.astimezone(zone),
        end=row.during.upper.astimezone(zone),
        people=row.people,
        comment=row.comment,
        lines=[QuoteLine.model_validate(line) for line in row.price],
        total=Money(amount=row.total),
        prepayment=Money(amount=row.prepayment),
        paid=Money(amount=row.paid),
        hold_expires_at=row.hold_expires_at,
        created_at=row.created_at,
        correlation_id=row.correlation_id,
    )
