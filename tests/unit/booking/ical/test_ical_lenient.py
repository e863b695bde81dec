"""Files that are not quite what they should be: what cannot make anybody busy spoils nothing."""

import codecs
from datetime import UTC, datetime
from pathlib import Path

import pytest

from booking.ical.doubts import MOST, MOST_OF_A_KIND
from booking.ical.errors import MalformedCalendarError
from booking.time.ranges import TimeRange
from tests.support.booking.calendar import LIMITS, calendar_of, ics, reading, spans, vevent

GOOD = vevent("DTSTART:20261210T100000Z", "DURATION:PT1H")
FILE = ics(GOOD)
BUSY = ["1210T1000-1100"]


def folded_inside_a_letter() -> bytes:
    """Every line of a Cyrillic text ends after 75 bytes, as the standard has it, wherever that is."""
    text = ics(vevent("DTSTART:20261210T100000Z", "DURATION:PT1H", "SUMMARY:" + "Съёмка " * 30)).encode()
    lines = []
    for line in text.split(b"\r\n"):
        parts = [line[at : at + 74] for at in range(0, len(line), 74)] or [b""]
        lines.append(b"\r\n ".join(parts))
    folded = b"\r\n".join(lines)
    with pytest.raises(UnicodeDecodeError):
        b"\n".join(folded.split(b"\r\n ")).decode()
    return folded


def within(*lines: str, component: str = "VALARM") -> str:
    return "\r\n".join([f"BEGIN:{component}", *lines, f"END:{component}"])


LENIENT: dict[str, str | bytes] = {
    "a byte order mark": codecs.BOM_UTF8 + FILE.encode(),
    "a byte order mark in the text": "\ufeff" + FILE,
    "UTF-16": FILE.encode("utf-16"),
    "a line folded inside a letter": folded_inside_a_letter(),
    "a name folded in the middle": FILE.replace("DTSTART:2026", "DTST\r\n ART:20\r\n\t26"),
    "line feeds alone": FILE.replace("\r\n", "\n"),
    "carriage returns alone": FILE.replace("\r\n", "\r"),
    "empty lines": FILE.replace("\r\n", "\r\n\r\n"),
    "no line end at the end": FILE.rstrip(),
    "lower case": FILE.lower(),
    "a title in another encoding": FILE.encode().replace(b"DURATION", "SUMMARY:Зал\r\nDURATION".encode("cp1251")),
    "an odd alarm": ics(
        vevent("DTSTART:20261210T100000Z", "DURATION:PT1H", within("TRIGGER:soon", "DURATION:?", "DTSTART:x"))
    ),
    "an alarm without an end": ics(vevent("DTSTART:20261210T100000Z", "DURATION:PT1H", "BEGIN:VALARM", "TRIGGER:?")),
    "an odd task": ics(GOOD, within("DTSTART:never", "DUE:x", "RRULE:FREQ=?", component="VTODO") + "\r\n"),
    "an odd journal": ics(GOOD, within("DTSTART:never", component="VJOURNAL") + "\r\n"),
    "a component of nobody's": ics(GOOD, within("DTSTART:never", component="X-THING") + "\r\n"),
    "odd properties of the file": calendar_of(
        GOOD, header="CALSCALE:?\r\nX-WR-CALNAME\r\nREFRESH-INTERVAL:x\r\nno colon\r\n"
    ),
    "a zone of the file that is not needed": calendar_of(GOOD, header="X-WR-TIMEZONE:Europe\\, Moscow\r\n"),
    "odd properties of an event": ics(
        vevent(
            "DTSTART:20261210T100000Z", "DURATION:PT1H", "GEO:x", "CREATED:?", "SEQUENCE:one", "ATTENDEE", "PRIORITY:"
        )
    ),
    "a rule of nothing": ics(vevent("DTSTART:20261210T100000Z", "DURATION:PT1H", "RRULE:")),
    "a status twice": ics(vevent("DTSTART:20261210T100000Z", "DURATION:PT1H", "STATUS:CONFIRMED", "STATUS:CONFIRMED")),
    "a cancelled event that cannot be read": ics(GOOD, vevent("DTSTART:?", "RRULE:?", "STATUS:CANCELLED", uid="x")),
    "a transparent event that cannot be read": ics(GOOD, vevent("DTEND:?", "TRANSP:TRANSPARENT", uid="x")),
    "a date with hyphens": ics(vevent("DTSTART:2026-12-10T10:00:00Z", "DTEND:2026-12-10T14:00:00+03:00")),
    "minutes alone": ics(vevent("DTSTART:20261210T1000Z", "DTEND:20261210T1100Z")),
    "a zone with a colon and no quotes": ics(
        vevent("DTSTART;TZID=(UTC+03:00) Moscow:20261210T130000", "DTEND;TZID=(UTC+03:00) Moscow:20261210T140000")
    ),
    "spaces around": ics(vevent("DTSTART: 20261210T100000Z ", "DURATION: PT1H", "RRULE: FREQ=DAILY; COUNT=1 ;")),
    "an event within an event": ics("BEGIN:VEVENT\r\nUID:a\r\nSTATUS:CANCELLED\r\n" + GOOD),
    "an end of nothing": ics("END:VALARM\r\n", GOOD, "END:VEVENT\r\n"),
    "a year of 1": ics(GOOD, vevent("DTSTART:00010101T000000Z", "DTEND:00010102T000000Z", uid="old")),
    "a day of the year 1": ics(GOOD, vevent("DTSTART;VALUE=DATE:00010101", uid="old")),
    "a year of 9999": ics(GOOD, vevent("DTSTART:99991231T235959Z", "DTEND:99991231T235959Z", uid="late")),
    "a day of the year 9999": ics(GOOD, vevent("DTSTART;VALUE=DATE:99991231", uid="late")),
    "a series that ended": ics(
        GOOD,
        vevent("DTSTART:20100101T100000Z", "DURATION:PT1H", "RRULE:FREQ=MINUTELY;UNTIL=20150101T000000Z", uid="old"),
    ),
    "a file of two calendars": FILE + ics(),
}


@pytest.mark.parametrize("name", LENIENT)
def test_what_cannot_make_anybody_busy_spoils_nothing(name: str) -> None:
    assert spans(reading(LENIENT[name])) == BUSY


def test_birthdays_of_centuries_ago_are_those_of_the_window() -> None:
    people = [
        vevent(f"DTSTART;VALUE=DATE:16040{1 + number % 9}15", "RRULE:FREQ=YEARLY", uid=str(number))
        for number in range(300)
    ]
    assert len(reading(ics(*people)).events) == 300


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("DTSTART:20261210T100000Z", "DTEND:99991231T235959Z"), ("20261210T100000", "20271201T000000")),
        (("DTSTART:00010101T000000Z", "DTEND:20261210T100000Z"), ("20261201T000000", "20261210T100000")),
        (("DTSTART;VALUE=DATE:00010101", "DTEND;VALUE=DATE:99991231"), ("20261201T000000", "20271201T000000")),
        (("DTSTART:20261210T100000Z", "DURATION:P999999W"), ("20261210T100000", "20271201T000000")),
    ],
)
def test_the_ends_of_time_are_as_far_as_one_asks(lines: tuple[str, ...], expected: tuple[str, str]) -> None:
    for zone in ("", ";TZID=Pacific/Kiritimati", ";TZID=Pacific/Pago_Pago"):
        text = ics(vevent(*(line.replace("9999:", f"9999{zone}:") for line in lines)))
        [event] = reading(text).events
        assert (f"{event.during.start:%Y%m%dT%H%M%S}", f"{event.during.end:%Y%m%dT%H%M%S}") == expected


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (vevent("SUMMARY:when?", uid="u"), {"line": 4, "property": "DTSTART", "uid": "u"}),
        (vevent("DTSTART:20261301T100000Z", uid="u"), {"line": 6, "property": "DTSTART", "uid": "u"}),
        (vevent("DTSTART:00000000T000000Z", uid="u"), {"line": 6, "property": "DTSTART", "uid": "u"}),
        (
            vevent("DTSTART:20261210T100000Z", "DTEND:20261210T250000Z"),
            {"line": 7, "property": "DTEND", "uid": "event"},
        ),
        (vevent("DTSTART:20261210T100000Z", "DURATION:P"), {"line": 7, "property": "DURATION", "uid": "event"}),
        (vevent("DTSTART:20261210T100000Z", "RRULE:COUNT=1"), {"line": 7, "property": "RRULE", "uid": "event"}),
        (vevent("DTSTART:20261210T100000Z", "RRULE:FREQ=DAILY;BYHOUR=25"), {"property": "RRULE"}),
        (vevent("DTSTART:20261210T100000Z", "RRULE:FREQ=DAILY;BYDAY=XX"), {"property": "RRULE"}),
        (vevent("DTSTART:20261210T100000Z", "RRULE:FREQ=DAILY;UNTIL=soon"), {"property": "RRULE"}),
        (
            vevent("DTSTART:20261210T100000Z", f"RRULE:FREQ=DAILY;COUNT={'x' * 90}"),
            {"value": f"FREQ=DAILY;COUNT={'x' * 63}"},
        ),
        (vevent("DTSTART:20261210T100000Z", "RDATE:x"), {"line": 7, "property": "RDATE", "uid": "event"}),
        ("BEGIN:VFREEBUSY\r\nUID:f\r\nFREEBUSY:now\r\nEND:VFREEBUSY\r\n", {"property": "FREEBUSY", "uid": "f"}),
    ],
)
def test_a_refusal_names_property_line_and_event(text: str, where: dict[str, object]) -> None:
    with pytest.raises(MalformedCalendarError) as refused:
        reading(ics(text))
    assert refused.value.params.items() >= where.items()
    assert "не читается" in refused.value.message("ru") or "нет начала" in refused.value.message("ru")
    for python in ("Error", "Traceback", "invalid literal", "object", "strptime"):
        assert python not in refused.value.message("en")


def test_a_text_is_never_taken_for_the_name_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "calendar.ics"
    path.write_text(FILE, encoding="utf-8")
    for text in (str(path), "/etc/hostname", f"file://{path}", path.name):
        with pytest.raises(MalformedCalendarError) as refused:
            reading(text)
        assert refused.value.params["reason"] == "it has no VCALENDAR"


@pytest.mark.parametrize("end", ["END:VCALENDAR", "END:VEVENT\r\nEND:VCALENDAR", "00Z\r\nDURATION"])
def test_a_file_that_was_cut_short_is_refused(end: str) -> None:
    text = FILE[: FILE.index(end)]
    with pytest.raises(MalformedCalendarError) as refused:
        reading(text)
    assert refused.value.params["reason"] == "END:VCALENDAR is missing, it was cut short"


def test_warnings_are_few_and_counted() -> None:
    events = [
        vevent("DTSTART;TZID=Nowhere:20261210T100000", "DURATION:PT1H", "STATUS:ODD", uid=f"{number}")
        for number in range(100)
    ]
    read = reading(ics(*events))
    assert (len(read.doubts), read.doubts_total) == (2 * MOST_OF_A_KIND, 200)
    assert len(read.doubts) <= MOST


def test_what_is_kept_says_the_same_and_holds_no_titles_and_nothing_past() -> None:
    observance = ["BEGIN:STANDARD", "DTSTART:16010101T000000", "TZOFFSETTO:+0700", "END:STANDARD"]
    zone = "\r\n".join(["BEGIN:VTIMEZONE", "TZID:Ours", *observance, "END:VTIMEZONE", ""])
    series = vevent(
        "SUMMARY:Ivan Petrov",
        "ATTENDEE:mailto:ivan@example.com",
        "DTSTART;TZID=Ours:20261210T200000",
        "DURATION:PT1H",
        "RRULE:FREQ=WEEKLY",
        "EXDATE;TZID=Ours:20261217T200000",
        uid="s",
    )
    moved = vevent("RECURRENCE-ID;TZID=Ours:20261224T200000", "DTSTART:20261224T100000Z", "DURATION:PT1H", uid="s")
    old = [vevent("DTSTART:20200101T100000Z", "DURATION:PT1H", uid=f"old{number}") for number in range(50)]
    busy = "BEGIN:VFREEBUSY\r\nFREEBUSY;FBTYPE=BUSY:20261210T100000Z/PT1H\r\nEND:VFREEBUSY\r\n"
    first = reading(ics(zone, series, moved, busy, *old))
    assert reading(first.source) == first
    for gone in ("Petrov", "example.com", "SUMMARY", "old1"):
        assert gone not in first.source
    later = TimeRange(datetime(2029, 1, 1, tzinfo=UTC), datetime(2029, 2, 1, tzinfo=UTC))
    assert len(reading(first.source, window=later).events) == 4


def test_a_file_of_years_is_kept_as_what_is_to_come() -> None:
    """As many past events as make it larger than the limit of today's uploads would once have been."""
    text = ["DESCRIPTION:" + "x" * 300]
    old = [vevent("DTSTART:20200101T100000Z", "DURATION:PT1H", *text, uid=f"old{number}") for number in range(3000)]
    read = reading(ics(*old, GOOD), limits=LIMITS)
    assert (spans(read), len(read.source) < 300) == (BUSY, True)
