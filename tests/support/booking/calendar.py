"""What the tests of the calendar make: halls in any zone, exceptions, closures, iCalendar files."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from booking.ical.domain import CalendarLimits, CalendarReading
from booking.ical.reading import read_calendar
from booking.time.ranges import TimeRange
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.hours import DateOverride
from shared_schemas.calendar import OpeningHours


def hall_in(timezone: str, **changes: Any) -> Hall:
    """A hall that never closes."""
    values: dict[str, Any] = {
        "id": uuid4(),
        "name": f"Hall {uuid4()}",
        "timezone": timezone,
        "capacity": 8,
        "opening_hours": [OpeningHours(weekday=day, opens=time(0), closes=time(0)) for day in range(1, 8)],
    }
    return Hall.model_validate(values | changes)


def an_override(first_day: date, last_day: date | None = None, **changes: Any) -> DateOverride:
    return DateOverride.model_validate(
        {"id": uuid4(), "first_day": first_day, "last_day": last_day or first_day} | changes
    )


def vevent(*lines: str, uid: str | None = "event") -> str:
    """One VEVENT of an iCalendar file."""
    return "\r\n".join(["BEGIN:VEVENT", *([f"UID:{uid}"] if uid else []), *lines, "END:VEVENT", ""])


def ics(*events: str) -> str:
    """An iCalendar file."""
    return "".join(["BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n", *events, "END:VCALENDAR\r\n"])


MOSCOW = ZoneInfo("Europe/Moscow")
WINDOW = TimeRange(datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC))
LIMITS = CalendarLimits(events=5_000, steps=300_000)


def calendar_of(*components: str, header: str = "") -> str:
    """An iCalendar file with more lines in its head."""
    return ics(*components).replace("PRODID", f"{header}PRODID", 1)


def reading(
    text: str | bytes, zone: ZoneInfo = MOSCOW, window: TimeRange = WINDOW, limits: CalendarLimits = LIMITS
) -> CalendarReading:
    """What a file says."""
    return read_calendar(text.encode() if isinstance(text, str) else text, zone, window, limits)


def spans(read: CalendarReading) -> list[str]:
    """When somebody is busy, in UTC, like `1210T1700-1800`."""
    return [f"{event.during.start:%m%dT%H%M}-{event.during.end:%H%M}" for event in read.events]


def doubts(read: CalendarReading) -> list[tuple[str, str, str | None]]:
    """What was assumed: codes, properties and UIDs."""
    return [(doubt.code, doubt.property, doubt.uid) for doubt in read.doubts]
