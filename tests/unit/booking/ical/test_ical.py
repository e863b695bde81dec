"""Busy time out of other people's iCalendar files."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.ical.errors import CalendarTooComplexError, MalformedCalendarError, TooManyEventsError
from booking.time.ranges import TimeRange
from tests.support.booking.calendar import LIMITS, WINDOW, ics, reading, vevent

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


def busy(*events: str, zone: ZoneInfo = BERLIN, window: TimeRange = WINDOW) -> list[TimeRange]:
    return [event.during for event in reading(ics(*events), zone, window).events]


def spans(*pairs: tuple[str, str]) -> list[TimeRange]:
    return [TimeRange(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in pairs]


def test_an_event_is_busy_from_its_start_to_its_end() -> None:
    found = reading(ics(vevent("DTSTART:20261202T100000Z", "DTEND:20261202T113000Z", uid="a")))
    assert [(event.uid, event.during) for event in found.events] == [
        ("a", *spans(("2026-12-02T10:00Z", "2026-12-02T11:30Z")))
    ]


@pytest.mark.parametrize(
    ("zone", "start", "end"),
    [(BERLIN, "2026-12-01T23:00Z", "2026-12-03T23:00Z"), (NEW_YORK, "2026-12-02T05:00Z", "2026-12-04T05:00Z")],
)
def test_whole_days_are_those_of_the_hall(zone: ZoneInfo, start: str, end: str) -> None:
    event = vevent("DTSTART;VALUE=DATE:20261202", "DTEND;VALUE=DATE:20261204")
    assert busy(event, zone=zone) == spans((start, end))


def test_a_day_without_an_end_is_one_day_also_when_it_has_25_hours() -> None:
    window = TimeRange(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
    assert busy(vevent("DTSTART;VALUE=DATE:20261025"), window=window)[0].duration == timedelta(hours=25)


def test_a_time_without_a_zone_is_the_halls() -> None:
    event = vevent("DTSTART:20261202T100000", "DURATION:PT1H")
    assert busy(event, zone=NEW_YORK) == spans(("2026-12-02T15:00Z", "2026-12-02T16:00Z"))


@pytest.mark.parametrize(
    ("zone", "first", "hours"),
    [("Europe/Berlin", "20270321", [9, 8]), ("America/New_York", "20270307", [15, 14])],
)
def test_repetitions_keep_the_wall_clock_of_their_own_zone(zone: str, first: str, hours: list[int]) -> None:
    event = vevent(
        f"DTSTART;TZID={zone}:{first}T100000", f"DTEND;TZID={zone}:{first}T110000", "RRULE:FREQ=WEEKLY;COUNT=2"
    )
    assert [span.start.hour for span in busy(event)] == hours


def test_exceptions_and_moved_occurrences_are_followed() -> None:
    series = vevent(
        "DTSTART:20261202T100000Z", "DTEND:20261202T110000Z", "RRULE:FREQ=DAILY;COUNT=4", "EXDATE:20261203T100000Z"
    )
    moved = vevent("RECURRENCE-ID:20261204T100000Z", "DTSTART:20261204T150000Z", "DTEND:20261204T160000Z")
    dropped = vevent(
        "RECURRENCE-ID:20261205T100000Z", "DTSTART:20261205T100000Z", "DTEND:20261205T110000Z", "STATUS:CANCELLED"
    )
    assert busy(series, moved, dropped) == spans(
        ("2026-12-02T10:00Z", "2026-12-02T11:00Z"), ("2026-12-04T15:00Z", "2026-12-04T16:00Z")
    )


@pytest.mark.parametrize("line", ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "status:cancelled"])
def test_some_events_make_nobody_busy(line: str) -> None:
    assert busy(vevent("DTSTART:20261202T100000Z", "DTEND:20261202T110000Z", line)) == []


def test_an_event_without_length_makes_nobody_busy() -> None:
    assert busy(vevent("DTSTART:20261202T100000Z")) == []


def test_only_the_window_counts() -> None:
    across = vevent("DTSTART:20261130T220000Z", "DTEND:20261201T020000Z")
    before = vevent("DTSTART:20261130T220000Z", "DTEND:20261201T000000Z", uid="b")
    after = vevent("DTSTART:20271201T000000Z", "DTEND:20271201T010000Z", uid="c")
    assert busy(across, before, after) == spans(("2026-12-01T00:00Z", "2026-12-01T02:00Z"))


def test_an_endless_series_ends_with_the_window() -> None:
    event = vevent("DTSTART:20200101T100000Z", "DTEND:20200101T110000Z", "RRULE:FREQ=DAILY")
    assert len(busy(event)) == 365


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "",
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n",
        "BEGIN:VCARD\r\nEND:VCARD\r\n",
        ics(vevent("SUMMARY:when?")),
        ics(vevent("DTSTART:tomorrow")),
        ics(vevent("DTSTART:20261202T100000Z", "DTEND:later")),
        ics(vevent("DTSTART:20261202T100000Z", "DURATION:PT1H", "RRULE:FREQ=OFTEN")),
        ics(vevent("DTSTART:20261202T100000Z", "DURATION:PT1H", "RDATE:never")),
        ics(vevent("DTSTART:20261202T100000Z", "DURATION:an hour")),
        ics(vevent("DTSTART:20261202T100000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;INTERVAL=0;BYDAY=MO")),
    ],
)
def test_what_cannot_be_understood_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(MalformedCalendarError) as refused:
        reading(text)
    assert refused.value.params["reason"]


def test_one_broken_event_spoils_the_file() -> None:
    with pytest.raises(MalformedCalendarError):
        busy(vevent("DTSTART:20261202T100000Z", "DURATION:PT1H", uid="a"), vevent("DTSTART:tomorrow", uid="b"))


def test_too_many_events_are_refused() -> None:
    hourly = vevent("DTSTART:20200101T100000Z", "DURATION:PT30M", "RRULE:FREQ=HOURLY")
    with pytest.raises(TooManyEventsError) as refused:
        busy(hourly)
    assert refused.value.params == {"max": LIMITS.events, "found": LIMITS.events + 1, "until": "2027-12-01"}


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;COUNT=999999;BYDAY=MO"]
)
def test_rules_that_would_take_hours_are_refused_at_once(rule: str) -> None:
    """Half of the steps that are allowed come from events that are fine by themselves."""
    daily = [vevent("DTSTART:20200101T100000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY", uid=str(i)) for i in range(3)]
    dense = [vevent("DTSTART:18500101T100000Z", "DURATION:PT1S", f"RRULE:{rule}", uid=f"x{i}") for i in range(5)]
    with pytest.raises(CalendarTooComplexError) as refused:
        busy(*daily, *dense)
    assert refused.value.params["max"] == LIMITS.steps
    assert int(str(refused.value.params["found"])) > LIMITS.steps


@pytest.mark.parametrize("rule", ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=4"])
def test_rules_that_never_match_cost_no_more_than_others(rule: str) -> None:
    """python-dateutil would look for each of them up to the year 9999."""
    never = [vevent("DTSTART:20261201T100000Z", "DURATION:PT1H", f"RRULE:{rule}", uid=str(i)) for i in range(200)]
    assert len(busy(*never)) == 200


def test_the_reason_names_the_property_its_line_and_the_event() -> None:
    file = ics(vevent("DTSTART:20261202T100000Z", "DURATION:PT1H", "RRULE:FREQ=OFTEN", uid="a@b"))
    with pytest.raises(MalformedCalendarError) as refused:
        reading(file)
    assert refused.value.params == {
        "line": 8,
        "property": "RRULE",
        "uid": "a@b",
        "value": "FREQ=OFTEN",
        "reason": "line 8, RRULE, UID a@b, “FREQ=OFTEN”, this value cannot be read",
    }
    assert "строка 8, RRULE, UID a@b" in refused.value.message("ru")
    assert file.splitlines()[7] == "RRULE:FREQ=OFTEN"
