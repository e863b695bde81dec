"""Contracts of price simulations."""

from uuid import UUID

from pydantic import Field

from shared_schemas.common import Contract, Day, Money, SignedMoney


class SimulationRequest(Contract):
    """Which visits to price again: those that start on the studio's days from `from`, `to` exclusive."""

    from_: Day = Field(alias="from")
    to: Day


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


class Simulation(Contract):
    """A period's bookings priced by another tariff version."""

    version: int
    halls: list[HallSimulation]
    bookings: int
    sold: Money
    simulated: Money
    change: SignedMoney
    unpriced: int
