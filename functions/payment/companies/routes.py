"""Routes of companies."""

from uuid import UUID

from core.http.idempotency import IdempotencyKey
from core.http.paging import InvalidCursorError
from payment import composition
from payment.api import api
from payment.companies.errors import (
    CompanyChangedError,
    CompanyInvoicedError,
    CompanyKnownError,
    CompanyNotFoundError,
)
from shared_schemas.common import Page
from shared_schemas.payment.companies import CompaniesQuery, Company, CompanyReplacement, CompanyRequest


@api.endpoint("POST /v1/companies", status=201, errors=[CompanyKnownError])
def create_company(body: CompanyRequest, key: IdempotencyKey | None) -> Company:
    """Add a company to invoice, with its requisites: check digits of INN, OGRN, BIK and accounts are checked."""
    return composition.app().companies.add(body, key)


@api.endpoint("GET /v1/companies", errors=[InvalidCursorError])
def list_companies(query: CompaniesQuery) -> Page[Company]:
    """Companies, newest first; `q` looks for the first digits of an INN or words of a name."""
    return composition.app().companies.page(query)


@api.endpoint("GET /v1/companies/{company_id}", errors=[CompanyNotFoundError])
def get_company(company_id: UUID) -> Company:
    """One company with its requisites, and whom to call there."""
    return composition.app().companies.get(company_id)


@api.endpoint("PUT /v1/companies/{company_id}", errors=[CompanyChangedError, CompanyKnownError, CompanyNotFoundError])
def replace_company(company_id: UUID, body: CompanyReplacement) -> Company:
    """Replace a company's requisites, in full; papers that were issued keep what they say."""
    return composition.app().companies.replace(company_id, body)


@api.endpoint("DELETE /v1/companies/{company_id}", status=204, errors=[CompanyInvoicedError, CompanyNotFoundError])
def remove_company(company_id: UUID) -> None:
    """Remove a company that was never invoiced."""
    composition.app().companies.remove(company_id)
