"""The route that tries a rule on a booking."""

from uuid import UUID

from core.identity import Identity
from notification import composition
from notification.api import api
from notification.errors import BookingNotFoundError
from notification.rules.errors import RuleNotFoundError
from shared_schemas.messages.rules import RulePreview, RulePreviewQuery


@api.endpoint("GET /v1/message-rules/{rule_id}/preview", errors=[BookingNotFoundError, RuleNotFoundError])
def preview_message_rule(rule_id: UUID, query: RulePreviewQuery, identity: Identity) -> RulePreview:
    """What the rule would do for a booking as it is now, and how its messages would read. Nothing is sent.

    An API key without `customers:read` sees neither texts nor addresses."""
    return composition.app().previews.of(rule_id, query.booking_id, whole=identity.sees_people)
