"""When the events of one UID make somebody busy: repetitions, extra dates, exclusions and overrides."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby

from booking.ical.entries import NOTHING, Entry, Occurrence, occurrence_of
from booking.ical.lengths import NO_TIME, Length
from booking.ical.lines import Line
from booking.ical.values import DAY, LAST, Moment, moved

Busy = tuple[datetime, datetime]
"""From and to, in UTC."""


@dataclass(frozen=True)
class Window:
    """The requested window, in UTC."""

    start: datetime
    end: datetime

    def meets(self, busy: Busy) -> bool:
        return busy[0] < busy[1] and busy[0] < self.end and self.start < busy[1]


def busy_times(entries: Sequence[Entry], window: Window) -> Iterator[Busy]:
    """The times of all events of one UID, unordered, without those that are replaced."""
    masters = _newest([one for one in entries if one.replaces is None])
    overrides = [one for group in _by_occurrence(entries) for one in _newest(group, replaced=True)]
    for one in overrides:
        if not one.idle:
            yield from _own(one, window)
    changes: dict[tuple[bool, int], _Changes] = {}
    for master in masters:
        key = master.start.is_day, id(master.start.zone)
        if not master.idle:
            changes[key] = changes.get(key) or _Changes(overrides, master)
            yield from _series(master, changes[key], window)


def _newest(entries: Sequence[Entry], replaced: bool = False) -> Sequence[Entry]:
    """The latest revision; if several claim to be it, all of them."""
    if len(entries) < 2:
        return entries
    newest = max(one.sequence for one in entries)
    current = [one for one in entries if one.sequence == newest]
    for one in entries:
        if one.sequence < newest:
            one.zones.doubts.add("older_revision", _line(one), one.uid, sequence=one.sequence, newest=newest)
    if not replaced and len({(one.start.utc, one.length.end(one.start), one.idle) for one in current}) > 1:
        current[0].zones.doubts.add("duplicate_uid", _line(current[1]), current[0].uid, count=len(current))
    return current


def _by_occurrence(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    replacing = sorted((one for one in entries if one.replaces), key=_replaced)
    for _, group in groupby(replacing, key=_replaced):
        yield list(group)


def _replaced(entry: Entry) -> datetime:
    return entry.replaces.utc if entry.replaces else LAST


def _line(entry: Entry) -> Line:
    return Line(entry.component.number, "UID", {}, entry.uid)


def _own(entry: Entry, window: Window) -> Iterator[Busy]:
    """An event's own time, and its repetitions if it has any."""
    for one in _occurrences(entry, window, NO_TIME):
        yield from _met(one.start.utc, one.end, window)


class _Changes:
    """What overrides do to series, computed once for all series of one zone."""

    def __init__(self, overrides: Sequence[Entry], master: Entry) -> None:
        at = [(moment, one) for one in overrides if (moment := _told(one, master))]
        self.replaced = {moment for moment, _ in at}
        self.future = [(moment, one) for moment, one in at if one.and_future]
        self.begins = [moment for moment, _ in self.future]
        self.reach = max((abs(_shift(one, master)) + one.length.most for _, one in self.future), default=NO_TIME)


def _series(master: Entry, changes: _Changes, window: Window) -> Iterator[Busy]:
    for one in _occurrences(master, window, changes.reach):
        if one.start.utc in changes.replaced:
            continue
        place = bisect_right(changes.begins, one.start.utc)
        if not place:
            yield from _met(one.start.utc, one.end, window)
        elif not (change := changes.future[place - 1][1]).idle:
            moment = _changed(one.start, change, master)
            yield from _met(moment.utc, change.length.end(moment), window)


def _told(override: Entry, master: Entry) -> datetime | None:
    """Which occurrence it replaces; if that is unclear, all stay."""
    at = occurrence_of(override.replaces, master.start) if override.replaces else None
    if at is None and override.replaces is not NOTHING:
        override.zones.doubts.add("override_ignored", override.component.lines["RECURRENCE-ID"][0], override.uid)
    return at


def _shift(change: Entry, master: Entry) -> timedelta:
    """How much later the occurrences after a change are; in wall-clock time if the zone is the series' own."""
    before = change.replaces or change.start
    if change.idle:
        return NO_TIME
    if change.start.zone == before.zone == master.start.zone:
        return change.start.local - before.local
    return change.start.utc - before.utc


def _changed(moment: Moment, change: Entry, master: Entry) -> Moment:
    local = moved(moment.local, _shift(change, master))
    if change.start.is_day:
        return Moment(datetime.combine(local, time(0)), change.start.zone, is_day=True)
    if master.start.is_day:
        # From whole days to a time of the day.
        return Moment(datetime.combine(local, change.start.local.time()), change.start.zone)
    return Moment(local, moment.zone)


def _occurrences(entry: Entry, window: Window, reach: timedelta) -> Iterator[Occurrence]:
    """The occurrences of an event that may overlap the window or come within `reach` of it, without exclusions."""
    reach += entry.length.most
    since, last = moved(window.start, -reach), moved(window.end, reach)
    seen = set(entry.left_out)
    for moment in _moments(entry, since, last):
        if moment.utc not in seen:
            seen.add(moment.utc)
            # A day among times is a whole day.
            length = Length(wall=DAY) if moment.is_day and not entry.start.is_day else entry.length
            yield Occurrence(moment, length.end(moment))
    yield from (one for one in entry.periods if one.start.utc not in entry.left_out)


def _moments(entry: Entry, since: datetime, last: datetime) -> Iterator[Moment]:
    effort = entry.zones.effort
    for moment in (entry.start, *entry.extra):
        midnight = datetime.combine(moment.local, time(0))
        yield Moment(midnight, entry.zones.hall, is_day=True) if entry.start.is_day else moment
    for rule in entry.rules:
        until = rule.until.moment if rule.until and rule.until.is_utc else None
        for local in rule.starts(since, last, effort):
            effort.spend(1)
            moment = Moment(local, entry.start.zone, entry.start.is_day)
            if until is None or not _is_late(moment, until):
                yield moment


def _is_late(moment: Moment, until: datetime) -> bool:
    """Whether it is after an end in UTC; a whole day may also be compared by date."""
    return moment.utc > until and not (moment.is_day and moment.local.date() <= until.date())


def _met(start: datetime, end: datetime, window: Window) -> Iterator[Busy]:
    busy = min(start, end), max(start, end)
    if window.meets(busy):
        yield busy
