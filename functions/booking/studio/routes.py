"""Routes of who the studio is."""

from booking import composition
from booking.api import api
from booking.studio.errors import AddressInUseError, StudioChangedError
from core.identity import Identity
from shared_schemas.booking.studio import Studio, StudioReplacement
from shared_schemas.errors import RuleViolationError

STUDIO = 256 * 1024
"""Bytes: 20 addresses with directions, and a hundred versions of documents."""


@api.endpoint("GET /v1/studio")
def get_studio() -> Studio:
    """Who the studio is, where, under which documents it sells, and which ways to pay are on."""
    return composition.app().studios.current()


@api.endpoint("PUT /v1/studio", body_limit=STUDIO, errors=[AddressInUseError, RuleViolationError, StudioChangedError])
def replace_studio(body: StudioReplacement, identity: Identity) -> Studio:
    """Say anew who the studio is, in full. Halls name its addresses, so one with halls stays."""
    return composition.app().studios.replace(body, identity, body.version)
