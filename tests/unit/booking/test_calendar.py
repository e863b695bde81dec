"""Opening hours, zones and the rules of a slot."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.domain_calendar import availability_day, claim, open_ranges, violations
from booking.domain_ranges import TimeRange
from tests.support.booking import NOW, hall, hours

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")


def slot(start: datetime, minutes: int = 60) -> TimeRange:
    return TimeRange(start, start + timedelta(minutes=minutes))


def moscow(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=MOSCOW)


def codes(*args: object, people: int = 1, **changes: object) -> list[str]:
    (span,) = args
    assert isinstance(span, TimeRange)
    return [violation.code for violation in violations(hall(**changes), span, people, NOW)]


def test_a_slot_in_opening_hours_keeps_every_rule() -> None:
    assert codes(slot(moscow(12))) == []


@pytest.mark.parametrize(
    ("span", "code"),
    [
        (slot(moscow(12), minutes=0), "end_before_start"),
        (slot(moscow(12), minutes=-60), "end_before_start"),
        (slot(moscow(12, 7)), "off_grid"),
        (slot(datetime(2026, 12, 2, 12, 0, 1, tzinfo=MOSCOW)), "off_grid"),
        (slot(NOW - timedelta(hours=1)), "in_past"),
        (slot(moscow(12), minutes=45), "too_short"),
        (slot(moscow(9), minutes=12 * 60 + 15), "too_long"),
        (slot(moscow(12, 15)), "start_not_allowed"),
        (slot(moscow(12) + timedelta(days=366)), "too_far_ahead"),
        (slot(moscow(8)), "closed"),
        (slot(moscow(21, 30)), "closed"),
    ],
)
def test_each_broken_rule_is_named(span: TimeRange, code: str) -> None:
    assert code in codes(span)


def test_more_people_than_the_hall_takes_are_refused_with_the_limit() -> None:
    found = violations(hall(capacity=8), slot(moscow(12)), 9, NOW)

    assert [(v.field, v.code, v.params) for v in found] == [("people", "too_many_people", {"max": 8})]
    assert found[0].message("ru") == "не больше 8 человек"


def test_hours_across_midnight_are_one_stretch() -> None:
    night = hall(opening_hours=hours(time(22), time(3)))

    assert violations(night, slot(moscow(22), minutes=300), 1, NOW) == []
    assert [v.code for v in violations(night, slot(moscow(3), minutes=60), 1, NOW)] == ["closed"]


def test_midnight_as_closing_time_is_the_end_of_the_day_and_joins_round_the_clock() -> None:
    around = hall(opening_hours=hours(time(0), time(0)))

    assert violations(around, slot(moscow(23), minutes=180), 1, NOW) == []


@pytest.mark.parametrize(("day", "length"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_a_day_has_as_many_hours_as_daylight_saving_leaves_it(day: date, length: int) -> None:
    around = hall(timezone="Europe/Berlin", opening_hours=hours(time(0), time(0)))

    whole = TimeRange(
        datetime.combine(day, time(0), BERLIN).astimezone(UTC),
        datetime.combine(day + timedelta(days=1), time(0), BERLIN).astimezone(UTC),
    )

    assert whole.duration == timedelta(hours=length)
    shown = availability_day(around, day, [whole], timedelta(hours=1), whole.start)
    assert len(shown.starts) == length * 2 - 1
    assert open_ranges(around, day, day)[0] == whole


@settings(max_examples=60)
@given(
    buffer=st.sampled_from([0, 15, 30]),
    step=st.sampled_from([15, 30, 60]),
    minutes=st.sampled_from([60, 75, 120]),
    busy_from=st.integers(0, 60),
    busy_for=st.integers(1, 12),
)
def test_exactly_the_offered_starts_can_be_booked(
    buffer: int, step: int, minutes: int, busy_from: int, busy_for: int
) -> None:
    studio = hall(buffer_minutes=buffer, start_step_minutes=step)
    day = date(2026, 12, 2)
    start = datetime(2026, 12, 1, 0, tzinfo=UTC)
    busy = TimeRange(
        moscow(8) + timedelta(minutes=15 * busy_from), moscow(8) + timedelta(minutes=15 * (busy_from + busy_for))
    )
    free = [TimeRange(start, busy.start), TimeRange(busy.end, start + timedelta(days=3))]

    offered = availability_day(studio, day, free, timedelta(minutes=minutes), NOW).starts

    grid = [datetime(2026, 12, 2, tzinfo=MOSCOW) + timedelta(minutes=15 * i) for i in range(96)]
    bookable = [
        moment
        for moment in grid
        if not violations(studio, slot(moment, minutes), 1, NOW)
        and any(stretch.contains(claim(studio, slot(moment, minutes))) for stretch in free)
    ]
    assert offered == bookable
