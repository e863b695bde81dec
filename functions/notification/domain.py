"""Which event makes which message, when a message is too late to send, and how long to keep trying."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from notification.errors import DeliveryError, PermanentDeliveryError
from shared_schemas.common import Contract, Instant, Money
from shared_schemas.events import (
    BookingAmended,
    BookingCancelled,
    BookingConfirmed,
    BookingCreated,
    BookingEvent,
    BookingExpired,
    BookingExtended,
    BookingNoShow,
    BookingPaymentRefused,
    BookingRescheduled,
    BookingStatus,
    Channel,
    EventData,
    PaymentFailed,
    PaymentRefunded,
    PaymentSucceeded,
    Purpose,
    WaitlistOffered,
)
from shared_schemas.notification import Message, NotificationStatus, TemplateName

MAX_ATTEMPTS = 8
LEASE = timedelta(minutes=5)
"""How long an attempt may take before another may follow: longer than any function runs."""
NOT_OWED: frozenset[BookingStatus] = frozenset({"cancelled", "expired", "no_show"})
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=1)


@dataclass(frozen=True)
class Plan:
    """A message and its channels; it is sent only `while_status` (empty: always) and the start it names stands."""

    template: TemplateName
    channels: tuple[Channel, ...]
    while_status: frozenset[BookingStatus] = frozenset()


PLANS: dict[type[EventData], Plan] = {
    BookingCreated: Plan("booking_created", ("email",), frozenset({"pending"})),
    BookingConfirmed: Plan("booking_confirmed", ("email", "sms"), frozenset({"confirmed"})),
    BookingRescheduled: Plan("booking_rescheduled", ("email", "sms"), frozenset({"pending", "confirmed"})),
    BookingExtended: Plan("booking_extended", ("email",), frozenset({"confirmed", "in_progress", "completed"})),
    BookingAmended: Plan("booking_amended", ("email",), frozenset({"pending", "confirmed", "in_progress"})),
    BookingCancelled: Plan("booking_cancelled", ("email",), frozenset({"cancelled"})),
    BookingExpired: Plan("booking_expired", ("email",), frozenset({"expired"})),
    BookingNoShow: Plan("booking_no_show", ("email",), frozenset({"no_show"})),
    # An offer stands for a short while only: a mail may be read too late.
    WaitlistOffered: Plan("waitlist_offered", ("email", "sms"), frozenset({"pending"})),
    PaymentSucceeded: Plan("payment_succeeded", ("email",)),
    # Once the hold has run out the news of that is enough.
    PaymentFailed: Plan("payment_failed", ("email",), frozenset({"pending"})),
    # Why it goes back is told at once, and once more with how much, when it does.
    BookingPaymentRefused: Plan("booking_payment_refused", ("email",)),
    PaymentRefunded: Plan("payment_refunded", ("email",)),
}
REMINDER = Plan("booking_reminder", ("email", "sms"), frozenset({"confirmed"}))
# They name the start as plainly as a reminder does, and take its place when it would follow at once.
INSTEAD_OF_REMINDER = (BookingConfirmed, BookingRescheduled)
PLAN_OF: dict[TemplateName, Plan] = {plan.template: plan for plan in (*PLANS.values(), REMINDER)}


class Facts(Contract):
    """What a message tells, as it stood at the event; personal data comes in only when it is sent."""

    number: str
    hall_name: str
    timezone: str
    start: Instant
    end: Instant
    people: int
    total: Money
    prepayment: Money
    hold_expires_at: Instant | None = None
    paid: Money | None = None
    """What came in; absent where nobody told, or where nothing is owed any more."""
    refund_due: Money | None = None
    """What of `paid` is on its way back."""
    # What belongs to one change and not to the booking: see `OF_ONE_CHANGE`.
    amount: Money | None = None
    purpose: Purpose | None = None
    reason: str | None = None
    refund: Money | None = None
    previous_start: Instant | None = None
    previous_end: Instant | None = None
    previous_total: Money | None = None

    @property
    def kept(self) -> Money | None:
        """What is paid and stays so."""
        return self.paid and Money(amount=self.paid.amount - (self.refund_due.amount if self.refund_due else 0))

    @property
    def left(self) -> Money | None:
        """What is left to pay; None where that is not known."""
        return self.kept and Money(amount=max(self.total.amount - self.kept.amount, 0))


OF_ONE_CHANGE = ("amount", "purpose", "reason", "refund", "previous_start", "previous_end", "previous_total")


@dataclass(frozen=True)
class KnownBooking:
    """A booking as its newest event tells; `correlation_id` is the flow it was first heard of in."""

    booking_id: UUID
    version: int
    status: BookingStatus
    customer_id: UUID
    facts: Facts
    correlation_id: str


@dataclass(frozen=True)
class Delivery:
    """A message to be handed over; `cause` names what asked for it, once per template and channel."""

    cause: str
    template: TemplateName
    channel: Channel
    recipient_id: UUID
    booking_id: UUID
    facts: Facts
    correlation_id: str
    causation_id: str | None = None
    attempts: int = 0
    id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True)
class Letter:
    """A rendered message and where it goes."""

    address: str
    message: Message


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended; `next_attempt_at` is set only where it is to be repeated."""

    status: NotificationStatus
    letter: Letter | None = None
    reason: str | None = None
    next_attempt_at: datetime | None = None
    provider_reference: str | None = None


def known_booking(event: BookingEvent, correlation_id: str) -> KnownBooking:
    """What an event tells of its booking."""
    facts = Facts.model_validate(event.model_dump(include=Facts.model_fields.keys() - set(OF_ONE_CHANGE)))
    return KnownBooking(event.booking_id, event.booking_version, event.status, event.customer_id, facts, correlation_id)


def facts_of(event: EventData, booking: KnownBooking) -> Facts:
    """What the message about an event tells: the booking's facts as the event has them, and the event's own."""
    own = {name: getattr(event, name, None) for name in OF_ONE_CHANGE}
    facts = known_booking(event, "").facts if isinstance(event, BookingEvent) else booking.facts
    if isinstance(event, PaymentSucceeded):
        own |= {"paid": None if booking.status in NOT_OWED else event.collected, "refund_due": None}
    return facts.model_copy(update=own)


def replaces_reminder(event: EventData, now: datetime, ahead: timedelta) -> bool:
    """Whether the message about an event comes so late that a reminder of the same start would only repeat it."""
    return isinstance(event, INSTEAD_OF_REMINDER) and event.status == "confirmed" and event.start <= now + ahead


def plan_for(event: EventData) -> Plan | None:
    """Which message an event makes, if any; an offer from the waitlist is told by an event of its own.

    Who has nothing to pay is not asked to: the confirmation follows at once."""
    if isinstance(event, BookingCreated) and (event.waitlist_id or not event.prepayment.amount):
        return None
    return PLANS.get(type(event))


def is_current(template: TemplateName, facts: Facts, booking: KnownBooking) -> bool:
    """Whether a message still says what is so; events may arrive late, and providers may be down for hours."""
    wanted = PLAN_OF[template].while_status
    return not wanted or (booking.status in wanted and booking.facts.start == facts.start)


def deliveries(
    plan: Plan, cause: str, booking: KnownBooking, facts: Facts, correlation_id: str, causation_id: str | None
) -> list[Delivery]:
    """One message for each channel of the plan."""
    return [
        Delivery(
            cause, plan.template, channel, booking.customer_id, booking.booking_id, facts, correlation_id, causation_id
        )
        for channel in plan.channels
    ]


def reminders(booking: KnownBooking) -> list[Delivery]:
    """Of one start a booking is reminded once, however often the job runs."""
    cause = f"reminder:{booking.booking_id}:{booking.facts.start.timestamp():.0f}"
    return deliveries(REMINDER, cause, booking, booking.facts, booking.correlation_id, None)


def repeat(delivery: Delivery, causation_id: str | None) -> Delivery:
    """The same message once more, as a message of its own."""
    repeated = uuid4()
    return replace(delivery, id=repeated, cause=f"resend:{repeated}", attempts=0, causation_id=causation_id)


def after_failure(attempts: int, error: DeliveryError, now: datetime, letter: Letter | None) -> Outcome:
    """Try again with growing pauses, for about two and a half hours in all, or give up."""
    if isinstance(error, PermanentDeliveryError) or attempts >= MAX_ATTEMPTS:
        return Outcome("failed", letter, error.reason)
    pause = min(FIRST_DELAY * 2 ** (attempts - 1), LONGEST_DELAY)
    return Outcome("pending", letter, error.reason, now + pause)
