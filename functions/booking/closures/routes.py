"""Routes of what stands in a hall's calendar beside bookings: exceptions, closures, other calendars, feeds."""

from uuid import UUID

from booking import composition
from booking.api import api
from booking.bookings.errors import InvalidTransitionError
from booking.calendar.errors import SlotTakenError
from booking.closures.errors import (
    AddressRefusedError,
    BookingsInTheWayError,
    CalendarTooLargeError,
    CalendarUnreachableError,
    ClosureNotFoundError,
    ExternalCalendarNotFoundError,
    NoAddressError,
    VisitsInTheWayError,
)
from booking.halls.errors import HallNotFoundError
from booking.ical.errors import CalendarTooComplexError, MalformedCalendarError, TooManyEventsError
from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from shared_schemas.booking.closures import (
    Closure,
    ClosureRequest,
    ExternalCalendar,
    ExternalCalendarRequest,
    ImportReport,
    ImportRequest,
)
from shared_schemas.booking.hours import SinceQuery
from shared_schemas.common import Page
from shared_schemas.errors import Locale, RuleViolationError

IMPORT_ERRORS = [
    CalendarTooComplexError,
    CalendarTooLargeError,
    ExternalCalendarNotFoundError,
    MalformedCalendarError,
    SlotTakenError,
    TooManyEventsError,
]

CALENDAR = 5 * 1024 * 1024
"""Bytes: as much as Lambda takes, once they stand as text within an event."""


@api.endpoint("GET /v1/closures")
def list_closures(query: SinceQuery) -> Page[Closure]:
    """Closures that have not ended, by start."""
    return Page(data=composition.app().closures.all(query.from_))


@api.endpoint(
    "POST /v1/closures",
    status=201,
    errors=[
        BookingsInTheWayError,
        HallNotFoundError,
        InvalidTransitionError,
        RuleViolationError,
        SlotTakenError,
        VisitsInTheWayError,
    ],
)
def create_closure(body: ClosureRequest, identity: Identity, key: IdempotencyKey | None) -> Closure:
    """Close a hall, or all halls, once or repeatedly in the halls' local time.

    Bookings in the way are listed, unless `conflicts` says to keep or to cancel them. Halls that are added later are
    not closed."""
    return composition.app().closures.close(body, identity.subject, key)


@api.endpoint("GET /v1/closures/{closure_id}", errors=[ClosureNotFoundError])
def get_closure(closure_id: UUID) -> Closure:
    """One closure."""
    return composition.app().closures.get(closure_id)


@api.endpoint("DELETE /v1/closures/{closure_id}", status=204, errors=[ClosureNotFoundError])
def delete_closure(closure_id: UUID, identity: Identity) -> None:
    """Delete a closure: its future time becomes free."""
    composition.app().closures.remove(closure_id, identity.subject)


@api.endpoint("GET /v1/halls/{hall_id}/external-calendars", errors=[HallNotFoundError])
def list_external_calendars(hall_id: UUID, locale: Locale) -> Page[ExternalCalendar]:
    """External calendars whose events are busy time of a hall, and how their last import went."""
    return Page(data=composition.app().external_calendars.of_hall(hall_id, locale))


@api.endpoint(
    "POST /v1/halls/{hall_id}/external-calendars",
    status=201,
    errors=[AddressRefusedError, HallNotFoundError],
)
def create_external_calendar(
    hall_id: UUID, body: ExternalCalendarRequest, key: IdempotencyKey | None
) -> ExternalCalendar:
    """Add an external calendar. One with a URL is fetched regularly from then on."""
    return composition.app().external_calendars.add(hall_id, body, key)


@api.endpoint(
    "DELETE /v1/external-calendars/{calendar_id}",
    status=204,
    errors=[ExternalCalendarNotFoundError],
)
def delete_external_calendar(calendar_id: UUID) -> None:
    """Delete an external calendar and free the time that it took."""
    composition.app().external_calendars.remove(calendar_id)


@api.endpoint("POST /v1/external-calendars/{calendar_id}/import", body_limit=CALENDAR, errors=IMPORT_ERRORS)
def import_external_calendar(calendar_id: UUID, body: ImportRequest, locale: Locale) -> ImportReport:
    """Import an iCalendar file in place of the previous import. Reports conflicts and assumptions.

    A file that cannot be read changes nothing."""
    return composition.app().external_calendars.import_file(calendar_id, body.ics, locale)


@api.endpoint(
    "POST /v1/external-calendars/{calendar_id}/refresh",
    errors=[
        *IMPORT_ERRORS,
        AddressRefusedError,
        CalendarUnreachableError,
        NoAddressError,
    ],
)
def refresh_external_calendar(calendar_id: UUID, locale: Locale) -> ImportReport:
    """Fetch and import an external calendar now."""
    return composition.app().external_calendars.refresh(calendar_id, locale)
