"""The line for time that bookings give back, as bookings see it within one transaction."""

from collections.abc import Callable, Collection, Sequence
from typing import Literal
from uuid import UUID

from booking.calendar.ports import Claim
from booking.time.ranges import TimeRange
from booking.waitlist.ports import Work


class WaitingLine:
    """Those who wait, in the transaction that frees time; `offer` gives it to the first in line who can have it."""

    def __init__(self, work: Work, offer: Callable[[Sequence[Claim]], None]) -> None:
        self._work = work
        self._offer = offer

    def wanted(self, spaces: Collection[UUID], stretches: Collection[TimeRange]) -> frozenset[UUID]:
        return self._work.waitlist.wanted(spaces, stretches)

    def offer(self, claims: Sequence[Claim]) -> None:
        self._offer(claims)

    def settle(self, booking_id: UUID, outcome: Literal["accepted", "missed"]) -> None:
        self._work.waitlist.settle(booking_id, outcome)
