"""What revision 0006 stored is read by today's repositories: same prices, same claims, same history."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import URL

from booking.bookings.repository import BookingRepository
from booking.calendar.repository import ClaimRepository
from booking.halls.repository import HallRepository
from booking.prices.repository import PriceListRepository
from booking.prices.versions import VersionCache
from booking.time.ranges import TimeRange
from core.postgres.database import create_database
from migrator.app import migrate
from shared_schemas.booking.changes import CancelRequest
from tests.support.booking.invariants_calendar import CALENDAR
from tests.support.booking.invariants_limits import LIMITS
from tests.support.booking.studio import MANAGER, Studio
from tests.support.database import ServiceSettings, administer

HALL, FOR_ALL, FOR_WEEKENDS = uuid4(), uuid4(), uuid4()
FRIDAY = datetime(2026, 12, 4, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
BUFFER = timedelta(minutes=30)
OPEN = [{"weekday": day, "opens": "09:00:00", "closes": "22:00:00"} for day in range(1, 8)]
DETAILS = {
    "description": "", "area_m2": None, "capacity": 5, "opening_hours": OPEN, "min_minutes": 60, "max_minutes": 720,
    "start_step_minutes": 30, "buffer_minutes": 30, "horizon_days": 365,
}  # fmt: skip
STEPS: dict[str, list[tuple[str | None, str]]] = {
    "pending": [(None, "pending")],
    "confirmed": [(None, "pending"), ("pending", "confirmed")],
    "cancelled": [(None, "pending"), ("pending", "cancelled")],
    "expired": [(None, "pending"), ("pending", "expired")],
}
BOOKINGS = {status: uuid4() for status in STEPS}


@pytest.fixture(scope="module")
def engine(server: URL) -> Iterator[Engine]:
    """A database that revision 0006 filled, and that is of today now; all tests look at the same one."""
    url = server.set(database=f"test_{uuid4().hex[:8]}")
    administer(server, f'CREATE DATABASE "{url.database}"')
    engine = create_database(ServiceSettings("migrator", url.render_as_string(hide_password=False)))
    migrate(engine, "0006")
    with engine.begin() as connection:
        fill(connection)
    assert migrate(engine)[0] == "0006"
    yield engine
    engine.dispose()
    administer(server, f'DROP DATABASE "{url.database}" WITH (FORCE)')


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection


def fill(connection: Connection) -> None:
    """A hall, two tariffs of which the newer has the lower id, and a booking in each state that there was."""
    hall = {"id": HALL, "name": "White", "timezone": "Europe/Moscow", "details": json.dumps(DETAILS)}
    put(connection, "halls", hall)
    tariff = {"hall_id": None, "priority": 0, "weekdays": [1, 2, 3, 4, 5, 6, 7], "starts": time(0), "ends": time(0)}
    put(
        connection, "tariffs", tariff | {"id": FOR_ALL, "name": "Base", "price_per_hour": 200_000, "created_at": FRIDAY}
    )
    weekends = {"id": FOR_WEEKENDS, "name": "Weekend", "price_per_hour": 300_000, "created_at": FRIDAY + HOUR}
    narrower = {"hall_id": HALL, "priority": 5, "weekdays": [6, 7], "starts": time(10), "ends": time(20, 30)}
    put(connection, "tariffs", weekends | narrower)
    for number, status in enumerate(STEPS):
        put_booking(connection, status, FRIDAY + timedelta(days=number))
    put(connection, "quotes", {"id": uuid4(), "document": "{}", "valid_until": FRIDAY})


def put_booking(connection: Connection, status: str, start: datetime) -> None:
    booking_id, end, steps = BOOKINGS[status], start + 2 * HOUR, STEPS[status]
    line = {
        "start": start.isoformat(), "end": end.isoformat(), "tariff_id": str(FOR_ALL), "tariff_name": "Base",
        "price_per_hour": {"amount": 200_000}, "amount": {"amount": 400_000},
    }  # fmt: skip
    paid = 200_000 if status == "confirmed" else 0
    put(connection, "bookings", {
        "id": booking_id, "number": status.upper(), "status": status, "version": len(steps), "customer_id": uuid4(),
        "hall_id": HALL, "during": period(start, end), "people": 3, "comment": "With a dog",
        "price": json.dumps([line]), "total": 400_000, "prepayment": 200_000, "paid": paid,
        "hold_expires_at": start if status == "pending" else None, "created_at": FRIDAY, "correlation_id": "flow",
    })  # fmt: skip
    if paid:
        put(connection, "payments", {"payment_id": uuid4(), "booking_id": booking_id, "amount": paid})
    if status in ("pending", "confirmed"):
        claim = {"booking_id": booking_id, "hall_id": HALL, "during": period(start, end + BUFFER)}
        put(connection, "occupancy", claim)
    for version, (source, target) in enumerate(steps, start=1):
        step = {"booking_id": booking_id, "version": version, "from_status": source, "to_status": target}
        put(connection, "transitions", step | {"actor": "somebody", "reason": None, "at": FRIDAY})


def put(connection: Connection, table: str, values: dict[str, Any]) -> None:
    columns, places = ", ".join(values), ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO booking.{table} ({columns}) VALUES ({places})"), values)  # noqa: S608


def period(start: datetime, end: datetime) -> str:
    return f"[{start.isoformat()}, {end.isoformat()})"


def test_a_hall_keeps_its_buffer_and_all_else(connection: Connection) -> None:
    (hall,) = HallRepository(connection).all()

    assert (hall.id, hall.name, hall.capacity, hall.horizon_days) == (HALL, "White", 5, 365)
    assert (hall.buffer_before_minutes, hall.buffer_after_minutes) == (0, 30)
    assert hall.parts == []
    assert [day.weekday for day in hall.opening_hours] == list(range(1, 8))


def test_tariffs_are_the_first_version_oldest_first(connection: Connection) -> None:
    version = PriceListRepository(connection, VersionCache()).active()

    assert (version.number, version.status) == (1, "active")
    base, weekend = version.rules
    assert (base.id, base.hall_id, base.price_per_hour.amount) == (FOR_ALL, None, 200_000)
    assert (weekend.id, weekend.hall_id, weekend.priority, weekend.weekdays) == (FOR_WEEKENDS, HALL, 5, [6, 7])
    assert (weekend.starts, weekend.ends, weekend.price_per_hour.amount) == (time(10), time(20, 30), 300_000)


@pytest.mark.parametrize("status", STEPS)
def test_a_booking_costs_what_it_was_sold_for(connection: Connection, status: str) -> None:
    booking = BookingRepository(connection).get(BOOKINGS[status])

    assert (booking.status, booking.number, booking.version) == (status, status.upper(), len(STEPS[status]))
    assert (booking.total.amount, booking.prepayment.amount) == (400_000, 200_000)
    assert booking.paid.amount == (200_000 if status == "confirmed" else 0)
    (line,) = booking.lines
    assert (line.hall_id, line.tariff_id, line.amount.amount) == (HALL, FOR_ALL, 400_000)
    assert (line.start, line.end) == (booking.start, booking.end)
    assert booking.usable_until == booking.end
    assert (booking.hall_name, booking.timezone, booking.people, booking.comment) == (
        "White", "Europe/Moscow", 3, "With a dog",
    )  # fmt: skip


@pytest.mark.parametrize("status", STEPS)
def test_history_is_kept_and_says_what_was_done(connection: Connection, status: str) -> None:
    history = BookingRepository(connection).history(BOOKINGS[status])

    assert [(step.from_status, step.to_status) for step in history] == STEPS[status]
    names = {"pending": "create", "confirmed": "confirm", "cancelled": "cancel", "expired": "expire"}
    assert [step.action for step in history] == [names[target] for _, target in STEPS[status]]


def test_claims_are_the_same(connection: Connection) -> None:
    claims = ClaimRepository(connection).within([HALL], TimeRange(FRIDAY, FRIDAY + timedelta(days=9)))

    starts: dict[UUID, datetime] = {BOOKINGS["pending"]: FRIDAY, BOOKINGS["confirmed"]: FRIDAY + timedelta(days=1)}
    assert {claim.owner_id: claim.during.utc().start for claim in claims} == starts
    assert {claim.during.duration for claim in claims} == {2 * HOUR + BUFFER}
    assert {(claim.hall_id, claim.kind) for claim in claims} == {(HALL, "booking")}


@pytest.mark.parametrize("rule", CALENDAR | LIMITS)
def test_what_must_hold_of_calendar_and_limits_holds(connection: Connection, rule: str) -> None:
    assert connection.execute(text((CALENDAR | LIMITS)[rule])).all() == []


def test_what_answers_an_old_form_is_gone(connection: Connection) -> None:
    assert connection.execute(text("SELECT count(*) FROM booking.quotes")).scalar_one() == 0


def test_an_old_booking_lives_on(engine: Engine) -> None:
    """The last one: it changes what the others look at."""
    studio = Studio(engine)
    booking = studio.book(studio.halls.get(HALL), FRIDAY + timedelta(days=2))

    # Sunday, from 12:00: by the tariff for weekends, which the older one for every day does not outdo.
    assert booking.total.amount == 600_000
    cancelled = studio.bookings.cancel(BOOKINGS["confirmed"], CancelRequest(), MANAGER, None)
    assert (cancelled.status, cancelled.version) == ("cancelled", 3)
    assert cancelled.refund_due.amount == 200_000
