"""What the tests of the calendar make: halls in any zone, exceptions, closures, iCalendar files."""

from datetime import date, time
from typing import Any
from uuid import uuid4

from shared_schemas.calendar import OpeningHours
from shared_schemas.halls import DateOverride, Hall


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
