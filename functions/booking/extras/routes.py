"""Routes of add-ons and promo codes."""

from uuid import UUID

from booking import composition
from booking.api import api
from booking.extras.errors import AddOnNameTakenError, AddOnNotFoundError, PromoCodeNotFoundError, PromoCodeTakenError
from booking.halls.errors import HallNotFoundError
from core.http.idempotency import IdempotencyKey
from core.http.paging import InvalidCursorError
from shared_schemas.booking.extras import (
    AddOn,
    AddOnChanges,
    AddOnRequest,
    PromoCode,
    PromoCodeChanges,
    PromoCodeListQuery,
    PromoCodeRequest,
)
from shared_schemas.common import Page
from shared_schemas.errors import Locale, RuleViolationError
from shared_schemas.words import in_language


@api.endpoint("GET /v1/add-ons")
def list_add_ons(language: Locale | None) -> Page[AddOn]:
    """All add-ons, by name, in the words of the language that is asked for. Those that are not `active` are not
    offered."""
    return Page(data=[in_language(add_on, language) for add_on in composition.app().extras.add_ons()])


@api.endpoint("POST /v1/add-ons", status=201, errors=[AddOnNameTakenError, HallNotFoundError])
def create_add_on(body: AddOnRequest, key: IdempotencyKey | None) -> AddOn:
    """Create an add-on. `stock` limits how many are in use at the same time."""
    return composition.app().extras.add_add_on(body, key)


@api.endpoint(
    "PATCH /v1/add-ons/{add_on_id}",
    errors=[AddOnNameTakenError, AddOnNotFoundError, HallNotFoundError],
)
def change_add_on(add_on_id: UUID, body: AddOnChanges) -> AddOn:
    """Change the given fields; null lifts the limit of `stock` or `hall_ids`. Bookings keep their prices."""
    return composition.app().extras.change_add_on(add_on_id, body)


@api.endpoint("GET /v1/promo-codes", errors=[InvalidCursorError])
def list_promo_codes(query: PromoCodeListQuery) -> Page[PromoCode]:
    """Promo codes with their uses, the newest first."""
    return composition.app().extras.promo_codes(query)


@api.endpoint("POST /v1/promo-codes", status=201, errors=[HallNotFoundError, PromoCodeTakenError, RuleViolationError])
def create_promo_code(body: PromoCodeRequest, key: IdempotencyKey | None) -> PromoCode:
    """Create a promo code."""
    return composition.app().extras.add_promo_code(body, key)


@api.endpoint("PATCH /v1/promo-codes/{promo_code_id}", errors=[PromoCodeNotFoundError, RuleViolationError])
def change_promo_code(promo_code_id: UUID, body: PromoCodeChanges) -> PromoCode:
    """Change the given fields; null lifts a limit or a date."""
    return composition.app().extras.change_promo_code(promo_code_id, body)
