"""Whether what a rule asks is true of a booking."""

from notification.bookings.domain import Facts, KnownBooking
from notification.messages.domain.plans import PLAN_OF
from shared_schemas.messages.rules import MessageRule
from shared_schemas.notification import TemplateName


def applies_to_news(rule: MessageRule, template: TemplateName, event: str) -> bool:
    """Whether a rule sends this message about no visit; it has no condition."""
    return rule.active and rule.template == template and rule.event == event


def applies(rule: MessageRule, booking: KnownBooking, facts: Facts) -> bool:
    """Whether a rule is on, and its condition holds; `facts` are what the message says."""
    wanted = rule.condition
    return (
        rule.active
        and (facts.offered or not PLAN_OF[rule.template].of_offers)
        and (not wanted.statuses or booking.status in wanted.statuses)
        and (wanted.hall_ids is None or facts.hall_id in wanted.hall_ids)
        and (wanted.owes is None or wanted.owes == bool(facts.left and facts.left.amount))
        and (wanted.total_from is None or facts.total.amount >= wanted.total_from.amount)
    )
