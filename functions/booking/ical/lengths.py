"""When an event begins, and how long it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.ical.doubts import unreadable
from booking.ical.file_zones import FileZones
from booking.ical.lines import Component, Line
from booking.ical.values import DAY, Duration, Moment, duration, moved
from shared_schemas.errors import Text

MISSING = Text("the event has no start", "у события нет начала")
NO_TIME = timedelta(0)


@dataclass(frozen=True)
class Length:
    """The length of each occurrence of an event: a duration, or the time from its start to its end, which may be
    before the start."""

    duration: Duration | None = None
    exact: timedelta = NO_TIME
    wall: timedelta = NO_TIME

    def end(self, start: Moment) -> datetime:
        """In UTC. Across a DST change, elapsed time and wall-clock time differ: the longer one is used."""
        if self.duration:
            return self.duration.after(start)
        if start.is_day:
            return start.zone.utc(moved(start.local, max(self.wall, DAY)))
        return max(moved(start.utc, self.exact), start.zone.utc(moved(start.local, self.wall)))

    @property
    def most(self) -> timedelta:
        """No occurrence is longer than this."""
        if self.duration:
            return DAY * (max(self.duration.days, 0) + 2) + max(self.duration.exact, NO_TIME)
        return max(abs(self.exact), abs(self.wall)) + 2 * DAY


def start_of(component: Component, zones: FileZones, uid: str) -> Moment:
    lines = component.valued("DTSTART")
    if not lines:
        raise unreadable(Line(component.number, "DTSTART", {}, ""), uid, MISSING)
    return min(_all(component, "DTSTART", zones, uid), key=lambda moment: moment.utc)


def _all(component: Component, name: str, zones: FileZones, uid: str) -> list[Moment]:
    """All values of a property that should occur once."""
    found = []
    for line in component.valued(name):
        moment = zones.moment(line, line.value, uid)
        if moment is None:
            raise unreadable(line, uid)
        found.append(moment)
    if len({moment.utc for moment in found}) > 1:
        zones.doubts.add("duplicate_property", component.valued(name)[1], uid)
    return found


def length_of(component: Component, zones: FileZones, uid: str, start: Moment) -> Length:
    ends = _all(component, "DTEND", zones, uid)
    spans = []
    for line in component.valued("DURATION"):
        span = duration(line.value)
        if span is None:
            raise unreadable(line, uid)
        spans.append(span)
    lengths = [_until(end, start, component, zones, uid) for end in ends]
    lengths += [_lasting(span, component, zones, uid) for span in spans]
    if ends and spans:
        zones.doubts.add("two_ends", component.valued("DURATION")[0], uid)
    found = max(lengths, key=lambda one: one.end(start), default=Length())
    if not start.is_day and found.end(start) == start.utc:
        zones.doubts.add("no_length", component.first("DTEND") or component.lines["DTSTART"][0], uid)
    return found


def _until(end: Moment, start: Moment, component: Component, zones: FileZones, uid: str) -> Length:
    line = component.valued("DTEND")[0]
    if end.is_day != start.is_day:
        zones.doubts.add("day_and_time", line, uid)
        if start.is_day:
            wall = end.local - start.local
            return Length(wall=DAY * max(1, -(-wall // DAY)))
        end = Moment(end.local if end.local > start.local else moved(end.local, DAY), start.zone)
    if end.utc < start.utc:
        zones.doubts.add("end_before_start", line, uid)
        backwards = end.utc - start.utc
        return Length(wall=DAY) if start.is_day else Length(exact=backwards, wall=backwards)
    wall = end.local - start.local if end.zone == start.zone else NO_TIME
    return Length(exact=end.utc - start.utc, wall=max(wall, NO_TIME))


def _lasting(span: Duration, component: Component, zones: FileZones, uid: str) -> Length:
    if (span.days, span.exact) < (0, NO_TIME) or span.exact < NO_TIME:
        zones.doubts.add("end_before_start", component.valued("DURATION")[0], uid)
        backwards = DAY * span.days + span.exact
        return Length(exact=backwards, wall=backwards)
    return Length(duration=span)
