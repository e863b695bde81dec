"""Routes of halls, their free time, and quotes."""

from uuid import UUID

from booking import composition
from booking.api import api
from booking.halls.errors import HallInUseError, HallNameTakenError, HallNotFoundError
from core.http.idempotency import IdempotencyKey
from shared_schemas.booking.halls import Hall, HallChanges, HallRequest
from shared_schemas.common import Page
from shared_schemas.errors import Locale, RuleViolationError
from shared_schemas.words import in_language

HALL = 256 * 1024
"""Bytes: 50 photos with their captions."""


@api.endpoint("GET /v1/halls")
def list_halls(language: Locale | None) -> Page[Hall]:
    """All halls of the studio, by name, in the words of the language that is asked for."""
    return Page(data=[in_language(hall, language) for hall in composition.app().halls.all()])


@api.endpoint("POST /v1/halls", body_limit=HALL, status=201, errors=[HallNameTakenError, RuleViolationError])
def create_hall(body: HallRequest, key: IdempotencyKey | None) -> Hall:
    """Add a hall. Booking a composite hall takes all its parts."""
    return composition.app().halls.add(body, key)


@api.endpoint("GET /v1/halls/{hall_id}", errors=[HallNotFoundError])
def get_hall(hall_id: UUID, language: Locale | None) -> Hall:
    """One hall, in the words of the language that is asked for."""
    return in_language(composition.app().halls.get(hall_id), language)


@api.endpoint(
    "PATCH /v1/halls/{hall_id}",
    body_limit=HALL,
    errors=[HallNotFoundError, HallInUseError, HallNameTakenError, RuleViolationError],
)
def change_hall(hall_id: UUID, body: HallChanges) -> Hall:
    """Change the given fields; existing bookings keep what they were sold."""
    return composition.app().halls.change(hall_id, body)
