"""All starts that a hall's rules allow, over many days.

The judge decides. It is asked about each start that is near an end of a free stretch. Between those, and between the
first and the last start that are neither too soon nor too far ahead, what it says of one it says of all, as far as the
same rule of the studio says how short a visit may be."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from booking.calendar.judge import DAY_SECONDS, STEP_SECONDS, Timetable, broken_rules
from booking.time.ranges import TimeRange, intersect


def possible_starts(table: Timetable, window: TimeRange, seconds: int, people: int, now: float) -> list[int]:
    """The starts of a window that a visit of this length may have, in order, in seconds since 1970."""
    hall = table.hall
    earliest = max(window.start.timestamp(), now + 60 * hall.notice_minutes)
    latest = min(window.end.timestamp() - STEP_SECONDS, now + DAY_SECONDS * hall.horizon_days)

    def is_allowed(start: int) -> bool:
        return not broken_rules(table, start, start + seconds, people, now)

    found: list[int] = []
    for span in intersect(table.openings, table.unclaimed):
        free_from, free_to = span.start.timestamp(), span.end.timestamp()
        starts = _candidates(table, free_from, max(free_from, earliest), min(free_to - seconds, latest))
        for run, is_near_end in _runs(table, starts, free_from, free_to - seconds):
            if is_near_end:
                found += filter(is_allowed, run)
                continue
            for alike in _alike(table, run, now):
                if is_allowed(alike[0]):
                    found += alike
    return found


def _candidates(table: Timetable, free_from: float, first: float, last: float) -> list[int]:
    """What is on the hall's own grid, and the starts from which a visit may fill the whole stretch: a buffer may lie
    outside the opening hours, so there can be several."""
    found = [*_on_step(table, _ceiling(first), last)]
    if table.hall.min_gap_minutes:
        filling = min(free_from + 60 * table.hall.buffer_before_minutes, last)
        found = sorted({*found, *range(_ceiling(first), int(filling) + 1, STEP_SECONDS)})
    return found


def _on_step(table: Timetable, first: int, last: float) -> Sequence[int]:
    step = 60 * table.hall.start_step_minutes
    if first > last:
        return []
    shown, shown_last = _clock(table, first), _clock(table, last)
    if (shown - first) % step == (shown_last - int(last)) % step:
        return range(first + -shown % step, int(last) + 1, step)
    # The clock is changed by half an hour meanwhile, as on Lord Howe Island.
    return [cell for cell in range(first, int(last) + 1, STEP_SECONDS) if _clock(table, cell) % step == 0]


def _clock(table: Timetable, instant: float) -> int:
    """What the hall's clock shows then, in seconds."""
    offset = datetime.fromtimestamp(instant, table.zone).utcoffset()
    return int(instant) + (int(offset.total_seconds()) if offset else 0)


def _ceiling(instant: float) -> int:
    return int(-(-instant // STEP_SECONDS)) * STEP_SECONDS


def _runs(
    table: Timetable, starts: Sequence[int], free_from: float, free_to: float
) -> Iterator[tuple[Sequence[int], bool]]:
    """The starts near the beginning, those between, and those near the end, where the gap rule looks; without the empty
    ones."""
    hall = table.hall
    gap = 60 * hall.min_gap_minutes
    place = bisect_left(starts, free_from + 60 * hall.buffer_before_minutes + gap)
    other = max(place, bisect_right(starts, free_to - 60 * hall.buffer_after_minutes - gap))
    for run, is_near_end in ((starts[:place], True), (starts[place:other], False), (starts[other:], True)):
        if run:
            yield run, is_near_end


def _alike(table: Timetable, run: Sequence[int], now: float) -> Iterator[Sequence[int]]:
    """The stretches of a run in which a visit must be equally long."""
    changes = table.minimum.changes(run[0], run[-1], now)
    for begins, ends in pairwise([0, *(bisect_left(run, change) for change in changes), len(run)]):
        if begins < ends:
            yield run[begins:ends]
