"""Routes of prices: tariffs and their versions, add-ons, promo codes."""

from uuid import UUID

from booking import wiring
from booking.api import api
from booking.errors import HallNotFoundError, InvalidPeriodError
from booking.errors_prices import (
    AddOnNameTakenError,
    AddOnNotFoundError,
    NotADraftError,
    PromoCodeNotFoundError,
    PromoCodeTakenError,
    TariffNotFoundError,
    TariffVersionNotFoundError,
)
from core.idempotency import IdempotencyKey
from core.identity import STAFF, Identity
from shared_schemas.common import Page
from shared_schemas.errors import RuleViolationError
from shared_schemas.prices import (
    AddOn,
    AddOnChanges,
    AddOnRequest,
    PromoCode,
    PromoCodeChanges,
    PromoCodeRequest,
    Simulation,
    SimulationRequest,
    Tariff,
    TariffRequest,
    TariffVersion,
    TariffVersionRequest,
    TariffVersionsQuery,
    VersionNumber,
)

PRICE_LIST = 1024 * 1024
"""Bytes: 2000 rules of a price list."""


@api.endpoint("GET /v1/tariffs")
def list_tariffs() -> Page[Tariff]:
    """The tariff rules in force, the oldest first."""
    return Page(data=list(wiring.prices().tariffs()))


@api.endpoint("POST /v1/tariffs", status=201, allow=STAFF, errors=[HallNotFoundError, RuleViolationError])
def create_tariff(body: TariffRequest, identity: Identity, key: IdempotencyKey | None) -> Tariff:
    """Add a tariff rule: a new version of the price list is in force at once."""
    return wiring.prices().add_tariff(body, identity, key)


@api.endpoint("DELETE /v1/tariffs/{tariff_id}", status=204, allow=STAFF, errors=[TariffNotFoundError])
def delete_tariff(tariff_id: UUID, identity: Identity) -> None:
    """Remove a tariff rule: a new version of the price list is in force at once; the old one is kept."""
    wiring.prices().remove_tariff(tariff_id, identity)


@api.endpoint("GET /v1/tariff-versions", allow=STAFF)
def list_tariff_versions(query: TariffVersionsQuery) -> Page[TariffVersion]:
    """All price lists there ever were, and the drafts; the newest first."""
    return wiring.prices().versions(query)


@api.endpoint(
    "POST /v1/tariff-versions",
    status=201,
    allow=STAFF,
    body_limit=PRICE_LIST,
    errors=[HallNotFoundError, RuleViolationError],
)
def create_tariff_version(body: TariffVersionRequest, identity: Identity, key: IdempotencyKey | None) -> TariffVersion:
    """Draft a price list; parts that are absent are copied from the one in force."""
    return wiring.prices().draft(body, identity, key)


@api.endpoint("GET /v1/tariff-versions/{number}", allow=STAFF, errors=[TariffVersionNotFoundError])
def get_tariff_version(number: VersionNumber) -> TariffVersion:
    """One price list: a draft, the one in force, or one that was."""
    return wiring.prices().version(number)


@api.endpoint(
    "PUT /v1/tariff-versions/{number}",
    body_limit=PRICE_LIST,
    allow=STAFF,
    errors=[HallNotFoundError, NotADraftError, RuleViolationError, TariffVersionNotFoundError],
)
def replace_tariff_version(number: VersionNumber, body: TariffVersionRequest) -> TariffVersion:
    """Write a draft anew; parts that are absent are copied from the price list in force."""
    return wiring.prices().redraft(number, body)


@api.endpoint(
    "POST /v1/tariff-versions/{number}/activate", allow=STAFF, errors=[NotADraftError, TariffVersionNotFoundError]
)
def activate_tariff_version(number: VersionNumber) -> TariffVersion:
    """Put a draft in force, for whatever is sold from now on."""
    return wiring.prices().activate(number)


@api.endpoint(
    "POST /v1/tariff-versions/{number}/simulation",
    allow=STAFF,
    errors=[InvalidPeriodError, TariffVersionNotFoundError],
)
def simulate_tariff_version(number: VersionNumber, body: SimulationRequest) -> Simulation:
    """What a period's visits would have brought by a price list, per hall and in total; nothing is changed."""
    return wiring.simulations().simulate(number, body)


@api.endpoint("GET /v1/add-ons")
def list_add_ons() -> Page[AddOn]:
    """What can be had with a hall, by name; those that are not `active` are not offered."""
    return Page(data=wiring.extras().add_ons())


@api.endpoint("POST /v1/add-ons", status=201, allow=STAFF, errors=[AddOnNameTakenError, HallNotFoundError])
def create_add_on(body: AddOnRequest, key: IdempotencyKey | None) -> AddOn:
    """Offer something with the halls; with `stock`, no more of it are out at any moment."""
    return wiring.extras().add_add_on(body, key)


@api.endpoint(
    "PATCH /v1/add-ons/{add_on_id}",
    allow=STAFF,
    errors=[AddOnNameTakenError, AddOnNotFoundError, HallNotFoundError],
)
def change_add_on(add_on_id: UUID, body: AddOnChanges) -> AddOn:
    """Change what is given; null lifts `stock` and `hall_ids`. Bookings keep the prices they were sold at."""
    return wiring.extras().change_add_on(add_on_id, body)


@api.endpoint("GET /v1/promo-codes", allow=STAFF)
def list_promo_codes() -> Page[PromoCode]:
    """All promo codes with their uses, the newest first."""
    return Page(data=wiring.extras().promo_codes())


@api.endpoint(
    "POST /v1/promo-codes", status=201, allow=STAFF, errors=[HallNotFoundError, PromoCodeTakenError, RuleViolationError]
)
def create_promo_code(body: PromoCodeRequest, key: IdempotencyKey | None) -> PromoCode:
    """Give a discount to who knows the code."""
    return wiring.extras().add_promo_code(body, key)


@api.endpoint("PATCH /v1/promo-codes/{promo_code_id}", allow=STAFF, errors=[PromoCodeNotFoundError, RuleViolationError])
def change_promo_code(promo_code_id: UUID, body: PromoCodeChanges) -> PromoCode:
    """Change what is given; null lifts a limit or a bound of time."""
    return wiring.extras().change_promo_code(promo_code_id, body)
