"""The route of simulations."""

from booking import composition
from booking.api import api
from booking.errors import InvalidPeriodError
from booking.prices.errors import TariffVersionNotFoundError
from shared_schemas.booking.prices import VersionNumber
from shared_schemas.booking.simulation import Simulation, SimulationRequest


@api.endpoint(
    "POST /v1/tariff-versions/{number}/simulation",
    errors=[InvalidPeriodError, TariffVersionNotFoundError],
)
def simulate_tariff_version(number: VersionNumber, body: SimulationRequest) -> Simulation:
    """What a period's visits would have earned under a price list, per hall and in total. Nothing changes."""
    return composition.app().simulations.simulate(number, body)
