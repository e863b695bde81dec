"""Contracts of customers, as the studio knows them."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.accounts import Person
from shared_schemas.common import Contract, Instant, Money
from shared_schemas.search.people import SearchText
from shared_schemas.texts import OfPeople, Prose, Reason, Said


class NoteRequest(Contract):
    """What staff should know about a customer."""

    text: Annotated[str, Prose(4000, 1), OfPeople()]


class Note(NoteRequest):
    """A note of the staff."""

    id: UUID
    author: str
    at: Instant


class BlockRequest(Contract):
    """Why this customer may not book any more."""

    reason: Reason


class PrepaymentRequest(Contract):
    """The share of the total that this customer pays in advance; absent means the policy's."""

    percent: int | None = Field(default=None, ge=1, le=100)


class Acceptance(Contract):
    """When a customer accepted which version of the studio's rules."""

    version: str
    at: Instant


class Customer(Contract):
    """What the studio knows about a customer besides the account: statistics, notes, blocks."""

    id: UUID
    bookings: dict[str, int]
    """How many there are in each status."""
    spent: Money
    no_shows: int = 0
    prepayment_percent: int | None = None
    """This customer's own share, if it differs from the policy's."""
    blocked_at: Instant | None = None
    block_reason: Said | None = None
    notes: list[Note] = Field(default=[])
    acceptances: list[Acceptance] = Field(default=[])
    erased_at: Instant | None = None


class CustomersQuery(Contract):
    """Whom to look for: by the first or last digits of a phone (four at least), by how words of a name or an e-mail
    begin, or by the number of a booking. There are no further pages: type more."""

    q: SearchText
    limit: int = Field(default=20, ge=1, le=50)


class Visits(Contract):
    """A customer's visits: how many have begun, and when the last began and the next begins."""

    count: int = 0
    last: Instant | None = None
    next: Instant | None = None
    paid: Money = Money(amount=0)
    """What was paid for all bookings and not refunded."""
    refunded: Money = Money(amount=0)


class FoundCustomer(Person):
    """Somebody who matches what staff looked for."""

    visits: Visits
    no_shows: int = 0
    blocked: bool = False


class CustomersFound(Contract):
    """Those who match, by name; `more` where there are others beside them."""

    data: list[FoundCustomer]
    more: bool


class CustomerCard(Customer):
    """A customer with all that staff ask about."""

    contact: Person | None = None
    """Absent for who was erased, and where `contacts` are unavailable."""
    contacts: Literal["complete", "unavailable"]
    visits: Visits
