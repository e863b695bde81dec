"""The route of opening hours."""

from booking import composition
from booking.api import api
from booking.errors import InvalidPeriodError
from shared_schemas.booking.open_hours import OpenHours, OpenHoursQuery
from shared_schemas.common import Page


@api.endpoint("GET /v1/open-hours", errors=[InvalidPeriodError])
def list_open_hours(query: OpenHoursQuery) -> Page[OpenHours]:
    """When each hall is open, without closures: at most a quarter of a year at once."""
    return Page(data=composition.app().opening_hours.of_all(query))
