"""The route by which the booking service asks what is kept of a person, for an export."""

from uuid import UUID

from notification import composition
from notification.api import api
from shared_schemas.privacy.export import Disclosure, DisclosureQuery


@api.endpoint("GET /v1/recipients/{account_id}/personal-data")
def disclose_recipient(account_id: UUID, query: DisclosureQuery) -> Disclosure:
    """Messages to a person, for an export that the booking service makes; a page of them."""
    return composition.app().disclosing.of(account_id, query.page)
