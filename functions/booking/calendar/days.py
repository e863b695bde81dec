"""Local days in quarters of an hour."""

from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from booking.time.cells import ceiling
from booking.time.grid import DAY, local_midnight

DAYS_KEPT = 4096


@lru_cache(DAYS_KEPT)
def day_cells(day: date, zone: str) -> range:
    """The quarters of a local day: 92 or 100 where clocks are changed by an hour."""
    here = ZoneInfo(zone)
    return range(ceiling(local_midnight(day, here)), ceiling(local_midnight(day + DAY, here)))


def local_days(first: date, last: date, zone: str) -> list[range]:
    """Those of the days from `first` to `last`, both inclusive."""
    return [day_cells(first + DAY * place, zone) for place in range((last - first).days + 1)]
