"""A message on its way to one person over one channel."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

from notification.bookings.domain import Facts, KnownBooking
from notification.messages.domain.plans import CODE_PLANS, INVITATION, PLAN_OF, Plan
from shared_schemas.channels import Channel
from shared_schemas.events.accounts import CodeRequested
from shared_schemas.events.envelope import EventData
from shared_schemas.events.staff import StaffInvited
from shared_schemas.messages.rules import MessageRule
from shared_schemas.notification import TemplateName

WEIGHTY: frozenset[TemplateName] = frozenset(
    {
        "booking_confirmed", "booking_extended", "booking_no_show", "booking_payment_refused", "booking_reinstated",
        "booking_reminder", "payment_link", "payment_refund_started", "payment_refunded",
        "payment_succeeded",
    }
)  # fmt: skip
"""Of bookings that stand, and of money: counted apart, so that no heap of unpaid bookings takes their room."""
ASKED_FOR = "resend:"
"""How the cause of a message begins that staff have sent again."""
AT_A_MOMENT = "reminder:"
"""How that of a message begins that a moment of the visit asked for."""


@dataclass(frozen=True)
class Delivery:
    """A message to send; `cause` names what asked for it, and is unique per template, channel
    and recipient.

    One about an account has neither booking nor facts. One with a `code_id` is asked of the gateway when it is sent,
    and nothing of it is kept here."""

    cause: str
    template: TemplateName
    channel: Channel
    recipient_id: UUID
    booking_id: UUID | None
    facts: Facts | None
    correlation_id: str
    causation_id: str | None = None
    attempts: int = 0
    news: EventData | None = None
    """What it tells of, where that is no visit."""
    code_id: UUID | None = None
    instead: list[Channel] = field(default_factory=list)
    """By which it goes, in this order, if this channel cannot reach its recipient."""
    urgent: bool = True
    """Whether it goes out at night, too, while it is news."""
    rule_id: UUID | None = None
    created_at: datetime | None = None
    """When it was asked for; None before it is queued."""
    id: UUID = field(default_factory=uuid4)

    @property
    def needed(self) -> bool:
        """Whether its recipient needs it for the visit, or for their money."""
        return not PLAN_OF[self.template].extra

    def next_way(self) -> "Delivery | None":
        """The same by the next of its channels."""
        if not self.instead:
            return None
        first, *rest = self.instead
        return replace(self, id=uuid4(), channel=first, instead=rest, attempts=0, created_at=None)

    @property
    def timed(self) -> bool:
        """Whether a moment of the visit asked for it, and no event."""
        return self.cause.startswith(AT_A_MOMENT)

    def by(self, usable: Collection[Channel]) -> "Delivery | None":
        """The same by the first of its channels that is switched on."""
        ways = [channel for channel in (self.channel, *self.instead) if channel in usable]
        return replace(self, channel=ways[0], instead=ways[1:]) if ways else None

    @property
    def alike(self) -> frozenset[TemplateName]:
        """The messages that it is counted with."""
        return WEIGHTY if self.template in WEIGHTY else frozenset(PLAN_OF) - WEIGHTY


def by_rule(
    rule: MessageRule,
    cause: str,
    booking: KnownBooking,
    facts: Facts,
    correlation_id: str,
    causation_id: str | None,
) -> Delivery:
    """The message that a rule asks for, to the customer of a booking."""
    first, *instead = rule.channels
    return Delivery(
        cause, rule.template, first, booking.customer_id, booking.booking_id, facts, correlation_id, causation_id,
        instead=instead, urgent=rule.urgent, rule_id=rule.id,
    )  # fmt: skip


def of_news(
    rule: MessageRule, cause: str, recipient_id: UUID, news: EventData, correlation_id: str, causation_id: str | None
) -> Delivery:
    """The message that a rule asks for about no visit, to one reader."""
    first, *instead = rule.channels
    return Delivery(
        cause, rule.template, first, recipient_id, None, None, correlation_id, causation_id,
        news=news, instead=instead, urgent=rule.urgent, rule_id=rule.id,
    )  # fmt: skip


def asked_for(
    plan: Plan,
    cause: str,
    channel: Channel,
    booking: KnownBooking,
    facts: Facts,
    correlation_id: str,
    causation_id: str | None,
) -> Delivery:
    """The message that staff want sent by this channel."""
    whom = booking.customer_id
    return Delivery(cause, plan.template, channel, whom, booking.booking_id, facts, correlation_id, causation_id)


def account_deliveries(
    plan: Plan, cause: str, account_id: UUID, correlation_id: str, causation_id: str | None
) -> list[Delivery]:
    """One message for each channel of the plan, to the owner of an account."""
    return [
        Delivery(cause, plan.template, channel, account_id, None, None, correlation_id, causation_id)
        for channel in plan.channels
    ]


def code_delivery(event: CodeRequested, cause: str, correlation_id: str, causation_id: str | None) -> Delivery:
    """The message with a one-time code."""
    template, owner = CODE_PLANS[event.purpose].template, event.account_id
    return Delivery(
        cause, template, event.channel, owner, None, None, correlation_id, causation_id, code_id=event.code_id
    )


def invitation_delivery(event: StaffInvited, cause: str, correlation_id: str, causation_id: str | None) -> Delivery:
    """The message with the link of an invitation: to nobody who has an account, so it goes under its own id."""
    invited = event.invitation_id
    return Delivery(
        cause, INVITATION.template, "email", invited, None, None, correlation_id, causation_id, code_id=invited
    )


def repeat(delivery: Delivery, causation_id: str | None) -> Delivery:
    """The same message again, as a new one."""
    repeated = uuid4()
    return replace(delivery, id=repeated, cause=f"{ASKED_FOR}{repeated}", attempts=0, causation_id=causation_id)
