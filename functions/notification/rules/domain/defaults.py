"""The rules that the product comes with: every message goes by one."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID, uuid5

from notification.messages.domain.plans import (
    ACCOUNT_PLANS,
    CODE_PLANS,
    INVITATION,
    NEWS_PLANS,
    OFFER_ENDING,
    PLANS,
    REMINDER,
    REVIEW,
    TIMED_PLANS,
    Plan,
)
from shared_schemas.channels import CONNECTED, Channel
from shared_schemas.events.accounts import CodeRequested
from shared_schemas.events.payments import PaymentLinkRequested
from shared_schemas.events.staff import StaffInvited
from shared_schemas.messages.rules import MessageRule, Moment
from shared_schemas.notification import TemplateName

SPACE = UUID("5d3c1f0a-6a0e-4f3b-9a55-5f6d3f0e8c11")
"""The ids of these rules come of their names."""
HOUR = 60
ON_EVENTS: tuple[tuple[str, Plan], ...] = (
    *((event.type, plan) for event, plan in PLANS.items()),
    *((event.type, plan) for event, plan in NEWS_PLANS.items()),
    *((event.type, plan) for event, plan in ACCOUNT_PLANS.items()),
    *((CodeRequested.type, plan) for plan in CODE_PLANS.values()),
    (StaffInvited.type, INVITATION),
)
# The same, by two channels: a mail is read at a desk the day before, and a text message on the way.
AT_MOMENTS: tuple[tuple[str, Plan, Moment, int, tuple[tuple[Channel, ...], ...]], ...] = (
    ("day", REMINDER, "start", -24 * HOUR, (("email",), ("sms",))),
    ("hours", REMINDER, "start", -2 * HOUR, (("sms", "email"),)),
    ("soon", OFFER_ENDING, "hold_end", -20, (("sms", "email"),)),
    ("day", REVIEW, "end", 24 * HOUR, (("email",),)),
)
FIXED: frozenset[TemplateName] = frozenset(
    plan.template
    for event, plan in ON_EVENTS
    if event in (CodeRequested.type, StaffInvited.type, PaymentLinkRequested.type) or plan in ACCOUNT_PLANS.values()
)
"""Codes, links that somebody asked for, and news of accounts: they go out whatever anybody prefers."""


def with_connected(plan: Plan, channels: Sequence[Channel]) -> list[Channel]:
    """What its reader connected comes before a text message, as it costs nothing, and after a mail, which holds
    more."""
    if plan.template in FIXED or not set(CONNECTED) <= set(plan.written_for):
        return [*channels]
    paid = channels.index("sms") if "sms" in channels else len(channels)
    return [*channels[:paid], *CONNECTED, *channels[paid:]]


def _on_events() -> Iterator[MessageRule]:
    for event, plan in ON_EVENTS:
        for channel in plan.channels:
            name = f"{plan.template}.{channel}"
            # Whoever is reached by one of two channels has the message; one alone may fail.
            channels = with_connected(plan, [channel, *plan.instead])
            yield MessageRule(
                id=uuid5(SPACE, name),
                name=name,
                template=plan.template,
                event=event,
                audience="staff" if plan.for_staff else "client",
                channels=channels,
                urgent=plan.urgent,
                fixed=plan.template in FIXED,
            )


def _at_moments() -> Iterator[MessageRule]:
    for when, plan, moment, minutes, ways in AT_MOMENTS:
        for channels in ways:
            name = f"{plan.template}.{when}.{channels[0]}"
            yield MessageRule(
                id=uuid5(SPACE, name),
                name=name,
                template=plan.template,
                moment=moment,
                minutes=minutes,
                channels=with_connected(plan, channels),
                urgent=plan.urgent,
            )


DEFAULTS: tuple[MessageRule, ...] = (*_on_events(), *_at_moments())
DEFAULT_OF = {rule.id: rule for rule in DEFAULTS}
OCCASIONS: dict[TemplateName, frozenset[str]] = {
    plan.template: frozenset(event for event, other in ON_EVENTS if other is plan) for _, plan in ON_EVENTS
}
TIMED: frozenset[TemplateName] = frozenset(plan.template for plan in TIMED_PLANS)


def in_force(changed: Iterable[MessageRule]) -> list[MessageRule]:
    """All rules: those of the product, as they were changed, and those that staff made."""
    own = {rule.id: rule for rule in changed}
    return [own.pop(rule.id, rule) for rule in DEFAULTS] + list(own.values())
