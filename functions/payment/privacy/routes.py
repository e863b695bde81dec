"""The route by which the booking service asks what is kept of a payer, for an export."""

from uuid import UUID

from payment import composition
from payment.api import api
from shared_schemas.privacy.export import Disclosure, DisclosureQuery


@api.endpoint("GET /v1/payers/{account_id}/personal-data")
def disclose_payer(account_id: UUID, query: DisclosureQuery) -> Disclosure:
    """Payments, refunds, receipts, and what gateways told of them; a page of each."""
    return composition.app().disclosing.of(account_id, query.page)
