"""At which quarters of an hour a hall's visits start: on its own grid, by the hall's clock."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from booking.time.cells import CELL_SECONDS, ones

KEPT = 1024


@lru_cache(KEPT)
def on_step(zone: str, step_minutes: int, first: int, count: int) -> int:
    """Of `count` quarters of an hour from `first` on, those at which the clock of a zone shows a multiple of the
    step."""
    step = 60 * step_minutes
    shown, shown_last = _clock(zone, first), _clock(zone, first + count - 1)
    if (shown_last - shown - CELL_SECONDS * (count - 1)) % step == 0:
        return _every(step // CELL_SECONDS, -shown % step, count)
    # The clock is changed by half an hour meanwhile, as on Lord Howe Island.
    return sum(1 << place for place in range(count) if _clock(zone, first + place) % step == 0)


def _every(distance: int, first_in: int, count: int) -> int:
    """One of each `distance` bits; the first is `first_in` seconds away."""
    skipped, rest = divmod(first_in, CELL_SECONDS)
    if rest:
        return 0
    repeated = ones(distance * (count // distance + 1)) // ones(distance)
    return repeated << skipped & ones(count)


def _clock(zone: str, cell: int) -> int:
    """What the clock shows then, in seconds."""
    offset = datetime.fromtimestamp(CELL_SECONDS * cell, ZoneInfo(zone)).utcoffset()
    return CELL_SECONDS * cell + (int(offset.total_seconds()) if offset else 0)
