"""Time zones of other people's calendars: what their names mean, and that no file has a say in another's."""

import random

import pytest

from booking.ical.zones import by_name
from tests.support.booking.calendar import calendar_of, doubts, ics, reading, spans, vevent
from tests.support.chance import seed, told

UNKNOWN = [("unknown_zone", "DTSTART", "event")]
GUESSED = [("guessed_zone", "DTSTART", "event")]


def vtimezone(name: str, offset: str, *more: str) -> str:
    """A zone of one offset."""
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}", "BEGIN:STANDARD", "DTSTART:16010101T000000"]
    return "\r\n".join(
        [*lines, f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}", *more, "END:STANDARD", "END:VTIMEZONE", ""]
    )


SUMMER = """BEGIN:VTIMEZONE
TZID:Ours
BEGIN:STANDARD
DTSTART:16011028T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010325T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
"""


def at(name: str, local: str = "20261210T200000") -> str:
    return vevent(f"DTSTART;TZID={name}:{local}", "DURATION:PT1H")


@pytest.mark.parametrize(
    ("name", "hour"),
    [
        ("Europe/Moscow", 17),
        ("europe/moscow", 17),
        ('"Europe/Berlin"', 19),
        ("/freeassociation.sourceforge.net/Europe/Berlin", 19),
        ("/softwarestudio.org/Olson_20011030_5/America/Argentina/Buenos_Aires", 23),
        ("Russian Standard Time", 17),
        ("W. Europe Standard Time", 19),
        ('"tzone://Microsoft/Utc"', 20),
        ("tzone://Microsoft/Utc", 20),
        ("UTC", 20),
        ("GMT", 20),
        ("Etc/GMT-3", 17),
        ("UTC+3", 17),
        ("UTC+05:30", 14),
        ("+0300", 17),
        ("GMT-0500", 1),
        ("MSK", 17),
    ],
)
def test_a_zone_is_known_by_its_name(name: str, hour: int) -> None:
    read = reading(ics(at(name)))
    assert ([event.during.start.hour for event in read.events], read.doubts) == ([hour], [])


@pytest.mark.parametrize(
    ("name", "hour"),
    [
        ('"(UTC+03:00) Moscow, St. Petersburg"', 17),
        ("(UTC+05:00) Yekaterinburg", 15),
        ('"(UTC) Dublin, Lisbon"', 20),
        ("Yekaterinburg", 15),
        ("GMT+3", 17),
    ],
)
def test_a_name_that_leaves_room_for_doubt_is_told(name: str, hour: int) -> None:
    read = reading(ics(at(name)))
    assert ([event.during.start.hour for event in read.events], doubts(read)) == ([hour], GUESSED)


@pytest.mark.parametrize("name", ["Customized Time Zone", "tzone://Microsoft/Custom", "PST", "UTC+99", "../etc/passwd"])
def test_a_zone_that_nobody_knows_is_the_halls_and_is_told(name: str) -> None:
    read = reading(ics(at(f'"{name}"')))
    assert (spans(read), doubts(read)) == (["1210T1700-1800"], UNKNOWN)
    assert read.doubts[0].params == {"zone": name, "assumed": "Europe/Moscow"}


def test_a_zone_of_the_file_is_as_it_defines_it() -> None:
    read = reading(ics(vtimezone("Customized Time Zone", "+0700"), at("Customized Time Zone")))
    assert (spans(read), read.doubts) == (["1210T1300-1400"], [])


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("20270115T100000", "0115T0900-1000"),
        ("20270328T013000", "0328T0030-0130"),
        ("20270328T023000", "0328T0130-0230"),
        ("20270715T100000", "0715T0800-0900"),
        ("20271031T023000", "1031T0030-0130"),
        ("20271031T030000", "1031T0200-0300"),
    ],
    ids=["winter", "before the gap", "in the gap", "summer", "the first of two", "after"],
)
def test_summer_time_of_the_file_begins_and_ends(local: str, expected: str) -> None:
    assert spans(reading(ics(SUMMER, at("Ours", local)))) == [expected]
    assert spans(reading(ics(at("Europe/Berlin", local)))) == [expected]


def test_a_known_name_goes_before_an_old_definition_of_it() -> None:
    for name in ("Europe/Moscow", "Russian Standard Time"):
        read = reading(ics(vtimezone(name, "+0400"), at(name)))
        assert (spans(read), doubts(read)) == (["1210T1700-1800"], [("zone_differs", "DTSTART", "event")])
        assert reading(ics(vtimezone(name, "+0300"), at(name))).doubts == []


def test_a_definition_that_cannot_be_read_is_none() -> None:
    read = reading(ics(vtimezone("Odd", "three"), at("Odd")))
    assert (spans(read), doubts(read)) == (["1210T1700-1800"], UNKNOWN)
    location = vtimezone("Odd", "three").replace("TZID:Odd", "TZID:Odd\r\nX-LIC-LOCATION:Europe/Berlin")
    assert spans(reading(ics(location, at("Odd")))) == ["1210T1900-2000"]


def test_nothing_that_a_file_defines_is_seen_by_the_next() -> None:
    """In any order, many times, in one process; names that are known, and some that only files define."""
    names = ["Customized Time Zone", "Europe/Moscow", "Russian Standard Time", "tzone://Microsoft/Custom", "UTC", "X"]
    files = {
        (name, offset): ics(vtimezone(name, offset), at(f'"{name}"')) if offset else ics(at(f'"{name}"'))
        for name in names
        for offset in ("+0700", "+0300", "-1100", "")
    }
    alone = {key: spans(reading(text)) for key, text in files.items()}
    assert alone[("Customized Time Zone", "+0700")] == ["1210T1300-1400"]
    assert alone[("Customized Time Zone", "+0300")] == alone[("Customized Time Zone", "")] == ["1210T1700-1800"]
    order = [key for key in files for _ in range(4)]
    random.Random(seed()).shuffle(order)
    for key in order:
        assert spans(reading(files[key])) == alone[key], (key, told())


def test_two_calendars_of_one_file_have_zones_of_their_own() -> None:
    text = ics(vtimezone("MSK", "+0700"), at("MSK")) + ics(vtimezone("MSK", "+0300"), at("MSK"))
    assert spans(reading(text)) == ["1210T1300-1400", "1210T1700-1800"]


def test_a_name_is_not_changed_by_what_was_read() -> None:
    before = by_name("Russian Standard Time")
    reading(ics(vtimezone("Russian Standard Time", "+0900"), at("Russian Standard Time")))
    assert by_name("Russian Standard Time") == before


@pytest.mark.parametrize(
    ("zone", "rule", "expected"),
    [
        ("Asia/Yekaterinburg", "RRULE:FREQ=WEEKLY;COUNT=2;BYDAY=WE", ["0113T2000-2100", "0120T2000-2100"]),
        ("Nowhere/At all", "RRULE:FREQ=WEEKLY;COUNT=2;BYDAY=WE", ["0113T2000-2100", "0120T2000-2100"]),
    ],
)
def test_the_calendars_zone_does_not_move_what_is_in_utc(zone: str, rule: str, expected: list[str]) -> None:
    event = vevent("DTSTART:20270113T200000Z", "DURATION:PT1H", rule)
    read = reading(calendar_of(event, header=f"X-WR-TIMEZONE:{zone}\r\n"))
    assert (spans(read), read.doubts) == (expected, [])


def test_the_calendars_zone_is_that_of_times_without_one() -> None:
    """Whole days stay the hall's."""
    header = "X-WR-TIMEZONE:Asia/Yekaterinburg\r\n"
    day, time = vevent("DTSTART;VALUE=DATE:20261210", uid="day"), vevent("DTSTART:20261212T200000", "DURATION:PT1H")
    read = reading(calendar_of(day, time, header=header))
    assert spans(read) == ["1209T2100-2100", "1212T1500-1600"]
    unknown = reading(calendar_of(time, header="X-WR-TIMEZONE:Nowhere\r\n"))
    assert (spans(unknown), doubts(unknown)) == (["1212T1700-1800"], [("unknown_zone", "X-WR-TIMEZONE", None)])


def test_utc_stays_utc_whatever_zone_is_named_with_it() -> None:
    read = reading(ics(at("Europe/Moscow", "20261210T170000Z")))
    assert (spans(read), doubts(read)) == (["1210T1700-1800"], [("utc_with_zone", "DTSTART", "event")])
