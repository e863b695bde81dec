"""Whether a rule makes sense: there are words for its message on that occasion, and they would be true."""

from collections.abc import Iterator

from notification.messages.domain.plans import NEWS_PLANS, PLAN_OF
from notification.rules.domain.defaults import FIXED, OCCASIONS, TIMED
from notification.rules.errors import RuleFixedError, RuleMisfitError
from shared_schemas.errors import Text, Violation
from shared_schemas.messages.rules import MessageRuleRequest, RuleCondition

ABOUT_NO_VISIT = frozenset(plan.template for plan in NEWS_PLANS.values())
ON_EVENTS = Text("This message is sent on these events: {events}", "Это сообщение отправляют по событиям: {events}")
AT_A_TIME = Text(
    "This message is sent at a time, not on an event", "Это сообщение отправляют ко времени, а не по событию"
)
TO_OTHERS = Text("This message is not for these readers", "Это сообщение предназначено не этим получателям")
BY_OTHERS = Text("This message is sent by these channels: {channels}", "Это сообщение отправляют через: {channels}")
UNTRUE = Text(
    "The message would not be true of such a visit; it is sent for these statuses: {statuses}",
    "Для такого визита сообщение было бы неправдой; его отправляют при статусах: {statuses}",
)
NO_VISIT = Text("This message is about no visit, so it has no condition", "Сообщение не о визите, условий у него нет")


def check(rule: MessageRuleRequest) -> None:
    """`RuleFixedError`; `RuleMisfitError` with all that does not fit."""
    if rule.template in FIXED:
        raise RuleFixedError
    if found := list(_misfits(rule)):
        raise RuleMisfitError(found)


def _misfits(rule: MessageRuleRequest) -> Iterator[Violation]:
    plan, events = PLAN_OF[rule.template], OCCASIONS.get(rule.template, frozenset())
    if not (rule.event in events if rule.event else rule.template in TIMED):
        field = "event" if rule.event else "moment"
        told = {"events": ", ".join(sorted(events))}
        yield _misfit(field, ON_EVENTS if events else AT_A_TIME, **told)
    if plan.for_staff != (rule.audience == "staff"):
        yield _misfit("audience", TO_OTHERS)
    if not set(rule.channels) <= set(plan.written_for):
        yield _misfit("channels", BY_OTHERS, channels=", ".join(plan.written_for))
    if rule.template in ABOUT_NO_VISIT and rule.condition != RuleCondition():
        yield _misfit("condition", NO_VISIT)
    elif plan.while_status and not set(rule.condition.statuses) <= plan.while_status:
        yield _misfit("condition.statuses", UNTRUE, statuses=", ".join(sorted(plan.while_status)))


def _misfit(field: str, text: Text, **told: object) -> Violation:
    return Violation(field, "message_rule_misfit", text, told)
