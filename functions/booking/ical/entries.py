"""One VEVENT as written. If it could make somebody busy and cannot be read, the error names it."""

from dataclasses import dataclass, field
from datetime import datetime

from booking.ical.doubts import Doubts, unreadable
from booking.ical.file_zones import FileZones
from booking.ical.lengths import Length, length_of, start_of
from booking.ical.lines import Component, Line
from booking.ical.rules import Rule, parsed
from booking.ical.values import FIRST, UTC_ZONE, Moment, duration

STATUSES = frozenset({"CONFIRMED", "TENTATIVE", "CANCELLED"})
NOTHING = Moment(FIRST, UTC_ZONE)
"""What an event replaces if that is unclear."""


@dataclass(frozen=True)
class Occurrence:
    """One time of an event; its end is in UTC."""

    start: Moment
    end: datetime


@dataclass
class Entry:
    """A VEVENT; `replaces` names the occurrence that it replaces, and an `idle` one makes nobody busy."""

    component: Component
    zones: FileZones
    uid: str
    number: int
    idle: bool
    sequence: int
    start: Moment
    length: Length
    replaces: Moment | None = None
    and_future: bool = False
    rules: list[Rule] = field(default_factory=list)
    extra: list[Moment] = field(default_factory=list)
    periods: list[Occurrence] = field(default_factory=list)
    left_out: set[datetime] = field(default_factory=set)


def entry(component: Component, zones: FileZones) -> Entry | None:
    """None if it makes nobody busy and replaces nothing that would."""
    uid = _uid(component)
    idle = _is_idle(component, zones.doubts, uid)
    replaces, and_future, unsure = _replaced(component, zones, uid)
    if idle and unsure:
        return None
    sequence = _sequence(component)
    if idle:
        # Nothing else in it can make anybody busy.
        placeholder = replaces or Moment(zones.since, zones.hall)
        start = _lenient_start(component, zones) or placeholder
        return Entry(component, zones, uid, component.number, True, sequence, start, Length(), replaces, and_future)
    start = start_of(component, zones, uid)
    length = length_of(component, zones, uid, start)
    made = Entry(component, zones, uid, component.number, False, sequence, start, length, replaces, and_future)
    _repetition(component, made)
    return made


def _uid(component: Component) -> str:
    line = component.first("UID")
    return line.value.replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\") if line else ""


def _sequence(component: Component) -> int:
    line = component.first("SEQUENCE")
    return int(line.value[:9]) if line and line.value[:9].isascii() and line.value[:9].isdigit() else 0


def _is_idle(component: Component, doubts: Doubts, uid: str) -> bool:
    """Cancelled or transparent; anything else, and anything unclear, is busy."""
    found = False
    for name, idle, known in (("STATUS", "CANCELLED", STATUSES), ("TRANSP", "TRANSPARENT", {"OPAQUE", "TRANSPARENT"})):
        lines = component.valued(name)
        values = {line.value.upper() for line in lines}
        if values - known:
            doubts.add("unknown_status", lines[0], uid, value=lines[0].value)
        elif idle in values and len(values) > 1:
            doubts.add("contradiction", lines[1], uid)
        found = found or values == {idle}
    return found


def _replaced(component: Component, zones: FileZones, uid: str) -> tuple[Moment | None, bool, bool]:
    """What it replaces, whether it replaces all later occurrences too, and whether this is unclear."""
    line = component.first("RECURRENCE-ID")
    if line is None:
        return None, False, False
    moment = zones.moment(line, line.value, uid)
    span = line.parameters.get("RANGE", "").upper()
    if moment is None or span not in ("", "THISANDFUTURE"):
        zones.doubts.add("override_ignored", line, uid)
    return moment or NOTHING, span == "THISANDFUTURE" and moment is not None, moment is None


def _lenient_start(component: Component, zones: FileZones) -> Moment | None:
    line = component.first("DTSTART")
    return zones.moment(line, line.value, None) if line else None


def _repetition(component: Component, made: Entry) -> None:
    doubts = made.zones.doubts
    for name in ("RRULE", "RDATE", "EXDATE", "DTEND", "DURATION"):
        for line in component.lines.get(name, []):
            if not line.value:
                doubts.add("empty_property", line, made.uid)
    for line in component.valued("RRULE"):
        _add_rule(line, made)
    for line in component.valued("RDATE"):
        for text in line.value.split(","):
            _add_date(line, text, made)
    for line in component.valued("EXRULE"):
        doubts.add("exclusion_ignored", line, made.uid)
    for line in component.valued("EXDATE"):
        for text in line.value.split(","):
            _leave_out(line, text, made)


def _add_rule(line: Line, made: Entry) -> None:
    rule, doubts = parsed(line.value, made.start.local), made.zones.doubts
    if rule is None:
        raise unreadable(line, made.uid)
    if len(rule.rules) > 1:
        doubts.add("count_and_until", line, made.uid)
    for part in rule.ignored:
        doubts.add("rule_part_ignored", line, made.uid, part=part)
    made.zones.effort.spend(10)
    if not rule.rules[0].has_start():
        doubts.add("start_outside_rule", line, made.uid)
    made.rules.extend(rule.rules)


def _add_date(line: Line, text: str, made: Entry) -> None:
    if not text.strip():
        return
    begins, slash, rest = text.partition("/")
    start = made.zones.moment(line, begins, made.uid)
    if start is None:
        raise unreadable(line, made.uid)
    if slash:
        made.periods.append(Occurrence(start, period_end(line, start, rest, made.zones, made.uid)))
    else:
        if start.is_day != made.start.is_day:
            made.zones.doubts.add("day_and_time", line, made.uid)
        made.extra.append(start)


def period_end(line: Line, start: Moment, text: str, zones: FileZones, uid: str) -> datetime:
    """The end of a period, given as a time or as a duration, in UTC."""
    if span := duration(text):
        end = span.after(start)
    else:
        moment = zones.moment(line, text, uid)
        if moment is None:
            raise unreadable(line, uid)
        end = moment.utc
    if end < start.utc:
        zones.doubts.add("end_before_start", line, uid)
    return end


def _leave_out(line: Line, text: str, made: Entry) -> None:
    if not text.strip():
        return
    moment = made.zones.moment(line, text, made.uid)
    at = occurrence_of(moment, made.start) if moment else None
    if at is None:
        made.zones.doubts.add("exclusion_ignored", line, made.uid)
    else:
        made.left_out.add(at)


def occurrence_of(named: Moment, start: Moment) -> datetime | None:
    """The occurrence, in UTC, that a date or time means in a series with that start; None if that is unclear."""
    if named.is_day == start.is_day:
        return named.utc
    if start.is_day and (named.local.hour, named.local.minute, named.local.second) == (0, 0, 0):
        return start.zone.utc(named.local)
    return None
