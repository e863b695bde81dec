"""Routes of guests: two for the booking service, and one for who holds a link."""

from uuid import UUID

from chalice import Response

from core.http.idempotency import IdempotencyKey
from gateway import composition
from gateway.api import api
from gateway.guests.errors import GuestLinkError, GuestNotFoundError
from shared_schemas.gateway.consents import ConsentNotOwnError, ConsentOutdatedError
from shared_schemas.guests import (
    AdmittedGuest,
    GuestAdmission,
    GuestGrant,
    GuestGrantRequest,
    GuestToken,
    GuestTokenRequest,
)
from shared_schemas.texts import PathName


@api.endpoint("POST /v1/guests", status=201, errors=[ConsentNotOwnError, ConsentOutdatedError])
def admit_guest(body: GuestAdmission, key: IdempotencyKey | None) -> AdmittedGuest:
    """A guest who wants to book. Without a booking that stands, the guest is forgotten again within a day or two."""
    return composition.app().guests.admit(body, key)


@api.endpoint("POST /v1/guests/{guest_id}/tokens", status=201, errors=[GuestNotFoundError])
def grant_guest_token(guest_id: UUID, body: GuestGrantRequest) -> GuestGrant:
    """What opens the booking that a guest has made."""
    return composition.app().guests.grant(guest_id, body)


@api.endpoint("GET /s/{short}", status=303, media_type="text/html")
def follow_short_link(short: PathName) -> Response:
    """Where the link of a text message leads: to the page of one booking, also where the message was cut off."""
    headers = {
        "Content-Type": "text/html",
        "Location": composition.app().guests.page_of(short),
        "Referrer-Policy": "no-referrer",
    }
    return Response("", headers, 303)


@api.endpoint("POST /v1/guest-tokens", errors=[GuestLinkError])
def exchange_guest_link(body: GuestTokenRequest) -> GuestToken:
    """Exchange the secret of a link to a booking, which is what follows `#` in it, for an access token.

    It opens that one booking, for a day at most. The link may be exchanged again, until the booking is an account's."""
    return composition.app().guests.exchange(body.token)
