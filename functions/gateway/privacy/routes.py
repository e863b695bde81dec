"""The route by which the booking service asks what is kept of a person, for an export."""

from uuid import UUID

from gateway import composition
from gateway.api import api
from shared_schemas.privacy.export import Disclosure, DisclosureQuery


@api.endpoint("GET /v1/accounts/{account_id}/personal-data")
def disclose_account(account_id: UUID, query: DisclosureQuery) -> Disclosure:
    """The account, its consents and its sign-ins; a page of each."""
    return composition.app().disclosing.of(account_id, query.page)
