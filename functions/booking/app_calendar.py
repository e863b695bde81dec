"""Routes of what stands in a hall's calendar beside bookings: exceptions, closures, other calendars, feeds."""

from uuid import UUID

from chalice import Response
from chalice.app import Request

from booking import wiring
from booking.api import api
from booking.errors import HallNotFoundError, InvalidPeriodError, InvalidTransitionError, SlotTakenError
from booking.errors_calendar import (
    AddressRefusedError,
    BookingsInTheWayError,
    CalendarFeedNotFoundError,
    CalendarTooComplexError,
    CalendarTooLargeError,
    CalendarUnreachableError,
    ClosureNotFoundError,
    DateOverrideNotFoundError,
    ExternalCalendarNotFoundError,
    MalformedCalendarError,
    NoAddressError,
    TooManyEventsError,
    VisitsInTheWayError,
)
from core.idempotency import IdempotencyKey
from core.identity import CLIENTS, STAFF, Identity
from shared_schemas.common import Page
from shared_schemas.errors import Locale, RuleViolationError
from shared_schemas.halls import (
    CalendarFeed,
    CalendarFeedRequest,
    Closure,
    ClosureRequest,
    DateOverride,
    DateOverrideRequest,
    ExternalCalendar,
    ExternalCalendarRequest,
    Holidays,
    HolidaysQuery,
    ImportReport,
    ImportRequest,
    SinceQuery,
)
from shared_schemas.texts import SecretName

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


@api.endpoint("GET /v1/date-overrides", allow=STAFF)
def list_date_overrides(query: SinceQuery) -> Page[DateOverride]:
    """Days with other hours, or that count as holidays or not, in the order in which they were made."""
    return Page(data=wiring.overrides().all(query.from_))


@api.endpoint("POST /v1/date-overrides", status=201, allow=STAFF, errors=[HallNotFoundError, RuleViolationError])
def create_date_override(body: DateOverrideRequest, identity: Identity, key: IdempotencyKey | None) -> DateOverride:
    """Make an exception for a hall, or for all.

    It rules what is booked from now on; bookings that are made already stay as they are."""
    return wiring.overrides().add(body, identity.subject, key)


@api.endpoint("DELETE /v1/date-overrides/{override_id}", status=204, allow=STAFF, errors=[DateOverrideNotFoundError])
def delete_date_override(override_id: UUID) -> None:
    """Take an exception back."""
    wiring.overrides().remove(override_id)


@api.endpoint("GET /v1/halls/{hall_id}/holidays", errors=[HallNotFoundError, InvalidPeriodError])
def list_holidays(hall_id: UUID, query: HolidaysQuery, locale: Locale) -> Holidays:
    """Days that count as public holidays in a hall, after the studio's own exceptions, and weekends that are worked.

    `warnings` names the years whose moved days off nobody has decreed yet."""
    return wiring.overrides().holidays(hall_id, query, locale)


@api.endpoint("GET /v1/closures", allow=STAFF)
def list_closures(query: SinceQuery) -> Page[Closure]:
    """Closures that are not over, by start."""
    return Page(data=wiring.closures().all(query.from_))


@api.endpoint(
    "POST /v1/closures",
    status=201,
    allow=STAFF,
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
    return wiring.closures().close(body, identity.subject, key)


@api.endpoint("GET /v1/closures/{closure_id}", allow=STAFF, errors=[ClosureNotFoundError])
def get_closure(closure_id: UUID) -> Closure:
    """One closure."""
    return wiring.closures().get(closure_id)


@api.endpoint("DELETE /v1/closures/{closure_id}", status=204, allow=STAFF, errors=[ClosureNotFoundError])
def delete_closure(closure_id: UUID, identity: Identity) -> None:
    """Open again what is still to come of a closure."""
    wiring.closures().remove(closure_id, identity.subject)


@api.endpoint("GET /v1/halls/{hall_id}/external-calendars", allow=STAFF, errors=[HallNotFoundError])
def list_external_calendars(hall_id: UUID, locale: Locale) -> Page[ExternalCalendar]:
    """Other calendars whose events are busy time of a hall, and how their last import went."""
    return Page(data=wiring.external_calendars().of_hall(hall_id, locale))


@api.endpoint(
    "POST /v1/halls/{hall_id}/external-calendars",
    status=201,
    allow=STAFF,
    errors=[AddressRefusedError, HallNotFoundError],
)
def create_external_calendar(
    hall_id: UUID, body: ExternalCalendarRequest, key: IdempotencyKey | None
) -> ExternalCalendar:
    """Add an external calendar; one with an address is fetched from then on, by and by."""
    return wiring.external_calendars().add(hall_id, body, key)


@api.endpoint(
    "DELETE /v1/external-calendars/{calendar_id}",
    status=204,
    allow=STAFF,
    errors=[ExternalCalendarNotFoundError],
)
def delete_external_calendar(calendar_id: UUID) -> None:
    """Forget an external calendar, and free the time that it took."""
    wiring.external_calendars().remove(calendar_id)


@api.endpoint(
    "POST /v1/external-calendars/{calendar_id}/import", body_limit=CALENDAR, allow=STAFF, errors=IMPORT_ERRORS
)
def import_external_calendar(calendar_id: UUID, body: ImportRequest, locale: Locale) -> ImportReport:
    """Make busy what a file says, in place of what the calendar said before, and report what it met and assumed.

    A file that cannot be read as a whole changes nothing."""
    return wiring.external_calendars().import_file(calendar_id, body.ics, locale)


@api.endpoint(
    "POST /v1/external-calendars/{calendar_id}/refresh",
    allow=STAFF,
    errors=[
        *IMPORT_ERRORS,
        AddressRefusedError,
        CalendarUnreachableError,
        NoAddressError,
    ],
)
def refresh_external_calendar(calendar_id: UUID, locale: Locale) -> ImportReport:
    """Fetch and import an external calendar now."""
    return wiring.external_calendars().refresh(calendar_id, locale)


@api.endpoint("POST /v1/calendars", status=201, allow=CLIENTS, errors=[HallNotFoundError])
def create_calendar_feed(body: CalendarFeedRequest, identity: Identity) -> CalendarFeed:
    """A secret address to subscribe to: of a hall, for staff, or of one's own bookings. It is shown only now."""
    return wiring.feeds().add(body, identity)


@api.endpoint("GET /v1/calendars", allow=CLIENTS)
def list_calendar_feeds(identity: Identity) -> Page[CalendarFeed]:
    """One's own calendar addresses, without the secrets in them, the newest first."""
    return Page(data=wiring.feeds().of(identity))


@api.endpoint("DELETE /v1/calendars/{calendar}", status=204, allow=CLIENTS, errors=[CalendarFeedNotFoundError])
def revoke_calendar_feed(calendar: UUID, identity: Identity) -> None:
    """Make the address of one of one's own calendars useless."""
    wiring.feeds().revoke(calendar, identity)


@api.endpoint("GET /v1/calendars/{calendar}", errors=[CalendarFeedNotFoundError], media_type="text/calendar")
def read_calendar_feed(calendar: SecretName, locale: Locale, request: Request) -> Response:
    """The iCalendar file (RFC 5545) at a secret address; 304 to whom sends the ETag of what is still current."""
    shown = wiring.feeds().read(calendar, locale, request.headers.get("if-none-match") or "")
    headers = {"ETag": shown.tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Language"}
    if shown.text is None:
        return Response("", headers, 304)
    return Response(shown.text, {**headers, "Content-Type": "text/calendar; charset=utf-8"}, 200)
