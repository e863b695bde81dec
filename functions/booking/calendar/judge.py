"""When a hall may be booked: the rules of a slot, including the gap rule, and the starts that they allow.

`broken` decides for availability, quotes, bookings and changes alike, so that every start that is offered can be booked
and every other is refused for the reason that `explain` gives. The database's constraint decides last.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from booking.calendar.steps import on_step
from booking.calendar.timetable import Timetable
from booking.time.cells import CELL_SECONDS, first_from, ones, stretches
from booking.time.grid import DAY

DAY_SECONDS = int(DAY.total_seconds())
Broken = list[tuple[str, int]]
"""Codes of rules, in order, each with the starts that break it: bit 0 is the first that was asked about."""


@dataclass(frozen=True)
class Starts:
    """Starts in question, `count` quarters of an hour from `first` on, of visits that last `length` quarters for
    `people`.

    Without `now` (in seconds since 1970) they are those of visits that are booked already: how far ahead it is, and
    what its size leaves free beside it, no longer matter."""

    first: int
    count: int
    length: int
    people: int
    now: float | None

    @property
    def all(self) -> int:
        return ones(self.count)

    def before(self, seconds: float) -> int:
        """Those before a moment, in seconds since 1970."""
        return ones(min(first_from(seconds) - self.first, self.count))

    def after(self, seconds: float) -> int:
        """Those after a moment."""
        return self.all & ~ones(min(int(seconds // CELL_SECONDS) + 1 - self.first, self.count))


def broken(table: Timetable, starts: Starts) -> Broken:
    """The judge itself: which rules the starts break. Of a start in the past nothing else is said."""
    hall, now = table.hall, starts.now
    room = _Room(table, starts)
    too_short = _too_short(table, starts) & ~room.filled
    found = [
        ("too_short", too_short),
        ("too_long", _if(CELL_SECONDS * starts.length > 60 * hall.max_minutes, starts) & ~too_short),
        ("other_purpose", _if(not table.capacity, starts)),
        ("too_many_people", _if(0 < table.capacity < starts.people, starts)),
        ("not_for_rent", _if(hall.archived, starts)),
        ("closed", starts.all & ~room.opened),
        ("buffer", starts.all & ~room.claimable & room.held),
        ("busy", starts.all & ~room.claimable & ~room.held),
    ]
    if now is None:
        return [(code, bits) for code, bits in found if bits]
    found += [
        (
            "start_not_allowed",
            starts.all & ~on_step(hall.timezone, hall.start_step_minutes, starts.first, starts.count) & ~room.filled,
        ),
        ("too_soon", starts.before(now + 60 * hall.notice_minutes)),
        ("too_far_ahead", starts.after(now + DAY_SECONDS * hall.horizon_days)),
        ("leaves_gap", room.leaves_gap(now + 60 * hall.notice_minutes) if hall.min_gap_minutes else 0),
    ]
    past = starts.before(now)
    said = [("in_past", past), *((code, bits & ~past) for code, bits in found)]
    return [(code, bits) for code, bits in said if bits]


def possible(table: Timetable, starts: Starts) -> int:
    """The starts that break no rule."""
    bits = starts.all
    for _, breaking in broken(table, starts):
        bits &= ~breaking
    return bits


def broken_rules(table: Timetable, start: int, end: int, people: int, now: float | None) -> list[str]:
    """Codes of the rules that one slot on the grid breaks; all times in seconds since 1970."""
    first = start // CELL_SECONDS
    return [code for code, _ in broken(table, Starts(first, 1, end // CELL_SECONDS - first, people, now))]


def _if(all_of_them: bool, starts: Starts) -> int:
    return starts.all if all_of_them else 0


def _too_short(table: Timetable, starts: Starts) -> int:
    """Starts from which a visit would have to be longer."""
    bits, minutes = 0, CELL_SECONDS * starts.length // 60
    for first, last in _alike(table, starts):
        if minutes < table.minimum.at(CELL_SECONDS * (starts.first + first), starts.now):
            bits |= ones(last - first) << first
    return bits


def _alike(table: Timetable, starts: Starts) -> Iterator[tuple[int, int]]:
    """The stretches of the starts in which a visit must be equally long."""
    first, last = (CELL_SECONDS * place for place in (starts.first, starts.first + starts.count - 1))
    edges = [0, *(first_from(at) - starts.first for at in table.minimum.changes(first, last, starts.now)), starts.count]
    inside = sorted({min(max(edge, 0), starts.count) for edge in edges})
    return pairwise(inside)


class _Room:
    """Where there is room for a visit, and what it would leave beside it. Bits are starts, except of what lies further
    ahead or behind: then they are starts that have it there."""

    def __init__(self, table: Timetable, starts: Starts) -> None:
        hall = table.hall
        self._table, self._starts = table, starts
        self._before, self._after, self._gap = (
            minutes * 60 // CELL_SECONDS
            for minutes in (hall.buffer_before_minutes, hall.buffer_after_minutes, hall.min_gap_minutes)
        )
        self.opened = self._open(0, starts.length)
        self.held = self._free(0, starts.length)
        self.claimable = self._free(-self._before, self._before + starts.length + self._after)
        self._fits = self.opened & self.claimable & starts.all
        self.filled = self._fits & ~self._left(1) & ~self._right(1) if self._gap else 0
        """Where a visit fills all that is free: the gap rule lets it be shorter, and start at any quarter."""

    def leaves_gap(self, sold_from: float) -> int:
        """The gap rule: starts with less sellable time before or after the visit than may be left. Time that is too
        near to be sold, before `sold_from` (in seconds since 1970), is no gap."""
        left = self._left(1) & ~self._left(self._gap) & ~self._behind_unsellable(sold_from)
        right = self._right(1) & ~self._right(self._gap)
        return self._fits & (left | right)

    def _left(self, least: int) -> int:
        """Starts that leave at least so much sellable time before what is claimed."""
        begins = -self._before - least
        return self._open(begins, least + self._before) & self._free(begins, least)

    def _right(self, least: int) -> int:
        """The same after it."""
        ends = self._starts.length
        return self._open(ends, self._after + least) & self._free(ends + self._after, least)

    def _behind_unsellable(self, sold_from: float) -> int:
        """Starts of which the sellable time before them begins too soon, so that none of it is a gap."""
        openings = self._table.openings
        last = first_from(sold_from) - 1
        sellable = openings.since(last) & self._table.unclaimed.since(last) if last >= openings.first else 0
        reached = (~sellable & (sellable + 1)).bit_length() - 1
        return ones(last + reached + 1 + self._before - self._starts.first)

    def _open(self, away: int, length: int) -> int:
        return stretches(self._table.openings.since(self._starts.first + away), length)

    def _free(self, away: int, length: int) -> int:
        return stretches(self._table.unclaimed.since(self._starts.first + away), length)
