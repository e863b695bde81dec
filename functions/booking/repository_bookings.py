"""SQL of bookings and their history."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Row,
    Select,
    Uuid,
    and_,
    any_,
    cast,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, Range
from sqlalchemy.dialects.postgresql import insert as upsert

from booking import tables as t
from booking.domain_booking import payment_state
from booking.domain_ranges import TimeRange
from booking.errors import BookingNotFoundError, ConcurrentUpdateError
from booking.ports import CLOSE_VISITS, EXPIRE_HOLDS, BookingFilter
from core.database import DEFERRED
from core.job_failures import not_put_off
from core.paging import Cursor, behind
from shared_schemas.booking import Booking, Transition
from shared_schemas.common import Money

PRICE = {"lines", "adjustments", "add_ons", "promo_code", "tariff_version"}
DETAILS = {"hall_name", "timezone", "usable_until", "terms", "rules_version", "reschedules", "prepayment_percent"}
MONEY = ("total", "prepayment", "paid", "refund_due", "refunded")
NEW_BOOKING, NEW_TRANSITION = insert(t.bookings), insert(t.transitions)
SOLD = ("confirmed", "in_progress", "completed")
SEVERAL_HALLS: ColumnElement[bool] = literal_column("cardinality(bookings.also_hall_ids) > 0", Boolean)
"""As the index of further halls says it, which holds no booking without any."""
visit_start = func.lower(t.bookings.c.during)
visit_day = func.date(func.timezone(t.bookings.c.details["timezone"].astext, visit_start))


class BookingRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, booking: Booking) -> None:
        self._connection.execute(
            NEW_BOOKING,
            {
                "id": booking.id,
                "number": booking.number,
                "customer_id": booking.customer_id,
                "group_id": booking.group_id,
                "created_at": booking.created_at,
                "correlation_id": booking.correlation_id,
                **_state(booking),
            },
            execution_options=DEFERRED,
        )

    def get(self, booking_id: UUID, *, lock: bool = False) -> Booking:
        if found := self.named([booking_id], lock=lock):
            return found[0]
        raise BookingNotFoundError(booking_id=str(booking_id))

    def named(self, booking_ids: Collection[UUID], *, lock: bool = False) -> list[Booking]:
        query = select(t.bookings).where(t.bookings.c.id.in_(booking_ids)).order_by(t.bookings.c.id)
        if lock:
            query = query.with_for_update(key_share=True)
        return sorted((_booking(row) for row in self._connection.execute(query)), key=lambda found: found.start)

    def page(self, which: BookingFilter, after: Cursor | None, limit: int) -> list[Booking]:
        return [_booking(row) for row in self._connection.execute(self.search(which, after, limit))]

    def search(self, which: BookingFilter, after: Cursor | None, limit: int) -> Select[Any]:
        """The statement behind `page`."""
        columns = t.bookings.c
        query = select(t.bookings).order_by(columns.created_at.desc(), columns.id).limit(limit)
        for name in ("customer_id", "status", "group_id"):
            if wanted := getattr(which, name):
                query = query.where(columns[name] == wanted)
        if which.hall_id:
            query = query.where(self._shares_space(which.hall_id))
        if which.first_day or which.before_day:
            query = query.where(*_on_days(which.first_day, which.before_day))
        if after:
            query = query.where(behind(after, columns.created_at, columns.id))
        return query

    def _shares_space(self, hall_id: UUID) -> ColumnElement[bool]:
        """Whether a booking names the hall, one that it is a part of, or one that is a part of it."""
        its = select(t.halls.c.spaces).where(t.halls.c.id == hall_id).scalar_subquery()
        named = self._connection.execute(select(t.halls.c.id).where(t.halls.c.spaces.overlap(its))).scalars().all()
        halls, also = literal(list(named), ARRAY(Uuid)), t.bookings.c.also_hall_ids
        return or_(t.bookings.c.hall_id == any_(halls), and_(SEVERAL_HALLS, also.overlap(halls)))

    def sold(self, hall_id: UUID, first_day: date, before_day: date, after: Cursor | None, limit: int) -> list[Booking]:
        columns = t.bookings.c
        # Bounds in UTC, wider than any zone needs, are what the index of a hall's bookings is searched by.
        first, last = _midnight(first_day, -1), _midnight(before_day, 1)
        query = (
            select(t.bookings)
            .where(columns.hall_id == hall_id, columns.status.in_(SOLD), visit_start >= first, visit_start < last)
            .where(visit_day >= first_day, visit_day < before_day)
            .order_by(visit_start, columns.id)
            .limit(limit)
        )
        if after:
            query = query.where(tuple_(visit_start, columns.id) > tuple_(*after))
        return [_booking(row) for row in self._connection.execute(query)]

    def overlapping(self, spaces: Collection[UUID], window: TimeRange, *, lock: bool = False) -> list[Booking]:
        claimed = select(t.occupancy.c.owner_id).where(
            t.occupancy.c.hall_id.in_(spaces),
            t.occupancy.c.during.overlaps(Range(window.start, window.end)),
            t.occupancy.c.kind == "booking",
        )
        owners = self._connection.execute(claimed.distinct()).scalars().all()
        return self.named(owners, lock=lock)

    def lapsed(self, now: datetime, limit: int) -> list[UUID]:
        expires_at = t.bookings.c.hold_expires_at
        return self._due(EXPIRE_HOLDS, now, limit, expires_at, t.bookings.c.status == "pending")

    def ended(self, now: datetime, limit: int) -> list[UUID]:
        over = func.upper(t.bookings.c.during)
        return self._due(CLOSE_VISITS, now, limit, over, t.bookings.c.status.in_(("confirmed", "in_progress")))

    def _due(
        self, job: str, now: datetime, limit: int, at: ColumnElement[Any], state: ColumnElement[bool]
    ) -> list[UUID]:
        """Ids alone: whoever reads a row that cannot be read knows then which it was."""
        query = (
            select(t.bookings.c.id)
            .where(state, at <= now, not_put_off(t.delivery.failures, job, t.bookings.c.id, now))
            .order_by(at)
            .limit(limit)
            .with_for_update(key_share=True, skip_locked=True, of=t.bookings)
        )
        return list(self._connection.execute(query).scalars())

    def update(self, before: Booking, after: Booking) -> None:
        key = tuple_(t.bookings.c.id, t.bookings.c.version) == tuple_(before.id, before.version)
        result = self._connection.execute(update(t.bookings).where(key).values(**_state(after)))
        if result.rowcount != 1:
            raise ConcurrentUpdateError

    def replace(self, after: Booking) -> None:
        which = t.bookings.c.id == after.id
        self._connection.execute(update(t.bookings).where(which).values(**_state(after)), execution_options=DEFERRED)

    def add_payment(self, booking: Booking, payment_id: UUID, amount: Money) -> bool:
        statement = (
            upsert(t.payments)
            .values(payment_id=payment_id, booking_id=booking.id, amount=amount.amount)
            .on_conflict_do_nothing()
            .returning(t.payments.c.payment_id)
        )
        return self._connection.execute(statement).one_or_none() is not None

    def add_transition(self, booking_id: UUID, transition: Transition) -> None:
        values = {"booking_id": booking_id, **transition.model_dump()}
        self._connection.execute(NEW_TRANSITION, values, execution_options=DEFERRED)

    def history(self, booking_id: UUID) -> list[Transition]:
        table = t.transitions
        query = select(table).where(table.c.booking_id == booking_id).order_by(table.c.version)
        names = Transition.model_fields
        return [
            Transition.model_validate({name: getattr(row, name) for name in names})
            for row in self._connection.execute(query)
        ]


def _on_days(first_day: date | None, before_day: date | None) -> Iterator[ColumnElement[bool]]:
    """Visits of which some time lies on the local days of their hall; bounds in UTC are what the index is searched by,
    wider than any zone needs."""
    during, zone = t.bookings.c.during, t.bookings.c.details["timezone"].astext
    yield during.bool_op("&&")(
        func.tstzrange(
            _midnight(first_day, -1) if first_day else None, _midnight(before_day, 1) if before_day else None
        )
    )
    if first_day:
        yield func.upper(during) > func.timezone(zone, _local(first_day))
    if before_day:
        yield visit_start < func.timezone(zone, _local(before_day))


def _local(day: date) -> ColumnElement[datetime]:
    return cast(literal(day, Date), DateTime)


def _midnight(day: date, later: int) -> ColumnElement[datetime]:
    """In UTC, some days later; PostgreSQL knows days before and after those of Python."""
    return func.timezone("UTC", cast(literal(day, Date) + later, DateTime))


def _state(booking: Booking) -> dict[str, Any]:
    """Everything of a booking that may change."""
    document = booking.model_dump(mode="json", include=PRICE | DETAILS, exclude_none=True)
    return {
        "status": booking.status,
        "version": booking.version,
        "hall_id": booking.hall_id,
        "also_hall_ids": booking.also_hall_ids,
        "during": Range(booking.start.astimezone(UTC), booking.end.astimezone(UTC)),
        "people": booking.people,
        "comment": booking.comment,
        "price": {name: value for name, value in document.items() if name in PRICE},
        "details": {name: value for name, value in document.items() if name in DETAILS},
        "total": booking.total.amount,
        "prepayment": booking.prepayment.amount,
        "paid": booking.paid.amount,
        "refund_due": booking.refund_due.amount,
        "refunded": booking.refunded.amount,
        "hold_expires_at": booking.hold_expires_at,
    }


def _booking(row: Row[Any]) -> Booking:
    zone = ZoneInfo(row.details["timezone"])
    money = {name: Money(amount=getattr(row, name)) for name in MONEY}
    of_state = {name: money[name] for name in ("total", "paid", "refund_due", "refunded")}
    usable_until = datetime.fromisoformat(row.details["usable_until"]).astimezone(zone)
    return Booking(
        **{name: getattr(row, name) for name in ("id", "number", "status", "version", "customer_id", "group_id")},
        **{name: getattr(row, name) for name in ("hall_id", "also_hall_ids", "people", "comment")},
        **{name: getattr(row, name) for name in ("hold_expires_at", "created_at", "correlation_id")},
        **money,
        payment_state=payment_state(row.status, **of_state),
        start=row.during.lower.astimezone(zone),
        end=row.during.upper.astimezone(zone),
        **row.price,
        **{**row.details, "usable_until": usable_until},
    )
