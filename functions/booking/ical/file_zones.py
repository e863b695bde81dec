"""Time zones that a file defines itself (RFC 5545 §3.6.5). They apply in its own calendar only."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from booking.ical.doubts import Doubts
from booking.ical.lines import Component, Line
from booking.ical.rules import Effort, parsed
from booking.ical.values import UTC_ZONE, Moment, Zone, clamped, moved, offset, written
from booking.ical.zones import by_name

YEARS_BEFORE = timedelta(days=3 * 366)
"""Zones with DST change at least this often."""
YEAR = timedelta(days=366)


@dataclass(frozen=True)
class FileZone:
    """The offset before the first change, and the changes in UTC, each with the offset after it."""

    name: str
    before: timedelta
    changes: tuple[datetime, ...]
    offsets: tuple[timedelta, ...]

    def utc(self, local: datetime) -> datetime:
        local = clamped(local)
        found = sorted({local - shift for shift in {self.before, *self._near(local)}})
        for utc in found:
            if local - utc == self.offset_at(utc):
                return utc
        # DST skips it: the offset before the change applies.
        return local - self.offset_at(found[0])

    def offset_at(self, utc: datetime) -> timedelta:
        place = bisect_right(self.changes, utc)
        return self.offsets[place - 1] if place else self.before

    def _near(self, local: datetime) -> tuple[timedelta, ...]:
        place = bisect_right(self.changes, local)
        return self.offsets[max(place - 3, 0) : place + 3]


@dataclass(frozen=True)
class FileZones:
    """The meaning of zone names in one calendar of a file."""

    calendar: Component
    hall: Zone
    since: datetime
    until: datetime
    doubts: Doubts
    effort: Effort

    @cached_property
    def _defined(self) -> Mapping[str, Component]:
        found: dict[str, Component] = {}
        for zone in self.calendar.walk("VTIMEZONE"):
            if name := zone.first("TZID"):
                found.setdefault(name.value, zone)
        return found

    @cached_property
    def _known(self) -> dict[str, Zone | None]:
        return {}

    @cached_property
    def floating(self) -> Zone:
        """The zone of times without a zone: X-WR-TIMEZONE's, or the hall's. Times in UTC are not affected."""
        line = self.calendar.first("X-WR-TIMEZONE")
        return self.named(line.value, line, None) if line else self.hall

    def moment(self, line: Line, text: str, uid: str | None) -> Moment | None:
        """The date or time in a line; None if it has none."""
        found = written(text)
        if found is None:
            return None
        local, is_day, shift = found
        if is_day or line.parameters.get("VALUE", "").upper() == "DATE":
            return Moment(local.replace(hour=0, minute=0, second=0), self.hall, is_day=True)
        name = line.parameters.get("TZID", "")
        if shift is not None:
            if name and self.named(name, line, uid).name != UTC_ZONE.name:
                self.doubts.add("utc_with_zone", line, uid, zone=name)
            return Moment(moved(local, -shift), UTC_ZONE)
        return Moment(local, self.named(name, line, uid) if name else self.floating)

    def named(self, name: str, line: Line, uid: str | None) -> Zone:
        """An official name overrides the file's own definition; without either, the hall's zone is used."""
        if name not in self._known:
            self._known[name] = self._found(name, line, uid)
        zone = self._known[name]
        if zone is None:
            self.doubts.add("unknown_zone", line, uid, zone=name, assumed=self.hall.name)
        return zone or self.hall

    def _found(self, name: str, line: Line, uid: str | None) -> Zone | None:
        named, own = by_name(name), self._own(name)
        if own is not None and not (named and named.official):
            return own
        if named is None:
            location = self._defined[name].first("X-LIC-LOCATION") if name in self._defined else None
            named = by_name(location.value) if location else None
        if named and named.guessed:
            self.doubts.add("guessed_zone", line, uid, zone=name, assumed=named.zone.name)
        if named and own and self._differ(named.zone, own):
            self.doubts.add("zone_differs", line, uid, zone=name)
        return named.zone if named else None

    def _own(self, name: str) -> FileZone | None:
        zone = self._defined.get(name)
        return _file_zone(name, zone, self.since, self.until, self.effort) if zone else None

    def _differ(self, known: Zone, own: FileZone) -> bool:
        days = (self.until - self.since) // 12
        return any(known.utc(self.since + days * part) != own.utc(self.since + days * part) for part in range(13))


def _file_zone(name: str, zone: Component, since: datetime, until: datetime, effort: Effort) -> FileZone | None:
    changes: list[tuple[datetime, timedelta, timedelta]] = []
    for observance in (*zone.walk("STANDARD"), *zone.walk("DAYLIGHT")):
        start, before, after = (observance.first(part) for part in ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO"))
        begun, to = written(start.value) if start else None, _offset(after)
        if begun is None or to is None:
            return None
        from_ = _offset(before)
        from_ = to if from_ is None else from_
        onsets = _onsets(observance, begun[0], since, until, effort)
        changes.extend((clamped(onset) - from_, from_, to) for onset in onsets)
    if not changes:
        return None
    changes.sort()
    return FileZone(name, changes[0][1], tuple(change[0] for change in changes), tuple(change[2] for change in changes))


def _onsets(observance: Component, first: datetime, since: datetime, until: datetime, effort: Effort) -> set[datetime]:
    """The starts of this offset, in the local time before: those of some years up to `until`, and the last one."""
    found = {first}
    for line in observance.valued("RRULE"):
        rule = parsed(line.value, first)
        for one in rule.rules if rule else ():
            end = min(one.until.latest(), until) if one.until else until
            begin = max(first, moved(min(since, end), -YEARS_BEFORE))
            for start in one.starts(begin, end + YEAR, effort):
                effort.spend(1)
                found.add(start)
    for line in observance.valued("RDATE"):
        days = (written(text.partition("/")[0]) for text in line.value.split(","))
        found.update(day[0] for day in days if day)
    return found


def _offset(line: Line | None) -> timedelta | None:
    if line is None:
        return None
    return offset(line.value if line.value[:1] in "+-" else f"+{line.value}")
