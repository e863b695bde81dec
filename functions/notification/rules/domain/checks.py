"""Whether a rule makes sense: there are words for its message on that occasion, and they would be true."""

from notification.messages.domain.plans import NEWS_PLANS, PLAN_OF
from notification.rules.domain.defaults import FIXED, OCCASIONS, TIMED
from notification.rules.errors import RuleFixedError, RuleMisfitError
from shared_schemas.messages.rules import MessageRuleRequest, RuleCondition

ABOUT_NO_VISIT = frozenset(plan.template for plan in NEWS_PLANS.values())


def check(rule: MessageRuleRequest) -> None:
    """`RuleFixedError`, `RuleMisfitError`."""
    if rule.template in FIXED:
        raise RuleFixedError
    plan, events = PLAN_OF[rule.template], OCCASIONS.get(rule.template, frozenset())
    fits = rule.event in events if rule.event else rule.template in TIMED
    true = not plan.while_status or set(rule.condition.statuses) <= plan.while_status
    true = true and (rule.template not in ABOUT_NO_VISIT or rule.condition == RuleCondition())
    its_readers = plan.for_staff == (rule.audience == "staff")
    if not (fits and true and its_readers and set(rule.channels) <= set(plan.written_for)):
        occasions = sorted(events) or ["at a time"]
        raise RuleMisfitError(
            template=rule.template, occasions=", ".join(occasions), channels=", ".join(plan.written_for)
        )
