"""The result of reading an iCalendar file."""

from collections.abc import Sequence
from dataclasses import dataclass

from booking.ical.warnings import Doubt
from booking.time.ranges import TimeRange


@dataclass(frozen=True)
class BusyEvent:
    """One occurrence of an event in somebody else's calendar."""

    uid: str
    during: TimeRange


@dataclass(frozen=True)
class CalendarLimits:
    """How much of somebody else's calendar is read."""

    events: int
    steps: int


@dataclass(frozen=True)
class CalendarReading:
    """What a calendar says: its events by start, its doubts, and a text from which the same can be read again.

    The text has only what was read: no titles, descriptions or guests."""

    events: Sequence[BusyEvent]
    doubts: Sequence[Doubt]
    doubts_total: int
    source: str
