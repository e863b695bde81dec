"""SQL for the unpaid holds of a client; every booking of a client needs it, so the queries are prebuilt."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Connection,
    Integer,
    Uuid,
    any_,
    bindparam,
    cast,
    extract,
    func,
    literal_column,
    select,
    text,
)

from booking.bookings.domain.limits import Held, Payer
from booking.bookings.tables import bookings
from booking.customers.numbers_repository import same_number
from booking.customers.tables import customers
from booking.halls.tables import halls
from core.postgres.database import DEFERRED, FORESEEN

# Guests are counted together with all guests of their telephone number.
NUMBER = "coalesce((SELECT phone_key FROM booking.customers WHERE id = CAST(:customer_id AS uuid))::text, :customer_id)"
KEY = f"hashtextextended('holds:' || {NUMBER}, 0)"
LOCK = text(f"SELECT pg_advisory_xact_lock({KEY})")
TRY_LOCK = text(f"SELECT pg_try_advisory_xact_lock({KEY})")
LENGTH = extract("epoch", func.upper(bookings.c.during) - func.lower(bookings.c.during)) / 60
# By which halls they fill, so that halls are asked for once and not for each booking. The status is no parameter: the
# plan that is kept for all values can then use the index of what is pending.
ALIKE = (
    select(
        func.array_append(bookings.c.also_hall_ids, bookings.c.hall_id).label("hall_ids"),
        func.count().label("bookings"),
        func.sum(LENGTH).label("minutes"),
        func.min(bookings.c.hold_expires_at).label("first_end"),
    )
    .where(
        bookings.c.customer_id == any_(same_number(bindparam("customer_id"))),
        bookings.c.status == literal_column("'pending'"),
        bookings.c.hold_expires_at > bindparam("now"),
    )
    .group_by(text("hall_ids"))
    .subquery("alike")
)
# A hall that is made of others is as many as they are.
SPACES = (
    select(func.sum(func.cardinality(halls.c.spaces))).where(halls.c.id == any_(ALIKE.c.hall_ids)).scalar_subquery()
)
HELD = select(
    cast(func.coalesce(func.sum(ALIKE.c.bookings), 0), Integer),
    cast(func.coalesce(func.sum(ALIKE.c.minutes * SPACES), 0), Integer),
    func.min(ALIKE.c.first_end),
)
PAYER = select(
    func.coalesce(
        select(customers.c.phone_key).where(customers.c.id == bindparam("customer_id")).scalar_subquery(),
        cast(bindparam("customer_id"), Uuid),
    ),
    same_number(bindparam("customer_id")),
)


class HoldRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, customer_id: UUID, *, wait: bool = True) -> bool:
        whose = {"customer_id": str(customer_id)}
        if wait:
            self._connection.execute(LOCK, whose, execution_options=DEFERRED)
            return True
        return bool(self._connection.execute(TRY_LOCK, whose).scalar_one())

    def foresee(self, customer_id: UUID, now: datetime) -> None:
        self._connection.execute(HELD, {"customer_id": customer_id, "now": now}, execution_options=FORESEEN)

    def of(self, customer_id: UUID, now: datetime) -> Held:
        count, minutes, first_end = self._connection.execute(HELD, {"customer_id": customer_id, "now": now}).one()
        return Held(count, minutes, first_end)

    def payer(self, customer_id: UUID) -> Payer:
        key, ids = self._connection.execute(PAYER, {"customer_id": customer_id}).one()
        return Payer(key, sorted(set(ids)))
