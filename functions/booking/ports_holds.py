"""What the use cases need to know of what a client holds unpaid."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from booking.domain_limits import Held


class Holds(Protocol):
    def lock(self, customer_id: UUID, *, wait: bool = True) -> bool:
        """Keep the client from holding more until this transaction ends. Who must not `wait` is told whether it may go
        on.

        After the locks of halls, and before those of add-ons and promo codes: nobody waits in a circle."""

    def foresee(self, customer_id: UUID, now: datetime) -> None:
        """`of` is going to be asked, in the same words."""

    def of(self, customer_id: UUID, now: datetime) -> Held:
        """What a client holds unpaid, with all that this transaction has made so far."""
