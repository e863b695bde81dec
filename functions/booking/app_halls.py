"""Routes of halls, their free time, and quotes."""

from uuid import UUID

from chalice.app import Request

from booking import wiring
from booking.api import api
from booking.errors import (
    HallInUseError,
    HallNameTakenError,
    HallNotFoundError,
    InvalidPeriodError,
    NoTariffError,
)
from booking.errors_limits import TooManyQuotesError
from booking.errors_prices import AddOnNotFoundError, PromoCodeNotFoundError
from core.idempotency import IdempotencyKey
from core.identity import STAFF, address_digest
from shared_schemas.common import Page
from shared_schemas.errors import RuleViolationError
from shared_schemas.halls import Availability, AvailabilityQuery, Hall, HallChanges, HallRequest
from shared_schemas.prices import Quote, QuoteRequest

HALL = 256 * 1024
"""Bytes: 50 photos with their captions."""


@api.endpoint("GET /v1/halls")
def list_halls() -> Page[Hall]:
    """All halls of the studio, by name."""
    return Page(data=wiring.halls().all())


@api.endpoint(
    "POST /v1/halls", body_limit=HALL, status=201, allow=STAFF, errors=[HallNameTakenError, RuleViolationError]
)
def create_hall(body: HallRequest, key: IdempotencyKey | None) -> Hall:
    """Add a hall; one that is made of other halls takes them all when it is booked."""
    return wiring.halls().add(body, key)


@api.endpoint("GET /v1/halls/{hall_id}", errors=[HallNotFoundError])
def get_hall(hall_id: UUID) -> Hall:
    """One hall."""
    return wiring.halls().get(hall_id)


@api.endpoint(
    "PATCH /v1/halls/{hall_id}",
    body_limit=HALL,
    allow=STAFF,
    errors=[HallNotFoundError, HallInUseError, HallNameTakenError, RuleViolationError],
)
def change_hall(hall_id: UUID, body: HallChanges) -> Hall:
    """Change what is given; bookings that are made already keep what they were sold."""
    return wiring.halls().change(hall_id, body)


@api.endpoint("GET /v1/halls/{hall_id}/availability", errors=[HallNotFoundError, InvalidPeriodError])
def get_availability(hall_id: UUID, query: AvailabilityQuery) -> Availability:
    """Free time of a hall, day by day: every start listed can be booked for the asked duration."""
    return wiring.availabilities().of_hall(hall_id, query)


@api.endpoint("GET /v1/availability", errors=[InvalidPeriodError])
def list_availability(query: AvailabilityQuery) -> Page[Availability]:
    """Free time of every hall that takes as many people, by the halls' names."""
    return Page(data=wiring.availabilities().of_all(query))


@api.endpoint(
    "POST /v1/quotes",
    status=201,
    errors=[
        AddOnNotFoundError,
        HallNotFoundError,
        NoTariffError,
        PromoCodeNotFoundError,
        RuleViolationError,
        TooManyQuotesError,
    ],
)
def create_quote(body: QuoteRequest, key: IdempotencyKey | None, request: Request) -> Quote:
    """The price of a slot, explained line by line, and kept until `valid_until`."""
    with wiring.alternatives().offered(body):
        return wiring.quotes().quote(body, key, address_digest(request.context))
