"""What a price asks of a visit, besides its halls."""

from dataclasses import dataclass

from booking.time.ranges import STEP, TimeRange
from shared_schemas.visits.purposes import PHOTO, VisitPurpose


@dataclass(frozen=True)
class Visit:
    """When it is, how many come, and what for."""

    slot: TimeRange
    people: int
    purpose: VisitPurpose = PHOTO

    @property
    def cells(self) -> int:
        """Its length in quarters of an hour."""
        return self.slot.duration // STEP
