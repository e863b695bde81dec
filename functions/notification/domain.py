"""Which event makes which message, when a message is out of date, and how long to retry."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import get_args
from uuid import UUID, uuid4

from notification.errors import DeliveryError, NeedlessDeliveryError, PermanentDeliveryError
from shared_schemas.channels import Channel, CodePurpose
from shared_schemas.common import Contract, Instant, Money
from shared_schemas.events.accounts import (
    AccountPasswordChanged,
    CodeRequested,
    SecondFactorDisabled,
    SecondFactorEnabled,
    SessionReused,
)
from shared_schemas.events.bookings import (
    BookingAmended,
    BookingCancelled,
    BookingConfirmed,
    BookingCreated,
    BookingEvent,
    BookingExpired,
    BookingExtended,
    BookingNoShow,
    BookingPaymentRefused,
    BookingReinstated,
    BookingRescheduled,
    WaitlistOffered,
)
from shared_schemas.events.envelope import EventData
from shared_schemas.events.payments import PaymentFailed, PaymentLinkRequested, PaymentRefunded, PaymentSucceeded
from shared_schemas.events.staff import StaffInvited
from shared_schemas.notification import Message, NotificationStatus, TemplateName
from shared_schemas.payment.kinds import Purpose
from shared_schemas.providers import Tender
from shared_schemas.visits.status import BookingStatus

MAX_ATTEMPTS = 8
LEASE = timedelta(minutes=5)
"""How long an attempt may take before another may follow: longer than any function runs."""
NOT_OWED: frozenset[BookingStatus] = frozenset({"cancelled", "expired", "no_show"})
OWING: frozenset[BookingStatus] = frozenset(get_args(BookingStatus)) - NOT_OWED
SPAN = timedelta(days=1)
"""In which messages to an address that nobody has confirmed are counted."""
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=1)


@dataclass(frozen=True)
class Plan:
    """A message and its channels. It is sent only if the booking is in `while_status` (empty: any) and its start
    unchanged."""

    template: TemplateName
    channels: tuple[Channel, ...]
    while_status: frozenset[BookingStatus] = frozenset()
    advertises: bool = False
    """Whether it is advertising in the sense of 38-FZ: it needs a consent of its own, and a confirmed address."""


PLANS: dict[type[EventData], Plan] = {
    BookingCreated: Plan("booking_created", ("email",), frozenset({"pending"})),
    BookingConfirmed: Plan("booking_confirmed", ("email", "sms"), frozenset({"confirmed"})),
    BookingRescheduled: Plan("booking_rescheduled", ("email", "sms"), frozenset({"pending", "confirmed"})),
    BookingExtended: Plan("booking_extended", ("email",), frozenset({"confirmed", "in_progress", "completed"})),
    BookingAmended: Plan("booking_amended", ("email",), frozenset({"pending", "confirmed", "in_progress"})),
    BookingCancelled: Plan("booking_cancelled", ("email",), frozenset({"cancelled"})),
    BookingExpired: Plan("booking_expired", ("email",), frozenset({"expired"})),
    BookingNoShow: Plan("booking_no_show", ("email",), frozenset({"no_show"})),
    BookingReinstated: Plan("booking_reinstated", ("email",), frozenset({"confirmed", "completed"})),
    # An offer is valid for a short time only: a mail may be read too late.
    WaitlistOffered: Plan("waitlist_offered", ("email", "sms"), frozenset({"pending"})),
    # By the one channel that staff asked for.
    PaymentLinkRequested: Plan("payment_link", ("email", "sms"), OWING),
    PaymentSucceeded: Plan("payment_succeeded", ("email",)),
    # Once the hold has expired, the message about the expiry is enough.
    PaymentFailed: Plan("payment_failed", ("email",), frozenset({"pending"})),
    # The reason for a refund is told at once, and the amount when the refund is done.
    BookingPaymentRefused: Plan("booking_payment_refused", ("email",)),
    PaymentRefunded: Plan("payment_refunded", ("email",)),
}
# To the owner of an account, about no booking.
AboutAccount = SessionReused | AccountPasswordChanged | SecondFactorEnabled | SecondFactorDisabled
ACCOUNT_PLANS: dict[type[AboutAccount], Plan] = {
    SessionReused: Plan("session_ended", ("email",)),
    AccountPasswordChanged: Plan("password_changed", ("email",)),
    SecondFactorEnabled: Plan("second_factor_on", ("email",)),
    SecondFactorDisabled: Plan("second_factor_off", ("email",)),
}
# Each of these goes by the one channel that the code was asked for.
CODE_PLANS: dict[CodePurpose, Plan] = {
    "sign_in": Plan("sign_in_code", ("email", "sms")),
    "confirmation": Plan("address_confirmation", ("email", "sms")),
    "reset": Plan("password_reset", ("email",)),
    "warning": Plan("address_added", ("email", "sms")),
    "known": Plan("account_exists", ("email",)),
}
INVITATION = Plan("staff_invitation", ("email",))
TOLD_OF: frozenset[BookingStatus] = frozenset({"cancelled", "no_show"})
REMINDER = Plan("booking_reminder", ("email", "sms"), frozenset({"confirmed"}))
# These name the start like a reminder, and replace it if it would follow at once.
INSTEAD_OF_REMINDER = (BookingConfirmed, BookingReinstated, BookingRescheduled)
ALL_PLANS = (*PLANS.values(), *ACCOUNT_PLANS.values(), *CODE_PLANS.values(), INVITATION, REMINDER)
PLAN_OF: dict[TemplateName, Plan] = {plan.template: plan for plan in ALL_PLANS}


class Facts(Contract):
    """What a message says, as of the event; personal data is added only when it is sent."""

    number: str
    booking_version: int | None = None
    """Absent from messages of before 2026-12, like `hall_id`."""
    hall_id: UUID | None = None
    hall_name: str
    timezone: str
    start: Instant
    end: Instant
    people: int
    total: Money
    prepayment: Money
    hold_expires_at: Instant | None = None
    paid: Money | None = None
    """What came in; absent if unknown or if nothing is owed any more."""
    refund_due: Money | None = None
    """What of `paid` is on its way back."""
    imported: bool = False
    # These belong to one change and not to the booking: see `OF_ONE_CHANGE`.
    amount: Money | None = None
    purpose: Purpose | None = None
    provider: Tender | None = None
    reason: str | None = None
    payment_id: UUID | None = None
    refund: Money | None = None
    undone: BookingStatus | None = None
    previous_start: Instant | None = None
    previous_end: Instant | None = None
    previous_total: Money | None = None

    def for_anybody(self) -> "Facts":
        """Without what a person wrote: a reason that is one of ours stays."""
        return self.model_copy(update={"reason": self.reason if self.reason in REASONS else None})

    @property
    def kept(self) -> Money | None:
        """What was paid and is not refunded."""
        return self.paid and Money(amount=self.paid.amount - (self.refund_due.amount if self.refund_due else 0))

    @property
    def left(self) -> Money | None:
        """What is left to pay; None if unknown."""
        return self.kept and Money(amount=max(self.total.amount - self.kept.amount, 0))


REASONS = frozenset(
    {
        "duplicate", "excess", "slot_taken", "invalid_transition", "payment_too_small", "booking_cancelled",
        "booking_expired", "booking_rescheduled", "booking_extended", "booking_amended", "booking_balance_changed",
        "refunded",
    }
)  # fmt: skip
"""Why money goes back, in words of ours; see `refund_reason.txt`. Any other reason is what somebody wrote."""
WEIGHTY: frozenset[TemplateName] = frozenset(
    {
        "booking_confirmed", "booking_extended", "booking_no_show", "booking_payment_refused", "booking_reinstated",
        "booking_reminder", "payment_link", "payment_refunded", "payment_succeeded",
    }
)  # fmt: skip
"""Of bookings that stand, and of money: counted apart, so that no heap of unpaid bookings takes their room."""
ASKED_FOR = "resend:"
"""How the cause of a message begins that staff have sent again."""
OF_ONE_CHANGE = (
    "amount", "purpose", "provider", "payment_id", "reason", "refund", "undone", "previous_start", "previous_end",
    "previous_total",
)  # fmt: skip


@dataclass(frozen=True)
class KnownBooking:
    """A booking as of its latest event; `correlation_id` is the flow of its first event."""

    booking_id: UUID
    version: int
    status: BookingStatus
    customer_id: UUID
    facts: Facts
    correlation_id: str


@dataclass(frozen=True)
class Delivery:
    """A message to send; `cause` names what asked for it, and is unique per template and channel.

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
    code_id: UUID | None = None
    id: UUID = field(default_factory=uuid4)

    @property
    def alike(self) -> frozenset[TemplateName]:
        """The messages that it is counted with."""
        return WEIGHTY if self.template in WEIGHTY else frozenset(PLAN_OF) - WEIGHTY


@dataclass(frozen=True)
class Addressee:
    """Where a message goes, and whether it is known that its recipient is reached there.

    Nothing that a person wrote goes to an address that may be somebody else's: whoever registers with a stranger's
    address could have us send that stranger anything."""

    address: str
    confirmed: bool


@dataclass(frozen=True)
class Letter:
    """A rendered message and where it goes; `confirmed` as `Addressee` has it."""

    address: str
    message: Message
    confirmed: bool = True


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended; `next_attempt_at` is set only if there will be another."""

    status: NotificationStatus
    letter: Letter | None = None
    reason: str | None = None
    next_attempt_at: datetime | None = None
    provider_reference: str | None = None


def known_booking(event: BookingEvent, correlation_id: str) -> KnownBooking:
    """The booking in an event."""
    facts = Facts.model_validate(event.model_dump(include=Facts.model_fields.keys() - set(OF_ONE_CHANGE)))
    return KnownBooking(event.booking_id, event.booking_version, event.status, event.customer_id, facts, correlation_id)


def facts_of(event: EventData, booking: KnownBooking) -> Facts:
    """The facts for a message about an event: those of the booking in the event, and the event's own."""
    own = {name: getattr(event, name, None) for name in OF_ONE_CHANGE}
    if isinstance(event, BookingCancelled):
        # People wrote it, in events of before 2026-12: it is asked for when the message is sent.
        own["reason"] = None
    facts = known_booking(event, "").facts if isinstance(event, BookingEvent) else booking.facts
    if isinstance(event, PaymentSucceeded):
        own |= {"paid": None if booking.status in NOT_OWED else event.collected, "refund_due": None}
    return facts.model_copy(update=own)


def replaces_reminder(event: EventData, now: datetime, ahead: timedelta) -> bool:
    """Whether the message comes so close to the start that a reminder would only repeat it."""
    return isinstance(event, INSTEAD_OF_REMINDER) and event.status == "confirmed" and event.start <= now + ahead


def plan_for(event: EventData) -> Plan | None:
    """The message for an event, if any; offers from the waitlist have an event of their own.

    If there is nothing to pay, no payment is asked for: the confirmation follows at once. Of a slip that nobody was
    told of, nobody is told that it is undone."""
    if isinstance(event, BookingReinstated) and event.undone not in TOLD_OF:
        return None
    if isinstance(event, BookingCreated) and (event.waitlist_id or not event.prepayment.amount):
        return None
    if isinstance(event, BookingCreated | BookingConfirmed) and event.imported:
        return None
    return PLANS.get(type(event))


def is_current(template: TemplateName, facts: Facts, booking: KnownBooking) -> bool:
    """Whether a message is still true; events may arrive late, and providers may be down for hours."""
    wanted = PLAN_OF[template].while_status
    return not wanted or (booking.status in wanted and booking.facts.start == facts.start)


def deliveries(
    plan: Plan,
    cause: str,
    booking: KnownBooking,
    facts: Facts,
    correlation_id: str,
    causation_id: str | None,
    asked_for: Channel | None = None,
) -> list[Delivery]:
    """One message for each channel of the plan, or for the one that was asked for."""
    return [
        Delivery(
            cause, plan.template, channel, booking.customer_id, booking.booking_id, facts, correlation_id, causation_id
        )
        for channel in plan.channels
        if asked_for in (None, channel)
    ]


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


def reminders(booking: KnownBooking) -> list[Delivery]:
    """Each start of a booking gets one reminder, however often the job runs. Whoever did not book with us, and was told
    nothing since, is not reminded either."""
    if booking.facts.imported:
        return []
    cause = f"reminder:{booking.booking_id}:{booking.facts.start.timestamp():.0f}"
    return deliveries(REMINDER, cause, booking, booking.facts, booking.correlation_id, None)


def repeat(delivery: Delivery, causation_id: str | None) -> Delivery:
    """The same message again, as a new one."""
    repeated = uuid4()
    return replace(delivery, id=repeated, cause=f"{ASKED_FOR}{repeated}", attempts=0, causation_id=causation_id)


def after_failure(attempts: int, error: DeliveryError, now: datetime, letter: Letter | None) -> Outcome:
    """Retry with growing pauses, for about two and a half hours in all, or give up."""
    if isinstance(error, NeedlessDeliveryError):
        return Outcome("skipped", letter, error.reason)
    if isinstance(error, PermanentDeliveryError) or attempts >= MAX_ATTEMPTS:
        return Outcome("failed", letter, error.reason)
    pause = min(FIRST_DELAY * 2 ** (attempts - 1), LONGEST_DELAY)
    return Outcome("pending", letter, error.reason, now + pause)
