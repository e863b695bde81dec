"""The route by which the booking service asks what is kept of a person, for an export."""

from uuid import UUID

from integration import composition
from integration.api import api
from shared_schemas.privacy.export import Disclosure, DisclosureQuery


@api.endpoint("GET /v1/crm-contacts/{account_id}/personal-data")
def disclose_crm_contacts(account_id: UUID, query: DisclosureQuery) -> Disclosure:
    """Under which ids CRMs know the person."""
    return composition.app().disclosing.of(account_id, query.page)
