"""Repetitions keep the wall clock of their hall, across changes to and from summer time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from booking.ical.occurrences import local_starts
from booking.time.ranges import TimeRange
from booking.time.recurrence import MAX_OCCURRENCES, occurrences
from shared_schemas.calendar import Recurrence
from shared_schemas.errors import RuleViolationError

BERLIN, NEW_YORK, MOSCOW = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Europe/Moscow")


def slot(start: datetime, hours: float = 1) -> TimeRange:
    return TimeRange(start, (start.astimezone(UTC) + timedelta(hours=hours)).astimezone(start.tzinfo))


def repeated(first: TimeRange, rule: str, zone: ZoneInfo, *exceptions: datetime) -> list[TimeRange]:
    return occurrences(first, Recurrence(rule=rule, exceptions=exceptions), zone, local_starts)


def refusal(first: TimeRange, rule: str, zone: ZoneInfo = MOSCOW, *exceptions: datetime) -> str:
    with pytest.raises(RuleViolationError) as refused:
        repeated(first, rule, zone, *exceptions)
    return refused.value.violations[0].code


def test_without_a_rule_there_is_one() -> None:
    once = slot(datetime(2026, 12, 1, 10, tzinfo=MOSCOW))
    assert occurrences(once, None, MOSCOW, local_starts) == [once.utc()]


@pytest.mark.parametrize(
    ("zone", "start", "utc_hours"),
    [
        (BERLIN, datetime(2027, 3, 21, 10, tzinfo=BERLIN), [9, 8, 8]),
        (BERLIN, datetime(2026, 10, 18, 10, tzinfo=BERLIN), [8, 9, 9]),
        (NEW_YORK, datetime(2027, 3, 7, 10, tzinfo=NEW_YORK), [15, 14, 14]),
        (NEW_YORK, datetime(2026, 10, 25, 10, tzinfo=NEW_YORK), [14, 15, 15]),
        (MOSCOW, datetime(2027, 3, 21, 10, tzinfo=MOSCOW), [7, 7, 7]),
    ],
)
def test_the_local_hour_stays_when_the_offset_changes(zone: ZoneInfo, start: datetime, utc_hours: list[int]) -> None:
    found = repeated(slot(start), "FREQ=WEEKLY;COUNT=3", zone)
    assert [span.start.hour for span in found] == utc_hours
    assert all(span.duration == timedelta(hours=1) for span in found)


@pytest.mark.parametrize(("first", "hours"), [(26, (8, 7, 8)), (27, (7, 8, 8))])
def test_a_night_over_the_change_ends_at_the_same_local_time(first: int, hours: tuple[int, ...]) -> None:
    night = slot(datetime(2027, 3, first, 22, tzinfo=BERLIN), hours[0])
    found = repeated(night, "FREQ=DAILY;COUNT=3", BERLIN)
    assert [span.duration for span in found] == [timedelta(hours=length) for length in hours]
    assert {span.end.astimezone(BERLIN).hour for span in found} == {6}


def test_an_occurrence_inside_the_skipped_hour_is_none() -> None:
    """28 March 2027 has no 02:30 in Berlin, and so nothing between it and 03:00."""
    found = repeated(slot(datetime(2027, 3, 27, 2, 30, tzinfo=BERLIN), 0.5), "FREQ=DAILY;COUNT=3", BERLIN)
    assert [span.start.astimezone(BERLIN).day for span in found] == [27, 29]


@pytest.mark.parametrize("fold", [0, 1])
def test_which_of_two_equal_hours_is_meant_is_kept(fold: int) -> None:
    first = datetime(2026, 10, 25, 2, 0, tzinfo=BERLIN, fold=fold)
    found = repeated(TimeRange(first, datetime(2026, 10, 25, 4, tzinfo=BERLIN)), "FREQ=DAILY;COUNT=2", BERLIN)
    assert found[0].start == first.astimezone(UTC)


@pytest.mark.parametrize(
    ("until", "days"),
    [
        ("20261203", [1, 2, 3]),
        ("20261203T070000Z", [1, 2, 3]),
        ("20261203T065959Z", [1, 2]),
        ("20261203T100000", [1, 2, 3]),
    ],
)
def test_until_is_inclusive_as_a_date_in_utc_and_in_local_time(until: str, days: list[int]) -> None:
    found = repeated(slot(datetime(2026, 12, 1, 10, tzinfo=MOSCOW)), f"FREQ=DAILY;UNTIL={until}", MOSCOW)
    assert [span.start.day for span in found] == days


def test_exceptions_are_left_out_but_counted() -> None:
    start = datetime(2026, 12, 1, 10, tzinfo=MOSCOW)
    found = repeated(slot(start), "FREQ=DAILY;COUNT=3", MOSCOW, start + timedelta(days=1))
    assert [span.start.day for span in found] == [1, 3]


def test_monthly_rules_are_those_of_the_rfc() -> None:
    found = repeated(slot(datetime(2026, 12, 25, 10, tzinfo=MOSCOW)), "FREQ=MONTHLY;BYDAY=-1FR;COUNT=2", MOSCOW)
    assert [span.start.date().isoformat() for span in found] == ["2026-12-25", "2027-01-29"]


def test_a_year_of_days_is_the_most() -> None:
    first = slot(datetime(2026, 12, 1, 10, tzinfo=MOSCOW))
    assert len(repeated(first, f"FREQ=DAILY;COUNT={MAX_OCCURRENCES}", MOSCOW)) == MAX_OCCURRENCES
    assert refusal(first, f"FREQ=DAILY;COUNT={MAX_OCCURRENCES + 1}") == "too_many_occurrences"
    assert refusal(first, "FREQ=DAILY;UNTIL=20291231") == "too_many_occurrences"


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("FREQ=YEARLY;COUNT=20", "recurrence_too_long"),
        ("FREQ=YEARLY;UNTIL=20400101", "recurrence_too_long"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1", "recurrence_too_long"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;UNTIL=20270101", "no_occurrences"),
        ("FREQ=DAILY;INTERVAL=0;COUNT=2", "invalid_recurrence"),
        ("FREQ=DAILY;COUNT=0", "invalid_recurrence"),
        ("FREQ=DAILY;UNTIL=2026-12-31", "invalid_recurrence"),
    ],
)
def test_a_rule_that_goes_nowhere_or_too_far_is_refused(rule: str, code: str) -> None:
    assert refusal(slot(datetime(2026, 12, 1, 10, tzinfo=MOSCOW)), rule) == code


@pytest.mark.parametrize("rule", ["FREQ=WEEKLY;BYDAY=TH;COUNT=2", "FREQ=DAILY;BYHOUR=11;COUNT=2"])
def test_a_start_that_its_rule_leaves_out_is_refused(rule: str) -> None:
    with pytest.raises(RuleViolationError) as refused:
        repeated(slot(datetime(2026, 12, 1, 10, tzinfo=MOSCOW)), rule, MOSCOW)
    assert [(v.field, v.code) for v in refused.value.violations] == [
        ("start", "start_not_in_rule"),
        ("recurrence.rule", "start_not_in_rule"),
    ]


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (datetime(2026, 12, 2, 10, 15, tzinfo=MOSCOW), "no_such_occurrence"),
        (datetime(2026, 12, 4, 10, tzinfo=MOSCOW), "no_such_occurrence"),
        (datetime(2026, 12, 3, 10, tzinfo=UTC), "no_such_occurrence"),
        (datetime(2026, 12, 2, 7, tzinfo=UTC), "repeated_exception"),
    ],
)
def test_an_exception_that_takes_nothing_out_is_refused_by_its_place(second: datetime, code: str) -> None:
    first = datetime(2026, 12, 2, 10, tzinfo=MOSCOW)
    with pytest.raises(RuleViolationError) as refused:
        repeated(slot(datetime(2026, 12, 1, 10, tzinfo=MOSCOW)), "FREQ=DAILY;COUNT=3", MOSCOW, first, second)
    assert [(v.field, v.code) for v in refused.value.violations] == [("recurrence.exceptions.1", code)]


def test_exceptions_may_not_take_everything() -> None:
    start = datetime(2026, 12, 1, 10, tzinfo=MOSCOW)
    assert refusal(slot(start), "FREQ=DAILY;COUNT=1", MOSCOW, start) == "no_occurrences"


def test_rules_that_never_match_are_refused_at_once() -> None:
    """python-dateutil would go on to the year 9999 for each of them, five seconds or so."""
    first = slot(datetime(2026, 12, 1, 10, tzinfo=MOSCOW))
    for day in range(30):
        rule = f"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;BYHOUR={day % 24};UNTIL=20270101"
        assert refusal(first, rule) == "no_occurrences"


def test_parts_that_the_standard_does_not_know_are_refused() -> None:
    with pytest.raises(ValidationError):
        Recurrence(rule="FREQ=YEARLY;BYEASTER=0;COUNT=2")
