"""Lists of visits: all that touch a day, all that touch a hall, and from an index."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text

from booking.bookings.ports import BookingFilter
from booking.bookings.repository import BookingRepository
from core.identity import Identity
from shared_schemas.booking.bookings import Booking, BookingsQuery
from shared_schemas.booking.changes import CancelRequest
from shared_schemas.common import Role
from tests.support.booking.made import hours
from tests.support.booking.studio import MANAGER, START, Studio
from tests.support.clock import NOW

HOUR = timedelta(hours=1)
EVENING = datetime(2026, 12, 4, 22, tzinfo=ZoneInfo("Europe/Moscow"))
NIGHTLY: dict[str, Any] = {"opening_hours": hours(NOW.time().replace(hour=0), NOW.time().replace(hour=0))}


@pytest.fixture(scope="module")
def studio(engine: Engine) -> Studio:
    return Studio(engine)


def test_a_visit_over_midnight_is_on_both_days(studio: Studio) -> None:
    hall = studio.hall(**NIGHTLY)
    night, until_midnight = studio.book(hall, EVENING, hours=5), studio.book(hall, EVENING - 24 * HOUR, hours=2)

    assert on(studio, 3, 4) == {until_midnight.id}
    assert on(studio, 4, 5) == {night.id}
    assert on(studio, 5, 6) == {night.id}
    assert on(studio, 6, 7) == set()
    assert listed(studio, hall_id=hall.id, **{"from": date(2026, 12, 5)}) == {night.id}
    assert listed(studio, hall_id=hall.id, to=date(2026, 12, 4)) == {until_midnight.id}


def test_days_are_those_of_the_hall(studio: Studio) -> None:
    hall = studio.hall(**NIGHTLY, timezone="Asia/Vladivostok")
    early = studio.book(hall, datetime(2027, 1, 12, 1, tzinfo=ZoneInfo("Asia/Vladivostok")))

    day = {"hall_id": hall.id, "from": date(2027, 1, 12), "to": date(2027, 1, 13)}
    assert listed(studio, **day) == {early.id}
    assert listed(studio, hall_id=hall.id, to=date(2027, 1, 12)) == set()


def test_a_hall_lists_whatever_shares_its_space(studio: Studio) -> None:
    one, other, third = (studio.hall() for _ in range(3))
    floor = studio.hall(parts=[one.id, other.id])
    alone, together, whole = (
        studio.book(other, START),
        studio.book(third, START + 24 * HOUR, also_hall_ids=[other.id]),
        studio.book(floor, START + 48 * HOUR),
    )
    studio.bookings.cancel(together.id, CancelRequest(), MANAGER, None)

    found = {hall.id: listed(studio, hall_id=hall.id) for hall in (one, other, third, floor)}

    assert found == {
        one.id: {whole.id},
        other.id: {alone.id, together.id, whole.id},
        third.id: {together.id},
        floor.id: {alone.id, together.id, whole.id},
    }


def test_a_booking_is_found_by_its_number_as_somebody_types_it(studio: Studio) -> None:
    mine, other = (studio.book(studio.hall()) for _ in range(2))
    typed = f" {mine.number[:4].lower()}-{mine.number[4:]} ".replace("0", "o").replace("1", "l")
    assert listed(studio, number=typed) == {mine.id}
    assert listed(studio, number=other.number, status="cancelled") == set()

    def seen(caller: Identity) -> list[UUID]:
        query = BookingsQuery(number=mine.number)
        return [booking.id for booking in studio.bookings.page(query, caller).data]

    assert seen(studio.customer) == [mine.id]
    assert seen(Identity(str(uuid4()), Role.CLIENT)) == []


@pytest.mark.parametrize(
    ("which", "off", "indexed"),
    [
        (BookingFilter(number="7K3Q9D2M"), "bitmapscan", ["number ="]),
        (BookingFilter(first_day=START.date(), before_day=START.date()), "indexscan", ["during &&"]),
        (BookingFilter(hall_id=UUID(int=1)), "indexscan", ["hall_id =", "also_hall_ids &&"]),
        (BookingFilter(status="pending"), "bitmapscan", ["status ="]),
        (BookingFilter(), "bitmapscan", ["created_at <="]),
    ],
)
def test_a_list_is_read_from_an_index(
    studio: Studio, engine: Engine, which: BookingFilter, off: str, indexed: list[str]
) -> None:
    """Whatever the planner would choose for these few rows: the index can be searched by the condition."""
    which = replace(which, hall_id=which.hall_id and studio.hall().id)
    with engine.connect() as connection:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        connection.execute(text(f"SET LOCAL enable_{off} = off"))
        search = BookingRepository(connection).search(which, None if which != BookingFilter() else (NOW, uuid4()), 20)
        parts = search.compile(connection)
        values = [parts.params[name] for name in parts.positiontup or ()]
        plan = connection.exec_driver_sql(f"EXPLAIN {parts}", tuple(values)).scalars().all()
        conditions = [line.strip() for line in plan if "Index Cond" in line]
    assert all(any(name in condition for condition in conditions) for name in indexed), conditions


def on(studio: Studio, first: int, before: int) -> set[UUID]:
    """What is listed of days in December."""
    return listed(studio, **{"from": date(2026, 12, first), "to": date(2026, 12, before)})


def listed(studio: Studio, **query: object) -> set[UUID]:
    found: list[Booking] = studio.bookings.page(BookingsQuery.model_validate(query), MANAGER).data
    return {booking.id for booking in found}
