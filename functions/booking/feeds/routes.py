"""Routes of calendar feeds."""

from uuid import UUID

from chalice import Response
from chalice.app import Request

from booking import composition
from booking.api import api
from booking.feeds.errors import CalendarFeedNotFoundError
from booking.halls.errors import HallNotFoundError
from core.identity import Identity
from shared_schemas.booking.feeds import CalendarFeed, CalendarFeedRequest
from shared_schemas.common import Page
from shared_schemas.errors import Locale
from shared_schemas.texts import SecretName


@api.endpoint("POST /v1/calendars", status=201, errors=[HallNotFoundError])
def create_calendar_feed(body: CalendarFeedRequest, identity: Identity) -> CalendarFeed:
    """Create a secret address to subscribe to: of a hall (staff only) or of your own bookings. It is shown once."""
    return composition.app().feeds.add(body, identity)


@api.endpoint("GET /v1/calendars")
def list_calendar_feeds(identity: Identity) -> Page[CalendarFeed]:
    """Your own calendar addresses without their secrets, newest first."""
    return Page(data=composition.app().feeds.of(identity))


@api.endpoint("DELETE /v1/calendars/{calendar}", status=204, errors=[CalendarFeedNotFoundError])
def revoke_calendar_feed(calendar: UUID, identity: Identity) -> None:
    """Revoke one of your own calendar addresses."""
    composition.app().feeds.revoke(calendar, identity)


@api.endpoint("GET /v1/calendars/{calendar}", errors=[CalendarFeedNotFoundError], media_type="text/calendar")
def read_calendar_feed(calendar: SecretName, locale: Locale, request: Request) -> Response:
    """The iCalendar file (RFC 5545) at a secret address; 304 if the given ETag is still current."""
    shown = composition.app().feeds.read(calendar, locale, request.headers.get("if-none-match") or "")
    headers = {"ETag": shown.tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Language"}
    if shown.text is None:
        return Response("", headers, 304)
    return Response(shown.text, {**headers, "Content-Type": "text/calendar; charset=utf-8"}, 200)
