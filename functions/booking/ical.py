"""Other people's iCalendar files, read by the `icalendar` and `recurring_ical_events` libraries."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from math import prod
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from booking.domain_busy import OWN_UIDS, BusyEvent
from booking.domain_ranges import TimeRange
from booking.errors_calendar import MalformedCalendarError, TooManyEventsError

if TYPE_CHECKING:
    from icalendar import Calendar


Event = Any
"""A `Component`, each of whose values the library types as any of thirty kinds."""
MAX_EVENTS = 5_000
MAX_EFFORT = 2_000_000
"""Days, or hours, that rules may have to be followed through; it takes some seconds."""
DAY = timedelta(days=1)
TIMING = {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"}
# All that the libraries let escape on files that are not what they should be.
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)


def busy_events(ics: str, zone: ZoneInfo, window: TimeRange) -> list[BusyEvent]:
    """Every occurrence within the window of an event that makes its owner busy, by start.

    Days, and times without a zone, are those of `zone`. `MalformedCalendarError` where the file cannot be understood
    as a whole, `TooManyEventsError` for more than 5,000 occurrences."""
    try:
        calendars = _parsed(ics, window)
        found = {event for calendar in calendars for event in _expanded(calendar, zone, window)}
    except UNREADABLE as error:
        raise MalformedCalendarError(reason=str(error)[:200]) from error
    if len(found) > MAX_EVENTS:
        raise _too_many(window)
    return sorted(found, key=lambda event: (event.during, event.uid))


def _parsed(ics: str, window: TimeRange) -> "list[Calendar]":
    # Imported when first needed: together with the other they would add a tenth of a second to every cold start.
    from icalendar import Calendar

    calendars = Calendar.from_ical(ics, multiple=True)
    if not calendars or any(calendar.name != "VCALENDAR" for calendar in calendars):
        raise MalformedCalendarError(reason="no complete VCALENDAR")
    if sum(_effort(event, window) for calendar in calendars for event in calendar.walk("VEVENT")) > MAX_EFFORT:
        raise _too_many(window)
    return calendars


def _effort(event: Event, window: TimeRange) -> int:
    """How many days, or hours, its rules must be followed through; refuses by name what cannot be read."""
    for name, message in event.errors:
        if name in TIMING:
            raise MalformedCalendarError(reason=f"{name}: {message}"[:200])
    rules, start = event.get("RRULE", []), event["DTSTART"].dt
    days = (window.end.date() - (start.date() if isinstance(start, datetime) else start)).days
    return sum(max(days, 1) * _times_a_day(rule) for rule in (rules if isinstance(rules, list) else [rules]))


def _times_a_day(rule: Any) -> int:
    frequency = rule["FREQ"][0]
    if frequency in ("SECONDLY", "MINUTELY") or 0 in rule.get("INTERVAL", []):
        raise MalformedCalendarError(reason=f"RRULE: {rule.to_ical().decode()} repeats too often"[:200])
    times = prod(len(rule.get(name, [0])) for name in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    return times * (24 if frequency == "HOURLY" else 1)


def _expanded(calendar: "Calendar", zone: ZoneInfo, window: TimeRange) -> Iterator[BusyEvent]:
    """Occurrences in stretches that grow, so that a calendar without measure is refused before it fills memory."""
    from recurring_ical_events import of

    query, start, length, seen = of(calendar), window.start - DAY, DAY, 0
    while start < window.end + DAY:
        occurrences = query.between(start, start + length)
        seen += len(occurrences)
        # What reaches over the edge of a stretch is seen twice.
        if seen > 4 * MAX_EVENTS:
            raise _too_many(window)
        yield from _busy(occurrences, zone, window)
        start, length = start + length, length * 4


def _too_many(window: TimeRange) -> TooManyEventsError:
    return TooManyEventsError(max=MAX_EVENTS, until=window.end.isoformat())


def _busy(occurrences: list[Event], zone: ZoneInfo, window: TimeRange) -> Iterator[BusyEvent]:
    for event in occurrences:
        uid = str(event.get("UID", ""))
        idle = event.get("TRANSP", "").upper() == "TRANSPARENT" or event.get("STATUS", "").upper() == "CANCELLED"
        if idle or uid.endswith(OWN_UIDS):
            continue
        begins, ends = _instant(event["DTSTART"].dt, zone), _instant(event["DTEND"].dt, zone)
        during = TimeRange(max(begins, window.start), min(ends, window.end)).utc()
        if during.start < during.end:
            yield BusyEvent(uid, during)


def _instant(value: Any, zone: ZoneInfo) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, date):
        return datetime.combine(value, time(0, 0), zone)
    raise MalformedCalendarError(reason=f"{value!r} is no time")
