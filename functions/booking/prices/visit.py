"""What a price asks of a visit, besides its halls."""

from dataclasses import dataclass
from datetime import datetime

from booking.time.ranges import STEP, TimeRange
from shared_schemas.booking.prices import Price
from shared_schemas.visits.purposes import PHOTO, VisitPurpose


@dataclass(frozen=True)
class Visit:
    """When it is, how many come, what for, and what else a price list may ask."""

    slot: TimeRange
    people: int
    purpose: VisitPurpose = PHOTO
    sold_at: datetime | None = None
    """Since when it is counted how soon it is; None is no answer that a rule could ask for."""
    birthday: str | None = None
    """Month and day, as the client told them."""
    is_near_birthday: bool = False
    """It was sold as such: the date was not kept."""

    @property
    def cells(self) -> int:
        """Its length in quarters of an hour."""
        return self.slot.duration // STEP


def was_near_birthday(price: Price) -> bool:
    """Whether it was sold at the price around a birthday; the date itself is not kept."""
    return any(one.kind == "birthday" for one in price.adjustments)
