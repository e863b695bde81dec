"""Routes of free time."""

from uuid import UUID

from chalice.app import Request

from booking import composition
from booking.api import api
from booking.errors import InvalidPeriodError
from booking.halls.errors import HallNotFoundError
from core.http.accept import takes_gzip
from core.http.paging import InvalidCursorError
from core.http.representations import Written
from shared_schemas.booking.availability import (
    AvailabilitiesQuery,
    Availability,
    AvailabilityQuery,
    MonthCalendar,
    MonthQuery,
)
from shared_schemas.common import Page


@api.endpoint("GET /v1/halls/{hall_id}/availability", errors=[HallNotFoundError, InvalidPeriodError])
def get_availability(hall_id: UUID, query: AvailabilityQuery) -> Written[Availability]:
    """Free time of a hall, day by day: every start listed can be booked for the asked duration.

    At most 62 days; with `prices`, which costs more, 31, and with `explain` 12."""
    return composition.app().availabilities.of_hall(hall_id, query)


@api.endpoint("GET /v1/availability", errors=[InvalidPeriodError, InvalidCursorError])
def list_availability(query: AvailabilitiesQuery, request: Request) -> Written[Page[Availability]]:
    """Free time of every hall that is large enough, by hall name.

    At most 62 days; with `explain` 12, with `prices` 7. The longer the period, the fewer halls are on a page: a
    hundred if it is a week, twenty with `prices` or `explain`; a tenth of that
    unless `Accept-Encoding` asks for gzip."""
    compressed = takes_gzip(request.headers.get("accept-encoding", ""))
    return composition.app().availabilities.of_all(query, compressed=compressed)


@api.endpoint("GET /v1/calendar", errors=[InvalidCursorError])
def get_month(query: MonthQuery) -> MonthCalendar:
    """A month of every hall at a glance: which days have room for such a visit, and from what price on.

    By hall name, sixteen on a page."""
    return composition.app().months.of(query)
