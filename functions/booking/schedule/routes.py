"""The route of the schedule."""

from booking import composition
from booking.api import api
from booking.errors import InvalidPeriodError
from core.http.paging import InvalidCursorError
from shared_schemas.booking.schedule import Schedule, ScheduleQuery


@api.endpoint("GET /v1/schedule", errors=[InvalidCursorError, InvalidPeriodError])
def get_schedule(query: ScheduleQuery) -> Schedule:
    """Who comes when, in all halls: visits by their start, with what is paid and due, and time that is not for rent."""
    return composition.app().schedules.of(query)
