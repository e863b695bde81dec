"""Routes of prices: tariffs and their versions, add-ons, promo codes."""

from uuid import UUID

from booking import composition
from booking.api import api
from booking.halls.errors import HallNotFoundError
from booking.prices.errors import NotADraftError, TariffNotFoundError, TariffVersionNotFoundError
from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from shared_schemas.booking.prices import (
    Tariff,
    TariffRequest,
    TariffVersion,
    TariffVersionRequest,
    TariffVersionsQuery,
    VersionNumber,
)
from shared_schemas.common import Page
from shared_schemas.errors import Locale, RuleViolationError
from shared_schemas.words import in_language

PRICE_LIST = 1024 * 1024
"""Bytes: 2000 rules of a price list."""


@api.endpoint("GET /v1/tariffs")
def list_tariffs(language: Locale | None) -> Page[Tariff]:
    """The tariff rules in force, the oldest first, in the words of the language that is asked for."""
    return Page(data=[in_language(tariff, language) for tariff in composition.app().prices.tariffs()])


@api.endpoint("POST /v1/tariffs", status=201, errors=[HallNotFoundError, RuleViolationError])
def create_tariff(body: TariffRequest, identity: Identity, key: IdempotencyKey | None) -> Tariff:
    """Add a tariff rule: a new version of the price list is in force at once."""
    return composition.app().prices.add_tariff(body, identity, key)


@api.endpoint("DELETE /v1/tariffs/{tariff_id}", status=204, errors=[TariffNotFoundError])
def delete_tariff(tariff_id: UUID, identity: Identity) -> None:
    """Remove a tariff rule: a new version of the price list is in force at once; the old one is kept."""
    composition.app().prices.remove_tariff(tariff_id, identity)


@api.endpoint("GET /v1/tariff-versions")
def list_tariff_versions(query: TariffVersionsQuery) -> Page[TariffVersion]:
    """All price lists, earlier ones and drafts included, newest first."""
    return composition.app().prices.versions(query)


@api.endpoint(
    "POST /v1/tariff-versions",
    status=201,
    body_limit=PRICE_LIST,
    errors=[HallNotFoundError, RuleViolationError],
)
def create_tariff_version(body: TariffVersionRequest, identity: Identity, key: IdempotencyKey | None) -> TariffVersion:
    """Draft a price list; absent parts are copied from the one in force."""
    return composition.app().prices.draft(body, identity, key)


@api.endpoint("GET /v1/tariff-versions/{number}", errors=[TariffVersionNotFoundError])
def get_tariff_version(number: VersionNumber) -> TariffVersion:
    """One price list: a draft, the one in force, or an earlier one."""
    return composition.app().prices.version(number)


@api.endpoint(
    "PUT /v1/tariff-versions/{number}",
    body_limit=PRICE_LIST,
    errors=[HallNotFoundError, NotADraftError, RuleViolationError, TariffVersionNotFoundError],
)
def replace_tariff_version(number: VersionNumber, body: TariffVersionRequest) -> TariffVersion:
    """Replace a draft; absent parts are copied from the price list in force."""
    return composition.app().prices.redraft(number, body)


@api.endpoint("POST /v1/tariff-versions/{number}/activate", errors=[NotADraftError, TariffVersionNotFoundError])
def activate_tariff_version(number: VersionNumber) -> TariffVersion:
    """Put a draft in force for all sales from now on."""
    return composition.app().prices.activate(number)
