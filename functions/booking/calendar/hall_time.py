"""A hall with its free time, as it is judged and priced."""

from collections.abc import Sequence
from dataclasses import dataclass

from booking.hours.domain import StudioDays
from booking.time.ranges import TimeRange
from shared_schemas.booking.halls import Hall


@dataclass(frozen=True)
class HallTime:
    """A hall, its free time within the window that was asked for, and the special days around it."""

    hall: Hall
    free: list[TimeRange]
    days: StudioDays


def special_days(times: Sequence[HallTime]) -> StudioDays:
    """The special days of all of the halls; each of them comes with its own exceptions only."""
    overrides = [override for time in times for override in time.days.overrides]
    return StudioDays(overrides, times[0].days.public_holidays)
