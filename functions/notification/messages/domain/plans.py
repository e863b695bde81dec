"""Which event makes which message, and while what is true. When and by what it goes, rules say."""

from dataclasses import dataclass

from notification.bookings.domain import OWING, Facts, KnownBooking
from shared_schemas.channels import CONNECTED, Channel, CodePurpose
from shared_schemas.events.accounts import (
    AccountPasswordChanged,
    SecondFactorDisabled,
    SecondFactorEnabled,
    SessionReused,
)
from shared_schemas.events.bookings import (
    BookingAmended,
    BookingCancelled,
    BookingConfirmed,
    BookingCreated,
    BookingExpired,
    BookingExtended,
    BookingNoShow,
    BookingPaymentRefused,
    BookingReinstated,
    BookingRescheduled,
    WaitlistOffered,
)
from shared_schemas.events.desk import CertificateIssued, TillClosed
from shared_schemas.events.envelope import EventData
from shared_schemas.events.invoices import InvoiceIssued
from shared_schemas.events.operations import ServiceError
from shared_schemas.events.payments import (
    PaymentFailed,
    PaymentLinkRequested,
    PaymentRefunded,
    PaymentRefundStarted,
    PaymentSucceeded,
)
from shared_schemas.notification import TemplateName
from shared_schemas.visits.status import BookingStatus


@dataclass(frozen=True)
class Plan:
    """A message, and the channels it goes by as the product comes, one message each.

    It is sent only if the booking is in `while_status` (empty: any) and its start unchanged."""

    template: TemplateName
    channels: tuple[Channel, ...]
    while_status: frozenset[BookingStatus] = frozenset()
    advertises: bool = False
    """Whether it is advertising in the sense of 38-FZ: it needs a consent of its own, and a confirmed address."""
    instead: tuple[Channel, ...] = ()
    """By which it goes, in this order, to whom the first cannot reach."""
    urgent: bool = True
    """Whether it answers what its recipient has just done: it goes out at night, too."""
    extra: bool = False
    """Whether the visit goes as well without it."""
    for_staff: bool = False
    """Whether administrators get it, each of them."""
    of_offers: bool = False
    """Whether it is about a slot that was offered from the waitlist, and about no other hold."""

    @property
    def written_for(self) -> tuple[Channel, ...]:
        """The channels that there are words for: what is connected gets those of a mail. Advertising goes to none."""
        own = (*self.channels, *self.instead)
        return own if self.advertises or "email" not in own else (*own, *CONNECTED)


PLANS: dict[type[EventData], Plan] = {
    BookingCreated: Plan("booking_created", ("email",), frozenset({"pending"})),
    BookingConfirmed: Plan("booking_confirmed", ("email", "sms"), frozenset({"confirmed"})),
    BookingRescheduled: Plan("booking_rescheduled", ("email", "sms"), frozenset({"pending", "confirmed"})),
    BookingExtended: Plan("booking_extended", ("email",), frozenset({"confirmed", "in_progress", "completed"})),
    BookingAmended: Plan("booking_amended", ("email",), frozenset({"pending", "confirmed", "in_progress"})),
    BookingCancelled: Plan("booking_cancelled", ("email",), frozenset({"cancelled"})),
    BookingExpired: Plan("booking_expired", ("email",), frozenset({"expired"}), urgent=False),
    BookingNoShow: Plan("booking_no_show", ("email",), frozenset({"no_show"}), urgent=False),
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
    PaymentRefundStarted: Plan("payment_refund_started", ("email",), urgent=False),
    PaymentRefunded: Plan("payment_refunded", ("email",), urgent=False),
}
# About no visit: a paper that was made, or what went wrong.
News = CertificateIssued | InvoiceIssued | TillClosed | ServiceError
NEWS_PLANS: dict[type[News], Plan] = {
    CertificateIssued: Plan("certificate_issued", ("email",), instead=("sms",)),
    InvoiceIssued: Plan("invoice_issued", ("email",)),
    TillClosed: Plan("till_difference", ("email",), for_staff=True),
    ServiceError: Plan("staff_alarm", ("email",), for_staff=True),
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
REMINDER = Plan("booking_reminder", ("email", "sms"), frozenset({"confirmed"}), urgent=False)
# Whoever has changed or paid for the booking has seen the offer.
OFFER_ENDING = Plan(
    "waitlist_ending", ("sms",), frozenset({"pending"}), instead=("email",), urgent=False, of_offers=True
)
# It praises nothing and is sent once, about the reader's own visit: no advertising, but it can be left.
REVIEW = Plan("review_request", ("email",), frozenset({"completed"}), urgent=False, extra=True)
# Sent so many minutes before or after a moment of the visit.
TIMED_PLANS = (REMINDER, OFFER_ENDING, REVIEW)
# These name the start like a reminder, and replace it if it would follow at once.
NAMING_THE_START = (BookingConfirmed, BookingReinstated, BookingRescheduled)
ALL_PLANS = (
    *PLANS.values(),
    *NEWS_PLANS.values(),
    *ACCOUNT_PLANS.values(),
    *CODE_PLANS.values(),
    INVITATION,
    *TIMED_PLANS,
)
PLAN_OF: dict[TemplateName, Plan] = {plan.template: plan for plan in ALL_PLANS}


def names_the_start(event: EventData) -> bool:
    """Whether its message tells what a reminder would: one that was due by then would only repeat it."""
    return isinstance(event, NAMING_THE_START)


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
