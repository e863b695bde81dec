"""What must be known and changed when a hall takes something else."""

from typing import Protocol

from booking.bookings.ports import Booked
from booking.closures.ports import Wanting
from booking.waitlist.ports import WaitlistStore


class Work(Wanting, Booked, Protocol):
    """All that takes time of halls."""

    @property
    def waitlist(self) -> WaitlistStore: ...
