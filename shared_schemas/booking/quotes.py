"""Contracts of quotes."""

from uuid import UUID

from pydantic import Field

from shared_schemas.booking.extras import AddOnOrder, PromoText
from shared_schemas.booking.policy import SaleTerms
from shared_schemas.booking.prices import Price
from shared_schemas.common import Contract, Instant, Money
from shared_schemas.visits.birthdays import Birthday
from shared_schemas.visits.purposes import PHOTO, VisitPurpose


class AskedVisit(Contract):
    """A hall at a time, for so many people, with what they need."""

    hall_id: UUID
    also_hall_ids: list[UUID] = Field(default=[], max_length=20)
    """Further halls for the same time, in the same booking."""
    start: Instant
    end: Instant
    people: int = Field(default=1, ge=1, le=10_000)
    purpose: VisitPurpose = PHOTO
    add_ons: list[AddOnOrder] = Field(default=[], max_length=50)


class SlotRequest(AskedVisit):
    """A hall at a time, with everything that has a price."""

    promo_code: PromoText | None = None
    birthday: Birthday | None = None
    """The client's, for the studio's price around it. It is checked at the door, and no booking keeps it."""


class QuoteRequest(SlotRequest):
    """The slot and the order to price."""


class Quote(Price):
    """A price that holds until `valid_until`."""

    id: UUID
    hall_id: UUID
    also_hall_ids: list[UUID] = Field(default=[])
    start: Instant
    end: Instant
    usable_until: Instant
    """When the hall must be left: the billed end, less the hall's unused minutes."""
    people: int
    purpose: VisitPurpose = PHOTO
    terms: SaleTerms | None = None
    """Under which a booking with this quote is sold; of a customer who pays another share in advance, that share
    counts. Absent from quotes of before this was told."""
    valid_until: Instant


class Alternative(Contract):
    """What could be booked instead of what was refused, and for how much."""

    hall_id: UUID
    hall_name: str
    start: Instant
    end: Instant
    total: Money
