"""A hall with its free time, as it is judged and priced."""

from collections.abc import Sequence
from dataclasses import dataclass

from booking.hours.domain import StudioDays
from booking.time.ranges import TimeRange
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.policy import TermsRule


@dataclass(frozen=True)
class HallTime:
    """A hall, its free time within the window that was asked for, the special days around it, and the studio's rules
    of how short a visit may be."""

    hall: Hall
    free: list[TimeRange]
    days: StudioDays
    rules: Sequence[TermsRule] = ()


def special_days(times: Sequence[HallTime]) -> StudioDays:
    """The special days of all of the halls; each of them comes with its own exceptions only."""
    overrides = [override for time in times for override in time.days.overrides]
    return StudioDays(overrides, times[0].days.public_holidays)
