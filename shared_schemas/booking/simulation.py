"""Contracts of price simulations."""

from uuid import UUID

from pydantic import Field

from shared_schemas.booking.policy import TermsRule
from shared_schemas.common import Contract, Day, Money, SignedMoney


class SimulationRequest(Contract):
    """Which visits to price again: those that start on the studio's days from `from`, `to` exclusive."""

    from_: Day = Field(alias="from")
    to: Day
    rules: list[TermsRule] | None = Field(default=None, max_length=200)
    """A draft of the rules of the terms, to see what they would have meant for those visits; the rest of the terms is
    that in force."""


class HallSimulation(Contract):
    """What a hall's bookings brought, and what they would bring."""

    hall_id: UUID
    hall_name: str
    bookings: int
    sold: Money
    simulated: Money
    change: SignedMoney
    unpriced: int = 0
    """Bookings that the version has no price for; they are in neither sum."""


class RuleUse(Contract):
    """For how many visits a rule would have set a term."""

    rule: str
    visits: int


class SimulatedTerms(Contract):
    """What the drafted rules would have meant, for visits as soon as they were sold. Shares of single customers do not
    count."""

    too_short: int
    """Visits that would have been refused; those that fill a gap are among them."""
    prepayment: Money
    """What was asked in advance."""
    simulated_prepayment: Money
    """What would be, of the simulated totals."""
    rules: list[RuleUse]


class Simulation(Contract):
    """A period's bookings priced by another tariff version."""

    version: int
    halls: list[HallSimulation]
    bookings: int
    sold: Money
    simulated: Money
    change: SignedMoney
    unpriced: int
    terms: SimulatedTerms | None = None
    """Where `rules` were sent."""
