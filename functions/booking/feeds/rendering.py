"""Our own iCalendar files (RFC 5545, with the refresh interval of RFC 7986).

Written line by line: of a busy hall there are thousands of events, for which a library takes a second and more."""

from collections.abc import Iterator
from datetime import UTC, datetime

from booking.feeds.domain import FeedEvent
from booking.studio.domain import Place

LONGEST_LINE = 75
"""In octets; what is longer goes on in the next line, behind a space (RFC 5545 §3.1)."""
HEADER = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Cyclorama//Booking//EN")
REFRESH = ("REFRESH-INTERVAL;VALUE=DURATION:PT15M", "X-PUBLISHED-TTL:PT15M")
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def render(name: str, events: list[FeedEvent]) -> str:
    """One VCALENDAR."""
    lines = [*HEADER, f"X-WR-CALNAME:{_text(name)}", f"NAME:{_text(name)}", *REFRESH]
    for event in events:
        lines += _component(event)
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _component(event: FeedEvent) -> Iterator[str]:
    changed = _instant(event.changed_at)
    yield "BEGIN:VEVENT"
    yield f"SUMMARY:{_text(event.summary)}"
    if event.place:
        yield from _place(event.place)
    yield f"DTSTART:{_instant(event.during.start)}"
    yield f"DTEND:{_instant(event.during.end)}"
    # Without a METHOD both say when the event was last changed.
    yield f"DTSTAMP:{changed}"
    yield f"UID:{event.uid}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"STATUS:{event.status}"
    yield f"LAST-MODIFIED:{changed}"
    yield "END:VEVENT"


def _place(place: Place) -> Iterator[str]:
    yield f"LOCATION:{_text(place.text)}"
    if place.latitude is not None and place.longitude is not None:
        yield f"GEO:{place.latitude:.6f};{place.longitude:.6f}"


def _instant(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    return text.translate(ESCAPED)


def _folded(line: str) -> str:
    """Never in the middle of a letter."""
    if line.isascii() and len(line) <= LONGEST_LINE:
        return line
    parts, size = [""], 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > LONGEST_LINE:
            parts.append("")
            size = 1
        parts[-1] += letter
        size += octets
    return "\r\n ".join(parts)
