"""Our own iCalendar files (RFC 5545, with the refresh interval of RFC 7986), written by the `icalendar` library."""

from datetime import timedelta
from typing import TYPE_CHECKING

from booking.domain_feeds import FeedEvent

if TYPE_CHECKING:
    from icalendar import Event

REFRESH = timedelta(minutes=15)


def render(name: str, events: list[FeedEvent]) -> str:
    """One VCALENDAR; the same events give the same text, so that its digest tells whether anything changed."""
    # Imported when first needed, like the reader in `ical`.
    from icalendar import Calendar, vDuration, vText

    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//Cyclorama//Booking//EN")
    calendar.add("X-WR-CALNAME", vText(name))
    calendar.add("NAME", vText(name))
    calendar.add("REFRESH-INTERVAL", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    for event in events:
        calendar.add_component(_component(event))
    return str(calendar.to_ical().decode())


def _component(event: FeedEvent) -> "Event":
    from icalendar import Event

    component = Event()
    component.add("UID", event.uid)
    component.add("SEQUENCE", event.sequence)
    component.add("STATUS", event.status)
    component.add("DTSTART", event.during.start)
    component.add("DTEND", event.during.end)
    # Without a METHOD both say when the event was last changed.
    component.add("DTSTAMP", event.changed_at)
    component.add("LAST-MODIFIED", event.changed_at)
    component.add("SUMMARY", event.summary)
    return component
