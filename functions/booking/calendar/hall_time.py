"""A hall with its free time, as it is judged and priced."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from booking.hours.domain import StudioDays, open_cells
from booking.time.cells import Cells
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.policy import TermsRule

PERIODS_KEPT = 16


class KnownHall:
    """A hall and the special days around it, as they were read once: what follows from them is found once, too."""

    def __init__(self, hall: Hall, days: StudioDays) -> None:
        self.hall = hall
        self.days = days
        self.openings: Callable[[date, date], Cells] = lru_cache(PERIODS_KEPT)(self._openings)
        """When it is open on the local days from one to another, both inclusive."""

    def _openings(self, first: date, last: date) -> Cells:
        return open_cells(self.hall, self.days, first, last)


@dataclass(frozen=True)
class HallTime:
    """A hall, its free time within the window that was asked for, the special days around it, and the studio's rules
    of how short a visit may be."""

    known: KnownHall
    free: Cells
    rules: Sequence[TermsRule] = field(default=())

    @property
    def hall(self) -> Hall:
        return self.known.hall

    @property
    def days(self) -> StudioDays:
        return self.known.days


def special_days(times: Sequence[HallTime]) -> StudioDays:
    """The special days of all of the halls; each of them comes with its own exceptions only."""
    overrides = [override for time in times for override in time.days.overrides]
    return StudioDays(overrides, times[0].days.public_holidays)
