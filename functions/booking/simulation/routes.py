"""The route of simulations."""

from booking import composition
from booking.api import api
from booking.errors import InvalidPeriodError
from booking.halls.errors import HallNotFoundError
from booking.prices.errors import TariffVersionNotFoundError
from shared_schemas.booking.prices import VersionNumber
from shared_schemas.booking.simulation import Simulation, SimulationRequest
from shared_schemas.errors import RuleViolationError


@api.endpoint(
    "POST /v1/tariff-versions/{number}/simulation",
    errors=[HallNotFoundError, InvalidPeriodError, RuleViolationError, TariffVersionNotFoundError],
)
def simulate_tariff_version(number: VersionNumber, body: SimulationRequest) -> Simulation:
    """What a period's visits would have earned under a price list, per hall and in total, and what drafted `rules` of
    the terms would have meant for them. Nothing changes."""
    return composition.app().simulations.simulate(number, body)
