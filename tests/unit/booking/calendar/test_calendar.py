"""Opening hours, zones and the rules of a slot."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.calendar.starts import nearest_starts
from booking.calendar.timetable import Timetable, timetable
from booking.calendar.verdicts import violations
from booking.halls.domain import claim, spaces
from booking.hours.domain import StudioDays, open_ranges
from booking.time.ranges import TimeRange, subtract
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.hours import DateOverride
from shared_schemas.calendar import Interval, OpeningHours
from tests.support.booking.free_days import availability_day
from tests.support.booking.made import NOW, hall, hours

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
DAY = date(2026, 12, 2)
ALL_TIME = TimeRange(datetime(2025, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
HOUR = timedelta(hours=1)


def slot(start: datetime, minutes: int = 60) -> TimeRange:
    return TimeRange(start, start + timedelta(minutes=minutes)).utc()


def moscow(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=MOSCOW)


def table(studio: Hall, busy: Sequence[TimeRange] = (), days: StudioDays | None = None, day: date = DAY) -> Timetable:
    return timetable(studio, days or StudioDays(), subtract([ALL_TIME], busy), day, day)


def codes(span: TimeRange, *busy: TimeRange, people: int = 1, now: datetime | None = NOW, **changes: Any) -> list[str]:
    day = span.start.astimezone(MOSCOW).date()
    return [v.code for v in violations(table(hall(**changes), busy, day=day), span, people, now)]


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
    assert set(codes(span)) == {code}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"notice_minutes": 60 * 48}, "too_soon"),
        ({"archived": True}, "not_for_rent"),
        ({"capacity": 2}, "too_many_people"),
    ],
)
def test_each_rule_of_the_hall_is_named(changes: dict[str, Any], code: str) -> None:
    assert codes(slot(moscow(12)), people=3, **changes) == [code]


def test_notice_ends_exactly_at_its_boundary() -> None:
    span = slot(moscow(12))

    assert codes(span, now=span.start - HOUR, notice_minutes=60) == []
    assert codes(span, now=span.start - HOUR + timedelta(seconds=1), notice_minutes=60) == ["too_soon"]


def test_a_full_hall_is_not_too_full() -> None:
    assert codes(slot(moscow(12)), people=8, capacity=8) == []
    assert codes(slot(moscow(12)), people=9, capacity=8) == ["too_many_people"]


def test_the_longest_visit_is_not_too_long() -> None:
    assert codes(slot(moscow(12), minutes=120), max_minutes=120) == []
    assert codes(slot(moscow(12), minutes=135), max_minutes=120) == ["too_long"]


def test_more_people_than_the_hall_takes_are_refused_with_the_limit() -> None:
    found = violations(table(hall(capacity=8)), slot(moscow(12)), 9, NOW)

    assert [(v.field, v.code, v.params) for v in found] == [("people", "too_many_people", {"max": 8})]
    assert found[0].message("ru") == "Зал вмещает не больше 8 человек"


@pytest.mark.parametrize(
    ("opens", "closes", "told"), [(9, 22, "09:00–22:00"), (9, 0, "09:00–24:00"), (22, 3, "00:00–03:00, 22:00–24:00")]
)
def test_who_comes_outside_the_hours_is_told_them(opens: int, closes: int, told: str) -> None:
    studio = hall(opening_hours=hours(time(opens), time(closes)))

    (found,) = violations(table(studio), slot(moscow(7)), 1, NOW)

    assert (found.code, found.params["hours"]) == ("closed", told)
    assert found.message("ru") == f"В этот день зал открыт {told}"


def test_a_day_without_hours_is_named_as_such() -> None:
    (found,) = violations(table(hall(), days=StudioDays([override(hours=[])])), slot(moscow(12)), 1, NOW)

    assert found.message() == "The hall is closed that day"


@pytest.mark.parametrize(
    ("span", "code"),
    [
        (slot(moscow(13)), "busy"),
        (slot(moscow(11), minutes=90), "busy"),
        (slot(moscow(11)), "buffer"),
        (slot(moscow(14)), "buffer"),
        (slot(moscow(14, 30)), None),
        (slot(moscow(10, 30)), None),
    ],
)
def test_taken_time_is_told_from_time_that_only_lacks_room_for_the_buffers(span: TimeRange, code: str | None) -> None:
    taken = TimeRange(moscow(12), moscow(14))

    found = codes(span, taken, buffer_before_minutes=30, buffer_after_minutes=30)

    assert found == ([code] if code else [])


def test_buffers_may_reach_beyond_the_opening_hours() -> None:
    assert codes(slot(moscow(9)), buffer_before_minutes=60) == []
    assert codes(slot(moscow(21)), buffer_after_minutes=60) == []


def test_a_visit_that_goes_on_is_judged_by_place_and_length_alone() -> None:
    span = slot(NOW - HOUR, minutes=120)

    assert codes(span, now=None, opening_hours=hours(time(0), time(0))) == []
    assert codes(span, TimeRange(NOW, NOW + HOUR), now=None, opening_hours=hours(time(0), time(0))) == ["busy"]


def test_no_gap_is_left_that_nobody_can_book() -> None:
    taken = TimeRange(moscow(12), moscow(14))

    assert codes(slot(moscow(11)), taken, min_gap_minutes=60) == []
    assert codes(slot(moscow(10, 30)), taken, min_gap_minutes=60) == ["leaves_gap"]
    assert codes(slot(moscow(10)), taken, min_gap_minutes=60) == []
    assert codes(slot(moscow(9, 30)), taken, min_gap_minutes=60) == ["leaves_gap"]
    assert codes(slot(moscow(20, 30)), min_gap_minutes=60) == ["leaves_gap"]
    assert codes(slot(moscow(10, 30)), taken) == []


def test_a_gap_that_time_has_already_eaten_does_not_count() -> None:
    assert codes(slot(moscow(9, 30)), now=moscow(9, 10), min_gap_minutes=60) == []


def test_a_short_booking_is_allowed_where_it_fills_a_gap_to_both_ends() -> None:
    first, second = TimeRange(moscow(12), moscow(13, 15)), TimeRange(moscow(13, 45), moscow(15))
    gap = slot(moscow(13, 15), minutes=30)

    assert codes(gap, first, second, min_gap_minutes=60) == []
    assert codes(gap, first, second) == ["too_short", "start_not_allowed"]
    assert codes(slot(moscow(13, 15), minutes=15), first, second, min_gap_minutes=60) == [
        "too_short", "start_not_allowed", "leaves_gap",
    ]  # fmt: skip


def test_a_composite_hall_takes_its_parts_and_a_plain_one_itself() -> None:
    plain, parts = hall(), [uuid4(), uuid4()]

    assert spaces(plain) == [plain.id]
    assert spaces(hall(parts=parts)) == parts


def test_hours_across_midnight_are_one_stretch() -> None:
    night = table(hall(opening_hours=hours(time(22), time(3))))

    assert violations(night, slot(moscow(22), minutes=300), 1, NOW) == []
    assert [v.code for v in violations(night, slot(moscow(3), minutes=60), 1, NOW)] == ["closed"]


def test_24_00_is_the_end_of_the_day_and_joins_the_next() -> None:
    day = OpeningHours.model_validate({"weekday": 1, "opens": "00:00", "closes": "24:00"})
    around = table(hall(opening_hours=[day.model_copy(update={"weekday": n}) for n in range(1, 8)]))

    assert violations(around, slot(moscow(23), minutes=180), 1, NOW) == []


def override(**changes: object) -> DateOverride:
    return DateOverride.model_validate({"id": uuid4(), "first_day": DAY, "last_day": DAY} | changes)


EVENING = [Interval(opens=time(18), closes=time(20))]


def test_an_override_replaces_the_hours_of_its_days_and_of_no_other() -> None:
    studio = hall()
    days = StudioDays([override(hours=EVENING)])

    assert open_ranges(studio, days, DAY, DAY) == [TimeRange(moscow(18), moscow(20))]
    assert open_ranges(studio, days, date(2026, 12, 3), date(2026, 12, 3)) == [
        TimeRange(moscow(9, day=3), moscow(22, day=3))
    ]


def test_an_override_for_the_hall_counts_before_one_for_all_and_a_newer_before_an_older() -> None:
    studio = hall()
    own, general, other = (
        override(hall_id=studio.id, hours=EVENING),
        override(hours=[]),
        override(hall_id=uuid4(), hours=[]),
    )

    assert open_ranges(studio, StudioDays([own, general, other]), DAY, DAY) == [TimeRange(moscow(18), moscow(20))]
    assert open_ranges(studio, StudioDays([general, override(hours=EVENING)]), DAY, DAY) != []
    assert open_ranges(studio, StudioDays([override(hours=EVENING), general]), DAY, DAY) == []


def test_public_holidays_have_hours_of_their_own_unless_staff_say_otherwise() -> None:
    studio = hall(holiday_hours=EVENING)

    def new_year(country: str, day: date) -> str | None:
        return "Новый год" if (country, day) == ("RU", DAY) else None

    assert open_ranges(studio, StudioDays((), new_year), DAY, DAY) == [TimeRange(moscow(18), moscow(20))]
    workday = StudioDays([override(holiday=False)], new_year)
    assert open_ranges(studio, workday, DAY, DAY) == [TimeRange(moscow(9), moscow(22))]
    holiday = StudioDays([override(holiday=True)])
    assert open_ranges(studio, holiday, DAY, DAY) == [TimeRange(moscow(18), moscow(20))]
    elsewhere = studio.model_copy(update={"country": None})
    assert open_ranges(elsewhere, StudioDays((), new_year), DAY, DAY) == [TimeRange(moscow(9), moscow(22))]


@pytest.mark.parametrize(
    ("zone", "day", "length"),
    [
        (BERLIN, date(2026, 3, 29), 23),
        (BERLIN, date(2026, 10, 25), 25),
        (NEW_YORK, date(2026, 3, 8), 23),
        (NEW_YORK, date(2026, 11, 1), 25),
        (MOSCOW, date(2026, 3, 29), 24),
    ],
)
def test_a_day_has_as_many_hours_as_daylight_saving_leaves_it(zone: ZoneInfo, day: date, length: int) -> None:
    around = hall(timezone=zone.key, opening_hours=hours(time(0), time(0)))
    midnights = [datetime.combine(day + timedelta(days=n), time(0), zone).astimezone(UTC) for n in (0, 1)]
    whole = TimeRange(*midnights)

    shown = availability_day(timetable(around, StudioDays(), [whole], day, day), day, HOUR, 1, whole.start)

    assert whole.duration == HOUR * length
    assert len(shown.starts) == length * 2 - 1
    assert open_ranges(around, StudioDays(), day, day)[0] == whole
    assert [(span.start, span.end) for span in shown.free] == [(whole.start, whole.end)]


def test_hours_that_summer_time_skips_are_none_and_twice_told_hours_are_both_there() -> None:
    night = hall(timezone="Europe/Berlin", opening_hours=hours(time(2), time(3)), start_step_minutes=60)

    assert open_ranges(night, StudioDays(), date(2026, 3, 29), date(2026, 3, 29)) == []
    (autumn,) = open_ranges(night, StudioDays(), date(2026, 10, 25), date(2026, 10, 25))
    assert autumn.duration == 2 * HOUR


def test_a_buffer_keeps_its_length_across_a_change_of_the_clock() -> None:
    studio = hall(timezone="Europe/Berlin", buffer_before_minutes=120, buffer_after_minutes=120)
    span = TimeRange(datetime(2026, 3, 29, 3, tzinfo=BERLIN), datetime(2026, 3, 29, 4, tzinfo=BERLIN))

    assert claim(studio, span).duration == 5 * HOUR


def test_explain_names_the_reasons_of_every_quarter_that_is_no_start() -> None:
    taken = TimeRange(moscow(12), moscow(14))

    day = availability_day(table(hall(), [taken]), DAY, HOUR, 1, NOW, explain=True)

    assert day.closed is not None
    assert len(day.starts) + len(day.closed) == 96
    reasons = {closed.start.strftime("%H:%M"): closed.codes for closed in day.closed}
    assert reasons["12:00"] == ["busy"]
    assert reasons["11:30"] == ["busy"]
    assert reasons["08:00"] == ["closed"]
    assert reasons["10:15"] == ["start_not_allowed"]
    assert "11:00" not in reasons


def test_the_nearest_starts_come_first_and_at_the_same_distance_the_earlier() -> None:
    taken = TimeRange(moscow(12), moscow(14))

    near = nearest_starts(table(hall(), [taken]), slot(moscow(12), 120), 1, NOW, timedelta(hours=3))

    assert [start.astimezone(MOSCOW).strftime("%H:%M") for start in near] == [
        "10:00",
        "14:00",
        "09:30",
        "14:30",
        "09:00",
        "15:00",
    ]


@settings(max_examples=80, deadline=None)
@given(
    before=st.sampled_from([0, 15, 30]),
    after=st.sampled_from([0, 15]),
    step=st.sampled_from([15, 30, 60]),
    gap=st.sampled_from([0, 30, 60]),
    minutes=st.sampled_from([15, 60, 75, 120]),
    busy=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12), st.integers(0, 14)), max_size=4),
    now=st.integers(-10, 60),
)
def test_every_quarter_is_either_a_start_that_is_accepted_or_refused_for_the_reason_that_is_told(
    before: int, after: int, step: int, gap: int, minutes: int, busy: list[tuple[int, int, int]], now: int
) -> None:
    studio = hall(
        buffer_before_minutes=before, buffer_after_minutes=after, start_step_minutes=step, min_gap_minutes=gap
    )
    quarter, moment = timedelta(minutes=15), moscow(8) + timedelta(minutes=15 * now + 7)
    taken = [
        # Times of other calendars need not be on the grid.
        TimeRange(moscow(8) + quarter * start, moscow(8) + quarter * (start + length) + timedelta(minutes=odd))
        for start, length, odd in busy
    ]
    timetable_ = table(studio, taken)

    day = availability_day(timetable_, DAY, timedelta(minutes=minutes), 1, moment, explain=True)
    offered = availability_day(timetable_, DAY, timedelta(minutes=minutes), 1, moment).starts

    told = {closed.start: closed.codes for closed in day.closed or ()}
    assert offered == day.starts
    for number in range(96):
        start = datetime(2026, 12, 2, tzinfo=MOSCOW) + quarter * number
        span = slot(start, minutes)
        found = [violation.code for violation in violations(timetable_, span, 1, moment)]
        assert (start in offered, told.get(start, [])) == (not found, found)
        if not found:
            assert not any(one.start < claim(studio, span).end and claim(studio, span).start < one.end for one in taken)


def test_no_start_is_offered_beyond_the_horizon() -> None:
    day = availability_day(table(hall(horizon_days=1)), DAY, HOUR, 1, moscow(12, day=1))

    assert day.starts[-1] == moscow(12)
