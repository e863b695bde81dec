"""The route of opening hours."""

from booking import wiring
from booking.api import api
from booking.errors import InvalidPeriodError
from core.identity import STAFF, services
from shared_schemas.common import Page
from shared_schemas.open_hours import OpenHours, OpenHoursQuery


@api.endpoint("GET /v1/open-hours", allow=STAFF | services("integration"), errors=[InvalidPeriodError])
def list_open_hours(query: OpenHoursQuery) -> Page[OpenHours]:
    """When each hall is open, without closures: at most a quarter of a year at once."""
    return Page(data=wiring.opening_hours().of_all(query))
