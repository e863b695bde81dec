"""The route of the schedule."""

from booking import composition
from booking.api import api
from booking.errors import InvalidPeriodError
from core.http.paging import InvalidCursorError
from core.identity import Identity
from shared_schemas.booking.schedule import Schedule, SchedulePeriod, ScheduleQuery, ScheduleStamp


@api.endpoint("GET /v1/schedule", errors=[InvalidCursorError, InvalidPeriodError])
def get_schedule(query: ScheduleQuery, identity: Identity) -> Schedule:
    """Who comes when, in all halls: visits by their start, with what is paid and due, and time that is not for rent.

    An API key also needs `customers:read` to be told names and phones."""
    return composition.app().schedules.of(query, named=identity.sees_people)


@api.endpoint("GET /v1/schedule/stamp", errors=[InvalidPeriodError])
def get_schedule_stamp(query: SchedulePeriod) -> ScheduleStamp:
    """Whether it is worth asking for the schedule again: the stamp changes with visits and busy times of these days.

    Names, and what somebody did before, may change without it."""
    return composition.app().schedules.stamp(query)
