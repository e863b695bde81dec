"""Events of other people's calendars: ends, repetitions, exceptions, duplicates, free and busy time."""

import pytest

from tests.support.booking.calendar import doubts, ics, reading, spans, vevent

HOUR = "DURATION:PT1H"
TEN = "DTSTART:20261210T100000Z"
LOCAL = "DTSTART;TZID=Europe/Moscow:20261210T100000"


def days(*lines: str) -> list[str]:
    """The days, in UTC, on which something begins, and what was assumed."""
    read = reading(ics(vevent(*lines)))
    return [f"{event.during.start:%d}" for event in read.events]


def codes(*components: str) -> list[str]:
    return [code for code, _, _ in doubts(reading(ics(*components)))]


@pytest.mark.parametrize("start", [LOCAL, TEN, "DTSTART:20261210T100000", "DTSTART;VALUE=DATE:20261210"])
def test_the_day_of_until_belongs_to_the_series(start: str) -> None:
    """Like that of our own series."""
    length = [] if "VALUE" in start else [HOUR]
    found = reading(ics(vevent(start, *length, "RRULE:FREQ=DAILY;UNTIL=20261212"))).events
    assert len(found) == 3


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20261212T070000Z", "12"),
        ("20261212T065959Z", "11"),
        ("20261212T100000", "12"),
        ("20261212T095959", "11"),
        ("20261212T100000+0300", "12"),
        ("20261201", "10"),
        ("20200101T000000Z", "10"),
    ],
)
def test_a_moment_of_until_is_local_or_in_utc_as_written(until: str, last: str) -> None:
    """A series that ends before it begins is its start alone."""
    assert days(LOCAL, HOUR, f"RRULE:FREQ=DAILY;UNTIL={until}")[-1] == last


def test_until_and_count_together_end_with_the_later() -> None:
    for rule in ("COUNT=4;UNTIL=20261211", "COUNT=2;UNTIL=20261213"):
        read = reading(ics(vevent(LOCAL, HOUR, f"RRULE:FREQ=DAILY;{rule}")))
        assert (len(read.events), doubts(read)) == (4, [("count_and_until", "RRULE", "event")])


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("DTEND;VALUE=DATE:20261210",),
        ("DTEND;VALUE=DATE:20261211",),
        ("DURATION:P0D",),
        ("DURATION:P1D",),
        ("DURATION:PT0S",),
        ("DURATION:PT24H",),
        ("DURATION:PT1H",),
    ],
)
def test_a_day_is_a_day(lines: tuple[str, ...]) -> None:
    read = reading(ics(vevent("DTSTART;VALUE=DATE:20261210", *lines)))
    assert (spans(read), read.doubts) == (["1209T2100-2100"], [])
    assert read.events[0].during.duration.days == 1


@pytest.mark.parametrize(
    ("lines", "expected", "assumed"),
    [
        (("DTEND:20261210T090000Z",), ["1210T0900-1000"], ["end_before_start"]),
        (("DURATION:-PT1H",), ["1210T0900-1000"], ["end_before_start"]),
        (("DTEND:20261210T110000Z", "DURATION:PT3H"), ["1210T1000-1300"], ["two_ends"]),
        (("DTEND:20261210T110000Z", "DTEND:20261210T120000Z"), ["1210T1000-1200"], ["duplicate_property"]),
        (("DTEND;VALUE=DATE:20261211",), ["1210T1000-0000"], ["day_and_time"]),
        (("DTEND;VALUE=DATE:20261210",), ["1210T1000-0000"], ["day_and_time"]),
        (("DTEND:20261210T100000Z",), [], ["no_length"]),
        ((), [], ["no_length"]),
        (("DURATION:",), [], ["empty_property", "no_length"]),
    ],
)
def test_an_end_that_is_odd_is_taken_as_busy_and_told(
    lines: tuple[str, ...], expected: list[str], assumed: list[str]
) -> None:
    read = reading(ics(vevent(TEN, *lines)))
    assert (spans(read), sorted(code for code, _, _ in doubts(read))) == (expected, assumed)


def test_days_by_the_calendar_and_hours_by_the_clock() -> None:
    """Across the night in which Berlin's clocks go forward."""
    start = "DTSTART;TZID=Europe/Berlin:20270327T120000"
    assert spans(reading(ics(vevent(start, "DURATION:P1D")))) == ["0327T1100-1000"]
    assert spans(reading(ics(vevent(start, "DURATION:PT24H")))) == ["0327T1100-1100"]


def test_a_night_in_which_clocks_change_is_the_longer_of_two() -> None:
    """A series of nights, by the wall from 22 to 6: one of them has nine hours, one seven."""
    night = ("DTSTART;TZID=Europe/Berlin:20270326T220000", "DTEND;TZID=Europe/Berlin:20270327T060000")
    found = reading(ics(vevent(*night, "RRULE:FREQ=DAILY;COUNT=3")))
    assert spans(found) == ["0326T2100-0500", "0327T2100-0500", "0328T2000-0400"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("RDATE:20261212T100000Z,20261214T100000Z", ["1210T1000-1100", "1212T1000-1100", "1214T1000-1100"]),
        ("RDATE;TZID=Europe/Moscow:20261212T100000", ["1210T1000-1100", "1212T0700-0800"]),
        ("RDATE;VALUE=PERIOD:20261212T100000Z/20261212T150000Z", ["1210T1000-1100", "1212T1000-1500"]),
        ("RDATE;VALUE=PERIOD:20261212T100000Z/PT5H", ["1210T1000-1100", "1212T1000-1500"]),
        ("RDATE:", ["1210T1000-1100"]),
    ],
)
def test_extra_dates_are_busy_and_periods_have_ends_of_their_own(line: str, expected: list[str]) -> None:
    assert spans(reading(ics(vevent(TEN, HOUR, line)))) == expected


def test_an_extra_day_among_times_is_a_whole_day() -> None:
    read = reading(ics(vevent(TEN, HOUR, "RDATE;VALUE=DATE:20261212")))
    assert (spans(read), doubts(read)) == (["1210T1000-1100", "1211T2100-2100"], [("day_and_time", "RDATE", "event")])


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("EXDATE:20261211T070000Z", ["10", "12"]),
        ("EXDATE;TZID=Europe/Moscow:20261211T100000,20261212T100000", ["10"]),
        ("EXDATE;TZID=Europe/Moscow:20261210T100000", ["11", "12"]),
    ],
)
def test_exclusions_are_left_out(line: str, left: list[str]) -> None:
    assert days(LOCAL, HOUR, "RRULE:FREQ=DAILY;COUNT=3", line) == left


@pytest.mark.parametrize(
    "line", ["EXDATE;VALUE=DATE:20261211", "EXDATE:never", "EXRULE:FREQ=DAILY", "EXDATE:20261211T100000Z,?"]
)
def test_an_exclusion_that_cannot_be_told_excludes_nothing(line: str) -> None:
    event = vevent(LOCAL, HOUR, "RRULE:FREQ=DAILY;COUNT=3", line, uid="e")
    read = reading(ics(event))
    assert (len(read.events), doubts(read)) == (3, [("exclusion_ignored", line[:6], "e")])


def test_a_day_may_be_excluded_by_its_midnight() -> None:
    rule = ("DTSTART;VALUE=DATE:20261210", "RRULE:FREQ=DAILY;COUNT=3")
    for line in ("EXDATE;VALUE=DATE:20261211", "EXDATE:20261211T000000Z", "EXDATE:20261211T000000"):
        assert days(*rule, line) == ["09", "11"]


def test_different_events_of_one_uid_are_all_busy_and_told() -> None:
    one, other = vevent(TEN, HOUR, "SEQUENCE:1"), vevent("DTSTART:20261211T100000Z", HOUR, "SEQUENCE:1")
    read = reading(ics(one, other))
    assert (spans(read), doubts(read)) == (["1210T1000-1100", "1211T1000-1100"], [("duplicate_uid", "UID", "event")])
    assert reading(ics(one, one)).doubts == []
    nameless = [vevent(TEN, HOUR, uid=None), vevent("DTSTART:20261211T100000Z", HOUR, uid=None)]
    assert (len(reading(ics(*nameless)).events), codes(*nameless)) == (2, [])


def test_the_newest_revision_of_an_event_counts_and_the_older_is_told() -> None:
    old, new = vevent(TEN, HOUR), vevent("DTSTART:20261211T100000Z", HOUR, "SEQUENCE:2")
    for pair in ((old, new), (new, old)):
        read = reading(ics(*pair))
        assert (spans(read), doubts(read)) == (["1211T1000-1100"], [("older_revision", "UID", "event")])


@pytest.mark.parametrize(
    ("lines", "busy", "assumed"),
    [
        (("STATUS:CANCELLED",), False, []),
        (("TRANSP:TRANSPARENT",), False, []),
        (("STATUS:TENTATIVE", "TRANSP:OPAQUE"), True, []),
        (("STATUS:CANCELLED", "STATUS:CANCELLED"), False, []),
        (("STATUS:CONFIRMED", "STATUS:CANCELLED"), True, ["contradiction"]),
        (("TRANSP:TRANSPARENT", "TRANSP:OPAQUE"), True, ["contradiction"]),
        (("STATUS:CANCELED",), True, ["unknown_status"]),
        (("TRANSP:1",), True, ["unknown_status"]),
        (("STATUS:", "TRANSP:"), True, []),
    ],
)
def test_statuses(lines: tuple[str, ...], busy: bool, assumed: list[str]) -> None:
    event = vevent(TEN, HOUR, *lines)
    assert (len(reading(ics(event)).events), codes(event)) == (int(busy), assumed)


def test_the_start_of_an_event_counts_whatever_its_rule_says() -> None:
    event = vevent("DTSTART;TZID=Europe/Moscow:20261210T100000", HOUR, "RRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=2")
    read = reading(ics(event))
    assert ([f"{one.during.start:%d}" for one in read.events], codes(event)) == (
        ["10", "11", "18"],
        ["start_outside_rule"],
    )


def test_what_of_a_rule_nobody_knows_is_passed_over_and_told() -> None:
    event = vevent(LOCAL, HOUR, "RRULE:FREQ=DAILY;COUNT=3;X-ONLY=WORKDAYS;RSCALE=GREGORIAN")
    assert (len(reading(ics(event)).events), codes(event)) == (3, ["rule_part_ignored"])


def test_several_rules_are_all_followed() -> None:
    assert days(LOCAL, HOUR, "RRULE:FREQ=DAILY;COUNT=2", "RRULE:FREQ=WEEKLY;COUNT=2") == ["10", "11", "17"]
