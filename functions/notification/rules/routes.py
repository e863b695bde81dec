"""Routes of the rules by which messages go."""

from uuid import UUID

from core.http.idempotency import IdempotencyKey
from notification import composition
from notification.api import api
from notification.rules.errors import (
    RuleChangedError,
    RuleFixedError,
    RuleMisfitError,
    RuleNotFoundError,
    TooManyRulesError,
)
from shared_schemas.common import Page
from shared_schemas.messages.rules import (
    MessageRule,
    MessageRuleReplacement,
    MessageRuleRequest,
)


@api.endpoint("GET /v1/message-rules")
def list_message_rules() -> Page[MessageRule]:
    """Which message is sent when, to whom and by what: the product's rules as they were changed, and the studio's
    own."""
    return composition.app().rules.all()


@api.endpoint("POST /v1/message-rules", status=201, errors=[RuleFixedError, RuleMisfitError, TooManyRulesError])
def create_message_rule(body: MessageRuleRequest, key: IdempotencyKey | None) -> MessageRule:
    """Make a rule, such as a reminder three days before. What was due before that is not sent."""
    return composition.app().rules.create(body, key)


@api.endpoint("GET /v1/message-rules/{rule_id}", errors=[RuleNotFoundError])
def get_message_rule(rule_id: UUID) -> MessageRule:
    """One rule."""
    return composition.app().rules.get(rule_id)


@api.endpoint(
    "PUT /v1/message-rules/{rule_id}", errors=[RuleChangedError, RuleFixedError, RuleMisfitError, RuleNotFoundError]
)
def replace_message_rule(rule_id: UUID, body: MessageRuleReplacement) -> MessageRule:
    """Change a rule, or switch it off. It holds for all that is due from then on."""
    return composition.app().rules.replace(rule_id, body)


@api.endpoint("DELETE /v1/message-rules/{rule_id}", status=204, errors=[RuleFixedError, RuleNotFoundError])
def delete_message_rule(rule_id: UUID) -> None:
    """Delete a rule of the studio's own; one of the product is again as it came."""
    composition.app().rules.remove(rule_id)
