"""Series keep the wall clock of their hall, whatever the offset does."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from booking.bookings.domain.booking import Order, hold
from booking.calendar.errors import SlotTakenError
from booking.groups.domain import group_of, in_moving_order, refused, shifted, skipped, still_to_come, visits
from booking.groups.errors import VisitsRefusedError, VisitsTakenError
from booking.ical.occurrences import local_starts
from booking.prices.errors import NoTariffError
from booking.time.ranges import TimeRange
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.groups import GroupItem
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.policy import Policy
from shared_schemas.booking.prices import Price
from shared_schemas.calendar import Recurrence
from shared_schemas.common import Money
from shared_schemas.errors import RuleViolationError, Text, Violation
from tests.support.booking.made import hall

ZONES = [ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Europe/Moscow")]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
# Quarters of an hour of two years, changes of the clock included.
QUARTERS = st.integers(0, 2 * 365 * 96)
MOVES = st.integers(-100 * 96, 100 * 96).map(lambda quarters: quarters * 15)


def item(hall_id: UUID, start: datetime, hours: float = 1) -> GroupItem:
    return GroupItem(hall_id=hall_id, start=start, end=start + timedelta(hours=hours))


def booking(room: Hall, start: datetime, minutes: int = 60, amount: int = 1000) -> Booking:
    start = start.astimezone(UTC)
    price = Price(lines=[], total=Money(amount=amount), prepayment=Money(amount=amount // 2), tariff_version=1)
    slot = TimeRange(start, start + timedelta(minutes=minutes))
    return hold(
        [room], slot, 1, price, Order(customer_id=uuid4(), now=NOW, minutes=15, flow_id="flow", terms=Policy())
    )  # fmt: skip


def wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def exists(local: datetime, zone: ZoneInfo) -> bool:
    """Whether the clock ever shows it: not in the hour that summer time skips."""
    return wall(local.replace(tzinfo=zone).astimezone(UTC), zone) == local


@given(st.sampled_from(ZONES), QUARTERS, st.integers(1, 10))
def test_a_weekly_series_is_at_the_same_local_time(zone: ZoneInfo, quarter: int, count: int) -> None:
    start = (NOW + timedelta(minutes=15) * quarter).astimezone(zone)
    locals_ = [wall(start, zone) + timedelta(weeks=week) for week in range(count)]
    ends = [local + timedelta(hours=1) for local in locals_]
    assume(all(exists(local, zone) for local in (*locals_, *ends)))
    assume(wall(start.astimezone(UTC) + timedelta(hours=1), zone) == ends[0])
    hall_id = uuid4()
    rule = Recurrence(rule=f"FREQ=WEEKLY;COUNT={count}")

    found = visits([item(hall_id, start)], rule, {hall_id: zone}, local_starts)

    assert [wall(visit.start, zone) for visit in found] == locals_
    assert [wall(visit.end, zone) for visit in found] == ends


@given(st.sampled_from(ZONES), QUARTERS, MOVES)
def test_a_shift_moves_the_wall_clock(zone: ZoneInfo, quarter: int, minutes: int) -> None:
    visit = booking(hall(timezone=zone.key), NOW + timedelta(minutes=15) * quarter)
    local = wall(visit.start, zone) + timedelta(minutes=minutes)
    assume(exists(local, zone))

    moved = shifted(visit, minutes)

    assert wall(moved.start, zone) == local
    assert wall(moved.end, zone) == wall(visit.end, zone) + timedelta(minutes=minutes) or not exists(
        wall(visit.end, zone) + timedelta(minutes=minutes), zone
    )


@pytest.mark.parametrize(
    ("zone", "day", "utc_hours"),
    [
        ("Europe/Berlin", 22, (9, 8)),
        ("America/New_York", 8, (15, 14)),
        ("Europe/Moscow", 22, (7, 7)),
    ],
)
def test_a_week_over_the_change_is_no_168_hours(zone: str, day: int, utc_hours: tuple[int, int]) -> None:
    visit = booking(hall(timezone=zone), datetime(2027, 3, day, 10, tzinfo=ZoneInfo(zone)))

    moved = shifted(visit, 7 * 24 * 60)

    assert (visit.start.astimezone(UTC).hour, moved.start.astimezone(UTC).hour) == utc_hours
    assert moved.start.utcoffset() == moved.start.astimezone(ZoneInfo(zone)).utcoffset()


@given(MOVES.filter(bool), st.integers(1, 6), st.integers(1, 8))
def test_no_visit_moves_to_where_another_one_still_is(minutes: int, count: int, step_hours: int) -> None:
    room = hall()
    line = [booking(room, NOW + timedelta(hours=step_hours * number)) for number in range(count)]
    places = {visit.id: TimeRange(visit.start, visit.end) for visit in line}

    for visit in in_moving_order(line, minutes):
        target = shifted(visit, minutes)
        others = [place for name, place in places.items() if name != visit.id]
        assert not any(target.start < place.end and place.start < target.end for place in others)
        places[visit.id] = target


def test_a_series_is_of_at_most_a_hundred_visits() -> None:
    hall_id, start = uuid4(), datetime(2026, 12, 1, 10, tzinfo=ZONES[0])
    items, zones = [item(hall_id, start), item(hall_id, start + timedelta(hours=2))], {hall_id: ZONES[0]}

    assert len(visits(items, Recurrence(rule="FREQ=DAILY;COUNT=50"), zones, local_starts)) == 100
    with pytest.raises(RuleViolationError) as error:
        visits(items, Recurrence(rule="FREQ=DAILY;COUNT=51"), zones, local_starts)

    (violation,) = error.value.violations
    assert (violation.field, violation.code) == ("recurrence.rule", "too_many_visits")
    assert violation.params == {"max": 100, "count": 102}


def test_visits_come_by_start_and_exceptions_are_left_out() -> None:
    hall_id, start = uuid4(), datetime(2026, 12, 1, 10, tzinfo=ZONES[0])
    late, early = item(hall_id, start + timedelta(hours=2)), item(hall_id, start)
    rule = Recurrence(rule="FREQ=DAILY;COUNT=2", exceptions=[late.start + timedelta(days=1)])

    found = visits([late, early], rule, {hall_id: ZONES[0]}, local_starts)

    assert [visit.start for visit in found] == [start, start + timedelta(hours=2), start + timedelta(days=1)]


def test_an_item_whose_day_the_rule_leaves_out_is_named() -> None:
    hall_id, tuesday = uuid4(), datetime(2026, 12, 1, 10, tzinfo=ZONES[0])
    items = [item(hall_id, tuesday), item(hall_id, tuesday + timedelta(days=1))]

    with pytest.raises(RuleViolationError) as error:
        visits(items, Recurrence(rule="FREQ=WEEKLY;BYDAY=TU;COUNT=2"), {hall_id: ZONES[0]}, local_starts)

    assert error.value.violations[0].field == "items.1.start"


def test_sums_are_over_live_bookings() -> None:
    room = hall()
    kept = booking(room, NOW, amount=1000)
    gone = booking(room, NOW + timedelta(days=1), amount=500).model_copy(update={"status": "cancelled"})

    group = group_of(uuid4(), [gone, kept])

    assert group.bookings == [kept, gone]
    assert (group.total.amount, group.prepayment.amount) == (1000, 500)


def test_refusals_say_what_and_why() -> None:
    short = Violation("end", "too_short", Text("at least {min} minutes", "не меньше {min} минут"), {"min": 60})
    errors = [SlotTakenError(), RuleViolationError([short]), NoTariffError(start="then", hall="this")]
    refusals = [(skipped(uuid4(), NOW, NOW, error), error) for error in errors]

    taken, mixed = refused(refusals[:1]), refused(refusals)

    assert isinstance(taken, VisitsTakenError)
    assert isinstance(mixed, VisitsRefusedError)
    assert [visit.codes for visit, _ in refusals] == [["slot_taken"], ["too_short"], ["no_tariff"]]
    assert [(violation.field, violation.code) for violation in mixed.violations] == [
        ("visits.0", "slot_taken"),
        ("visits.1.end", "too_short"),
        ("visits.2", "no_tariff"),
    ]
    assert (taken.message("en"), mixed.message("ru")) == (
        "Visits taken by others: 1",
        "Недоступно визитов: 3",
    )
    assert mixed.params["visits"] == [visit.model_dump(mode="json") for visit, _ in refusals]


def test_a_visit_is_to_come_until_it_begins() -> None:
    visit = booking(hall(), NOW)

    assert still_to_come(visit, NOW - timedelta(seconds=1))
    assert not still_to_come(visit, NOW)
    assert not still_to_come(visit.model_copy(update={"status": "cancelled"}), NOW - timedelta(days=1))
