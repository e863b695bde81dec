"""SQL for bookings and their history."""

from collections.abc import Collection, Iterator, Sequence
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
    bindparam,
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

from booking.bookings import tables as t
from booking.bookings.domain.booking import payment_state
from booking.bookings.errors import BookingNotFoundError, ConcurrentUpdateError
from booking.bookings.ports import CLOSE_VISITS, EXPIRE_HOLDS, BookingFilter
from booking.calendar.tables import occupancy
from booking.customers.ports import Totals
from booking.halls.tables import halls
from booking.tables import delivery
from booking.time.ranges import TimeRange
from core.http.paging import Cursor, behind
from core.job_failures import not_put_off
from core.postgres.database import DEFERRED
from core.postgres.rows import locked
from core.postgres.stored_fields import StoredFields
from shared_schemas.booking.bookings import Booking, Transition
from shared_schemas.booking.prices import Price
from shared_schemas.common import Money
from shared_schemas.promises import Returns

MONEY = ("total", "prepayment", "paid", "refund_due", "refunded")
PRICE = StoredFields(Price, t.bookings, "price", apart=MONEY[:2])
# Of the others, the times are a range, and what is left follows from the rest or belongs to one answer.
APART = (*PRICE.in_document, *MONEY, "start", "end", "payment_state", "dropped", "returns")
BOOKING = StoredFields(Booking, t.bookings, "details", apart=APART)
NO_RETURNS = Returns()
FIXED = ("id", "number", "customer_id", "group_id", "created_at", "correlation_id")
NEW_BOOKING, NEW_TRANSITION = insert(t.bookings), insert(t.transitions)
SOLD = ("confirmed", "in_progress", "completed")
SEVERAL_HALLS: ColumnElement[bool] = literal_column("cardinality(bookings.also_hall_ids) > 0", Boolean)
"""As the index of further halls says it, which holds no booking without any."""
TOTALS = (
    select(t.bookings.c.status, func.count().label("count"), func.sum(t.bookings.c.paid - t.bookings.c.refund_due))
    .where(t.bookings.c.customer_id == bindparam("customer_id"))
    .group_by(t.bookings.c.status)
)
visit_start = func.lower(t.bookings.c.during)
visit_day = func.date(func.timezone(t.bookings.c.details["timezone"].astext, visit_start))


class BookingRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, booking: Booking) -> None:
        self._connection.execute(NEW_BOOKING, _values(booking), execution_options=DEFERRED)

    def get(self, booking_id: UUID, *, lock: bool = False) -> Booking:
        if found := self.named([booking_id], lock=lock):
            return found[0]
        raise BookingNotFoundError(booking_id=str(booking_id))

    def named(self, booking_ids: Collection[UUID], *, lock: bool = False) -> list[Booking]:
        query = select(t.bookings).where(t.bookings.c.id.in_(booking_ids)).order_by(t.bookings.c.id)
        rows = self._connection.execute(locked(query, lock=lock))
        return sorted(map(_booking, rows), key=lambda found: found.start)

    def page(self, which: BookingFilter, after: Cursor | None, limit: int) -> list[Booking]:
        return [_booking(row) for row in self._connection.execute(self.search(which, after, limit))]

    def search(self, which: BookingFilter, after: Cursor | None, limit: int) -> Select[Any]:
        """The statement behind `page`."""
        columns = t.bookings.c
        query = select(t.bookings).order_by(columns.created_at.desc(), columns.id).limit(limit)
        for name in ("number", "customer_id", "status", "group_id"):
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
        its = select(halls.c.spaces).where(halls.c.id == hall_id).scalar_subquery()
        named = self._connection.execute(select(halls.c.id).where(halls.c.spaces.overlap(its))).scalars().all()
        named_halls, also = literal(list(named), ARRAY(Uuid)), t.bookings.c.also_hall_ids
        return or_(t.bookings.c.hall_id == any_(named_halls), and_(SEVERAL_HALLS, also.overlap(named_halls)))

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
        claimed = select(occupancy.c.owner_id).where(
            occupancy.c.hall_id.in_(spaces),
            occupancy.c.during.overlaps(Range(window.start, window.end)),
            occupancy.c.kind == "booking",
        )
        owners = self._connection.execute(claimed.distinct()).scalars().all()
        return self.named(owners, lock=lock)

    def lapsed(self, now: datetime, limit: int) -> list[UUID]:
        expires_at = t.bookings.c.hold_expires_at
        return self._due(EXPIRE_HOLDS, now, limit, expires_at, t.bookings.c.status == "pending")

    def ended(self, now: datetime, limit: int) -> list[UUID]:
        over = func.upper(t.bookings.c.during)
        open_until = cast(t.bookings.c.details["open_until"].astext, DateTime(timezone=True))
        due = t.bookings.c.status.in_(("confirmed", "in_progress")) & (func.coalesce(open_until, now) <= now)
        return self._due(CLOSE_VISITS, now, limit, over, due)

    def _due(
        self, job: str, now: datetime, limit: int, at: ColumnElement[Any], state: ColumnElement[bool]
    ) -> list[UUID]:
        """Only ids: so that a row that cannot be parsed is known by its id."""
        query = (
            select(t.bookings.c.id)
            .where(state, at <= now, not_put_off(delivery.failures, job, t.bookings.c.id, now))
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

    def totals(self, customer_id: UUID) -> Totals:
        """How many bookings a customer has in each state, and what of their money stayed."""
        found = self._connection.execute(TOTALS, {"customer_id": customer_id}).all()
        spent = sum(retained for _, _, retained in found)
        return Totals({status: count for status, count, _ in found}, Money(amount=spent))

    def erase(self, customer_id: UUID, _at: datetime) -> None:
        """What was written, not what was sold: comments, and the reasons in the audit trail."""
        columns = t.bookings.c
        # In the order in which everybody locks them.
        of_customer = select(columns.id).where(columns.customer_id == customer_id).order_by(columns.id)
        ids = self._connection.execute(of_customer.with_for_update(key_share=True)).scalars().all()
        self._connection.execute(update(t.bookings).where(columns.id.in_(ids)).values(comment=None))
        self._connection.execute(update(t.transitions).where(t.transitions.c.booking_id.in_(ids)).values(reason=None))

    def hand_over(self, guest_ids: Sequence[UUID], account_id: UUID) -> None:
        """Whoever changes one of them meanwhile leaves its customer as it finds it."""
        columns = t.bookings.c
        theirs = select(columns.id).where(columns.customer_id.in_(guest_ids)).order_by(columns.id)
        ids = self._connection.execute(theirs.with_for_update(key_share=True)).scalars().all()
        self._connection.execute(update(t.bookings).where(columns.id.in_(ids)).values(customer_id=account_id))

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


def _values(booking: Booking, but: Collection[str] = ()) -> dict[str, Any]:
    return {
        **BOOKING.values(booking, but),
        **PRICE.values(booking),
        **{name: getattr(booking, name).amount for name in MONEY},
        "returns": booking.returns.model_dump(mode="json") if booking.returns != NO_RETURNS else None,
        "during": Range(booking.start.astimezone(UTC), booking.end.astimezone(UTC)),
    }


def _state(booking: Booking) -> dict[str, Any]:
    """Everything of a booking that may change."""
    return _values(booking, but=FIXED)


def _booking(row: Row[Any]) -> Booking:
    zone = ZoneInfo(row.details["timezone"])
    money = {name: Money(amount=getattr(row, name)) for name in MONEY}
    of_state = {name: money[name] for name in ("total", "paid", "refund_due", "refunded")}
    usable_until = datetime.fromisoformat(row.details["usable_until"]).astimezone(zone)
    return Booking(
        **{**BOOKING.read(row), "usable_until": usable_until},
        **PRICE.read(row),
        **money,
        payment_state=payment_state(row.status, **of_state),
        start=row.during.lower.astimezone(zone),
        end=row.during.upper.astimezone(zone),
        returns=Returns.model_validate(row.returns) if row.returns else NO_RETURNS,
    )
