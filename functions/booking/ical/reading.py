"""When external iCalendar files make somebody busy.

No state is kept from one file to the next. `docs/calendars.md` says how each part is read; a decision of 2026-11-29
says why no library is used."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.ical.domain import BusyEvent, CalendarLimits, CalendarReading
from booking.ical.doubts import Doubts, unreadable
from booking.ical.entries import Entry, entry, period_end
from booking.ical.errors import MalformedCalendarError, TooManyEventsError
from booking.ical.file_zones import FileZones
from booking.ical.lines import Component, Line, calendars
from booking.ical.rules import Effort
from booking.ical.series import Busy, Window, busy_times
from booking.ical.values import instant
from booking.ical.zones import hall_zone
from booking.time.ranges import TimeRange
from shared_schemas.errors import Text

NO_CALENDAR = Text("it has no VCALENDAR", "в нём нет VCALENDAR")
CUT_SHORT = Text("END:VCALENDAR is missing, it was cut short", "нет END:VCALENDAR, файл оборван")
ARITHMETIC = Text("it has a date that is out of range", "дата в нём за пределами календаря")
MARGIN = timedelta(days=3)
"""More than any zone, and any day, can move an instant."""
Found = dict[tuple[str, Busy], None]


@dataclass
class _File:
    """The state of one reading, discarded afterwards."""

    zone: ZoneInfo
    window: Window
    limits: CalendarLimits
    doubts: Doubts = field(default_factory=Doubts)
    found: Found = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.effort = Effort(self.limits.steps)

    def add(self, uid: str, busy: Busy) -> None:
        self.found[(uid, busy)] = None
        if len(self.found) > self.limits.events:
            until = self.window.end.date().isoformat()
            raise TooManyEventsError(max=self.limits.events, found=len(self.found), until=until)


def read_calendar(data: bytes, zone: ZoneInfo, window: TimeRange, limits: CalendarLimits) -> CalendarReading:
    """Every occurrence within the window that makes somebody busy.

    Days, and times without a zone, are those of `zone`. `MalformedCalendarError` if something that could make somebody
    busy cannot be read; `TooManyEventsError` and `CalendarTooComplexError` beyond the limits."""
    file = _File(zone, Window(_plain(window.start), _plain(window.end)), limits)
    kept: list[str] = []
    for calendar in _complete(data):
        zones = _zones(calendar, file)
        kept += _read(calendar, zones, file)
    events = [_event(uid, busy, file.window) for uid, busy in file.found]
    ordered = sorted(set(events), key=lambda event: (event.during, event.uid))
    return CalendarReading(ordered, file.doubts.kept, file.doubts.total, "\r\n".join([*kept, ""]))


def _complete(data: bytes) -> Sequence[Component]:
    found = calendars(data)
    if not found:
        raise MalformedCalendarError(NO_CALENDAR)
    if not all(calendar.closed for calendar in found):
        raise MalformedCalendarError(CUT_SHORT)
    return found


def _zones(calendar: Component, file: _File) -> FileZones:
    since, until = file.window.start - MARGIN, file.window.end + MARGIN
    return FileZones(calendar, hall_zone(file.zone), since, until, file.doubts, file.effort)


def _read(calendar: Component, zones: FileZones, file: _File) -> Iterator[str]:
    """Notes when somebody is busy, and returns the parts of the calendar that are needed to read this again."""
    yield "BEGIN:VCALENDAR"
    yield from calendar.text()
    for zone in calendar.walk("VTIMEZONE"):
        yield from _written(zone)
    for group in _by_uid(calendar, zones):
        _note_events(group, file)
        if not _is_over(group, file.window):
            for one in group:
                yield from _written(one.component)
    for component in calendar.walk("VFREEBUSY"):
        _note_busy(component, zones, file)
        yield from _written(component)
    for component in calendar.walk("VAVAILABILITY"):
        file.doubts.add("component_ignored", Line(component.number, "VAVAILABILITY", {}, ""), _uid(component))
    yield "END:VCALENDAR"


def _by_uid(calendar: Component, zones: FileZones) -> list[list[Entry]]:
    """Events without a UID are unrelated."""
    groups: dict[str, list[Entry]] = {}
    for component in calendar.walk("VEVENT"):
        try:
            one = entry(component, zones)
        except (OverflowError, ValueError) as error:
            raise _beyond(component) from error
        if one is not None:
            groups.setdefault(one.uid or f"\0{one.number}", []).append(one)
    return list(groups.values())


def _note_events(group: list[Entry], file: _File) -> None:
    try:
        for busy in busy_times(group, file.window):
            file.add(group[0].uid, busy)
    except (OverflowError, ValueError) as error:
        raise _beyond(group[0].component) from error


def _beyond(component: Component) -> MalformedCalendarError:
    return unreadable(Line(component.number, component.name, {}, ""), _uid(component), ARITHMETIC)


def _note_busy(component: Component, zones: FileZones, file: _File) -> None:
    """A VFREEBUSY: every type of time but FREE is busy, even an unknown one."""
    uid = _uid(component) or ""
    for line in component.valued("FREEBUSY"):
        if line.parameters.get("FBTYPE", "").upper() == "FREE":
            continue
        for text in filter(None, map(str.strip, line.value.split(","))):
            begins, slash, rest = text.partition("/")
            start = zones.moment(line, begins, uid)
            if start is None or not slash:
                raise unreadable(line, uid)
            end = period_end(line, start, rest, zones, uid)
            busy = min(start.utc, end), max(start.utc, end)
            if file.window.meets(busy):
                file.add(uid, busy)


def _uid(component: Component) -> str | None:
    line = component.first("UID")
    return line.value if line else None


def _is_over(group: list[Entry], window: Window) -> bool:
    """Whether an event is past and never comes again."""
    [*rest, one] = group
    repeats = one.rules or one.extra or one.periods or one.replaces
    return not (rest or repeats or one.idle) and max(one.length.end(one.start), one.start.utc) < window.start


def _written(component: Component) -> Iterator[str]:
    yield f"BEGIN:{component.name}"
    yield from component.text()
    for child in component.children:
        yield from _written(child)
    yield f"END:{component.name}"


def _event(uid: str, busy: Busy, window: Window) -> BusyEvent:
    start, end = max(busy[0], window.start), min(busy[1], window.end)
    return BusyEvent(uid[:255], TimeRange(instant(start), instant(end)))


def _plain(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
