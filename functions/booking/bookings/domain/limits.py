"""Limits of one client's unpaid holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from booking.bookings.errors import TooManyHoldsError
from booking.time.ranges import TimeRange
from shared_schemas.booking.policy import Policy


@dataclass(frozen=True)
class Held:
    """A client's unpaid holds: bookings, minutes of all halls, and when the first of them ends."""

    bookings: int = 0
    minutes: int = 0
    first_end: datetime | None = None


@dataclass(frozen=True)
class Payer:
    """Who counts as one person: a guest with all guests of the same telephone number. `key` is the same for all."""

    key: UUID
    ids: Sequence[UUID]


def hall_minutes(slot: TimeRange, spaces: int) -> int:
    """How much of the calendar a visit takes: its length, in each of the halls that it fills."""
    return int(slot.utc().duration.total_seconds()) // 60 * spaces


def require_room(held: Held, policy: Policy, now: datetime) -> None:
    """`TooManyHoldsError` if a client would hold more than the policy allows."""
    if held.bookings <= policy.max_unpaid_holds and held.minutes <= 60 * policy.max_unpaid_hours:
        return
    # This one alone is over the limit: waiting does not help.
    wait = None if held.bookings <= 1 or held.first_end is None else held.first_end - now
    raise TooManyHoldsError(
        retry_after=None if wait is None else max(int(wait.total_seconds()) + 1, 1),
        max_bookings=policy.max_unpaid_holds,
        max_hours=policy.max_unpaid_hours,
    )
