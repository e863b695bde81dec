"""What stands for one occurrence of a series or for all that follow, and free and busy time that is no event."""

import pytest

from tests.support.booking.calendar import doubts, ics, reading, spans, vevent

HOUR = "DURATION:PT1H"
TEN = "DTSTART:20261210T100000Z"
LOCAL = "DTSTART;TZID=Europe/Moscow:20261210T100000"
SERIES = (LOCAL, HOUR, "RRULE:FREQ=DAILY;COUNT=5")


def override(day: int, *lines: str, span: str = "") -> str:
    """What stands for the occurrence of a day."""
    return vevent(f"RECURRENCE-ID;TZID=Europe/Moscow{span}:202612{day}T100000", *lines)


def test_an_override_takes_the_place_of_its_occurrence() -> None:
    moved = override(11, "DTSTART:20261211T150000Z", "DURATION:PT2H")
    assert spans(reading(ics(vevent(*SERIES), moved)))[:3] == ["1210T0700-0800", "1211T1500-1700", "1212T0700-0800"]
    gone = override(11, "STATUS:CANCELLED")
    assert len(reading(ics(gone, vevent(*SERIES))).events) == 4


def test_a_day_does_not_tell_which_time_is_replaced() -> None:
    """Nor a time which day, unless it is midnight."""
    gone = vevent("RECURRENCE-ID;VALUE=DATE:20261211", "STATUS:CANCELLED")
    read = reading(ics(vevent(*SERIES), gone))
    assert (len(read.events), doubts(read)) == (5, [("override_ignored", "RECURRENCE-ID", "event")])
    days = vevent("DTSTART;VALUE=DATE:20261210", "RRULE:FREQ=DAILY;COUNT=3")
    for at, left in (("20261211T100000Z", 3), ("20261211T000000", 2), ("20261211T000000Z", 2)):
        read = reading(ics(days, vevent(f"RECURRENCE-ID:{at}", "STATUS:CANCELLED")))
        assert (len(read.events), len(read.doubts)) == (left, left - 2)


FUTURE = ";RANGE=THISANDFUTURE"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ("DTSTART;TZID=Europe/Moscow:20261212T120000", "DURATION:PT2H"),
            ["1210T0700-0800", "1211T0700-0800", "1212T0900-1100", "1213T0900-1100", "1214T0900-1100"],
        ),
        (
            ("DTSTART;TZID=Europe/Moscow:20261213T100000", HOUR),
            ["1210T0700-0800", "1211T0700-0800", "1213T0700-0800", "1214T0700-0800", "1215T0700-0800"],
        ),
        (("STATUS:CANCELLED",), ["1210T0700-0800", "1211T0700-0800"]),
    ],
    ids=["later and longer", "a day later", "called off"],
)
def test_an_override_of_this_and_future_changes_what_follows(lines: tuple[str, ...], expected: list[str]) -> None:
    assert spans(reading(ics(vevent(*SERIES), override(12, *lines, span=FUTURE)))) == expected


def test_overrides_of_this_and_future_follow_each_other() -> None:
    first = override(11, "DTSTART;TZID=Europe/Moscow:20261211T120000", HOUR, span=FUTURE)
    single = override(12, "DTSTART:20261212T200000Z", HOUR)
    second = override(13, "DTSTART;TZID=Europe/Moscow:20261213T140000", HOUR, span=FUTURE)
    assert spans(reading(ics(second, vevent(*SERIES), single, first))) == [
        "1210T0700-0800",
        "1211T0900-1000",
        "1212T2000-2100",
        "1213T1100-1200",
        "1214T1100-1200",
    ]


def test_an_override_alone_is_an_event() -> None:
    assert spans(reading(ics(override(11, TEN, HOUR)))) == ["1210T1000-1100"]


@pytest.mark.parametrize("line", ["RECURRENCE-ID:some day", "RECURRENCE-ID;RANGE=THISANDPRIOR:20261211T070000Z"])
def test_an_override_of_nobody_knows_what_leaves_all_busy(line: str) -> None:
    read = reading(ics(vevent(*SERIES), vevent(line, "DTSTART:20261220T100000Z", HOUR)))
    assert doubts(read) == [("override_ignored", "RECURRENCE-ID", "event")]
    assert "1220T1000-1100" in spans(read)
    assert len(read.events) >= 5


def vfreebusy(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VFREEBUSY", "UID:f", *lines, "END:VFREEBUSY", ""])


@pytest.mark.parametrize(
    ("kind", "busy"), [("", True), ("BUSY", True), ("BUSY-TENTATIVE", True), ("X-OTHER", True), ("FREE", False)]
)
def test_free_and_busy_time_is_read_by_its_kind(kind: str, busy: bool) -> None:
    name = f"FREEBUSY;FBTYPE={kind}" if kind else "FREEBUSY"
    read = reading(ics(vfreebusy(f"{name}:20261210T100000Z/20261210T110000Z,20261211T100000Z/PT2H")))
    assert spans(read) == (["1210T1000-1100", "1211T1000-1200"] if busy else [])
    assert {event.uid for event in read.events} <= {"f"}


def test_availability_is_told_to_be_unread() -> None:
    lines = ["BEGIN:VAVAILABILITY", "UID:v", "BEGIN:AVAILABLE", TEN, "END:AVAILABLE", "END:VAVAILABILITY", ""]
    assert doubts(reading(ics("\r\n".join(lines)))) == [("component_ignored", "VAVAILABILITY", "v")]
