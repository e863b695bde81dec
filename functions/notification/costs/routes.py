"""The route of the report of costs."""

from notification import composition
from notification.api import api
from shared_schemas.errors import RuleViolationError
from shared_schemas.messages.costs import MessageCostsQuery, MessageCostsReport


@api.endpoint("GET /v1/reports/messages", errors=[RuleViolationError])
def report_messages(query: MessageCostsQuery) -> MessageCostsReport:
    """What mail and SMS cost: how many went out on each day, by provider and kind, in how many parts, and for how much.

    The sums follow from the price table, not from providers' invoices."""
    return composition.app().costs.report(query)
