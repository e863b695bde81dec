"""Every event that crosses the broker: one envelope, one registry, one class per type and version.

Events carry ids, never names, addresses or phone numbers. A breaking change is a new class with a higher
`version`, published beside the old one for as long as anyone reads it.
"""

from typing import Any, ClassVar, Literal, Self
from uuid import UUID, uuid4

from pydantic import Field

from shared_schemas.common import Contract, Day, Instant, Money, Role, SignedMoney
from shared_schemas.gateway.consents import ConsentKind
from shared_schemas.promises import Promise
from shared_schemas.providers import HandedBy, Provider, Tender
from shared_schemas.visits.purposes import PHOTO, VisitPurpose

Service = Literal["gateway", "booking", "payment", "integration", "notification"]
BookingStatus = Literal["pending", "confirmed", "in_progress", "completed", "no_show", "cancelled", "expired"]
Purpose = Literal["prepayment", "full", "balance"]
"""`prepayment` confirms a booking, `full` pays all of it at once, `balance` is what is left later, surcharges too."""
Channel = Literal["email", "sms"]
CodePurpose = Literal["sign_in", "confirmation", "reset", "warning", "known"]
"""What is sent to an address: digits to sign in with, digits to confirm it with, a link to set a new password, or the
news that another address opens the account now."""

BalanceEntryKind = Literal["top_up", "payout", "payment", "returned", "refund", "moved_in", "moved_out"]
"""What changes a balance: money over the desk, a payment from it and what went back of that, another payment that went
back to it, or its owner, who turned out to be somebody else."""
RefundTarget = Literal["payer", "balance"]
"""Where money goes back: to who paid, the way it was paid, or to the customer's balance at the studio."""

REGISTRY: dict[tuple[str, int], type["EventData"]] = {}


class EventData(Contract):
    """What happened. A subclass names its `type` and `version` and so enters the registry."""

    type: ClassVar[str] = ""
    version: ClassVar[int] = 1

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if cls.type:
            REGISTRY[cls.type, cls.version] = cls


class Envelope(Contract):
    """An event as it is sent; `correlation_id` names the whole flow, `causation_id` the direct cause."""

    id: UUID = Field(default_factory=uuid4)
    type: str
    version: int = Field(ge=1)
    time: Instant
    source: Service
    correlation_id: str = Field(min_length=1, max_length=128)
    causation_id: str | None = None
    data: dict[str, Any]

    @classmethod
    def wrap(
        cls, data: EventData, *, time: Instant, source: Service, correlation_id: str, causation_id: str | None
    ) -> Self:
        return cls(
            type=data.type,
            version=data.version,
            time=time,
            source=source,
            correlation_id=correlation_id,
            causation_id=causation_id,
            data=data.model_dump(mode="json"),
        )

    def payload(self) -> EventData:
        """The typed data; raises `UnknownEventError` for a type or version that is not registered."""
        try:
            model = REGISTRY[self.type, self.version]
        except KeyError:
            raise UnknownEventError(f"{self.type} v{self.version} is not registered") from None
        return model.model_validate(self.data)


class UnknownEventError(LookupError):
    """An event type or version that this code does not know."""


class TariffShare(Contract):
    """How much of a visit was sold in a hall by a tariff, before surcharges and discounts."""

    hall_id: UUID
    tariff: str
    """The tariff's name at the time of sale."""
    minutes: int
    amount: Money


class BookingEvent(EventData):
    """A booking as it stood right after the change; `booking_version` orders the events of one booking."""

    booking_id: UUID
    booking_version: int = Field(ge=1)
    number: str
    status: BookingStatus
    customer_id: UUID
    hall_id: UUID
    hall_name: str
    timezone: str
    start: Instant
    end: Instant
    people: int
    visit_purpose: VisitPurpose = PHOTO
    """Its `purpose`; that of a payment is another thing."""
    total: Money
    prepayment: Money
    hold_expires_at: Instant | None = None
    group_id: UUID | None = None
    also_hall_ids: list[UUID] = Field(default=[])
    tariffs: list[TariffShare] = Field(default=[])
    promo_code: str | None = None
    promo_discount: Money | None = None
    """What the promo code took off; it is in `total` already."""
    paid: Money | None = None
    """What came in and has not gone back; absent in events of before this was told."""
    refund_due: Money | None = None
    """What of `paid` is on its way back: `total` without the rest of it is left to pay."""
    imported: bool = False
    """It was agreed in another system and came in from a file."""


class ReturningEvent(BookingEvent):
    """A change of a booking that may promise money back."""

    promises: list[Promise] = Field(default=[])
    """All promises of the booking so far and what they were reckoned from, where one is added; this event's `refund`
    is what they come to more as far as the booking knew."""


class BookingCreated(BookingEvent):
    """A slot is held and waits for its prepayment."""

    type = "booking.created"
    waitlist_id: UUID | None = None
    """The waitlist entry that the booking is an offer to; `waitlist.offered` follows."""


class BookingConfirmed(BookingEvent):
    """The booking is paid for, or staff have confirmed it."""

    type = "booking.confirmed"


class BookingRescheduled(ReturningEvent):
    """The booking moved to another time or hall; the slot it had is free."""

    type = "booking.rescheduled"
    previous_start: Instant
    previous_end: Instant
    previous_total: Money | None = None
    refund: Money | None = None
    """What the terms give back where the visit became cheaper than what was paid."""


class BookingCancelled(ReturningEvent):
    """The booking was cancelled and its slot is free."""

    type = "booking.cancelled"
    reason: str | None = Field(default=None, json_schema_extra={"deprecated": True})
    """Not told any more: people write it, and events carry no personal data. Events of before 2026-12 may have it."""
    refund: Money | None = None
    """What the terms give back of what was paid."""
    refund_to: RefundTarget = "payer"


class BookingExpired(ReturningEvent):
    """The hold expired unpaid and its slot is free."""

    type = "booking.expired"
    refund: Money | None = None
    """What was paid so far and not enough; all of it goes back."""


class BookingExtended(ReturningEvent):
    """The visit ends later than booked; `total` is the new price."""

    type = "booking.extended"
    previous_end: Instant
    previous_total: Money
    refund: Money | None = None
    """What the terms give back where the longer visit reached a discount."""


class BookingAmended(ReturningEvent):
    """People or add-ons differ from what was booked; `total` is the new price."""

    type = "booking.amended"
    previous_total: Money
    refund: Money | None = None


class BookingBalanceChanged(ReturningEvent):
    """A booking's payments changed: money came in or was refunded, and nothing else changed."""

    type = "booking.balance_changed"
    refund: Money | None = None
    """What came in beyond the total, and goes back."""


class BookingCheckedIn(BookingEvent):
    """The visit has begun."""

    type = "booking.checked_in"


class WaitlistOffered(BookingEvent):
    """A slot from the waitlist is free, and held for the customer until `hold_expires_at`."""

    type = "waitlist.offered"
    waitlist_id: UUID


class BookingCompleted(BookingEvent):
    """The visit is over."""

    type = "booking.completed"


class BookingNoShow(BookingEvent):
    """The customer did not come."""

    type = "booking.no_show"


class BookingReinstated(BookingEvent):
    """Staff have undone a slip: the booking is not `undone` any more, but what `status` says."""

    type = "booking.reinstated"
    undone: Literal["in_progress", "completed", "no_show", "cancelled"]


class BookingHoldProlonged(BookingEvent):
    """The slot is held for longer, until `hold_expires_at`, such as until an invoice is due."""

    type = "booking.hold_prolonged"


class BookingPaymentRefused(EventData):
    """A booking refused a payment: the slot is gone, or the booking was cancelled.

    `reason` is the code of the refusal; the payment service refunds all of it."""

    type = "booking.payment_refused"
    payment_id: UUID
    booking_id: UUID
    customer_id: UUID
    reason: str


class PaymentEvent(EventData):
    """A payment right after the change; `gateway_payment_id` is the gateway's own id."""

    payment_id: UUID
    booking_id: UUID
    customer_id: UUID
    provider: Tender
    purpose: Purpose = "prepayment"
    amount: Money
    worth: Money | None = None
    """What of it is money that came in, where that is not all: a pass that was sold with a discount. Revenue."""
    gateway_payment_id: str | None = None


class PaymentCreated(PaymentEvent):
    """A payment waits for the payer at the gateway."""

    type = "payment.created"


class InvoiceIssued(EventData):
    """A company was invoiced."""

    type = "invoice.issued"
    invoice_id: UUID
    company_id: UUID
    number: str
    booking_ids: list[UUID]
    total: Money
    due: Day


class InvoiceCredited(EventData):
    """Money came for an invoice: `amount` this time, `paid` in all. Payments of bookings are told as any others."""

    type = "invoice.credited"
    invoice_id: UUID
    company_id: UUID
    amount: Money
    paid: Money
    total: Money


class InvoiceVoided(EventData):
    """An invoice is not valid any more; it keeps its number."""

    type = "invoice.voided"
    invoice_id: UUID
    company_id: UUID
    by: UUID


class ActIssued(EventData):
    """An act of services rendered was issued for an invoice."""

    type = "act.issued"
    act_id: UUID
    invoice_id: UUID
    company_id: UUID
    number: str
    total: Money


class ActVoided(EventData):
    """An act is not valid any more; it keeps its number."""

    type = "act.voided"
    act_id: UUID
    invoice_id: UUID
    company_id: UUID
    by: UUID


class PaymentNotificationReceived(EventData):
    """A gateway's webhook was stored; what it claims is a hint until the gateway is asked."""

    type = "payment.notification_received"
    notification_id: UUID
    provider: Provider


class PaymentSucceeded(PaymentEvent):
    """The money was received in the right amount: by its gateway's word, or at the desk."""

    type = "payment.succeeded"
    collected: Money | None = None
    """What has come in for the booking in all by then, and does not go back."""


class PaymentFailed(PaymentEvent):
    """The gateway refused or the payer gave up; `reason` is the gateway's code."""

    type = "payment.failed"
    reason: str | None = None


class PaymentRefunded(PaymentEvent):
    """Money was refunded to the payer."""

    type = "payment.refunded"
    refund_id: UUID
    reason: str | None = None
    promised: Money | None = None
    """How much of it the booking had promised; the rest was given away. Absent in events of before this was told."""
    decided_at: Instant | None = None
    """When it was decided on."""


class PaymentRefundFailed(PaymentEvent):
    """The gateway rejected the refund; staff must look."""

    type = "payment.refund_failed"
    refund_id: UUID
    reason: str | None = None


class TillClosed(EventData):
    """The drawer was counted at the end of a day: `difference` is what is there beyond what should be, below zero where
    money is missing."""

    type = "till.closed"
    till_id: UUID
    opened_at: Instant
    closed_at: Instant
    expected: SignedMoney
    counted: Money
    difference: SignedMoney


class BalanceChanged(EventData):
    """What the studio holds for a customer changed: by a word of ours, and to what."""

    type = "balance.changed"
    entry_id: UUID
    customer_id: UUID
    kind: BalanceEntryKind
    amount: SignedMoney
    """Below zero what was taken out."""
    balance: Money
    method: HandedBy | None = None
    """How it came over the desk, or went back over it."""
    payment_id: UUID | None = None
    booking_id: UUID | None = None


class NotificationEvent(EventData):
    """A message to one person over one channel."""

    notification_id: UUID
    template: str
    channel: Channel
    recipient_id: UUID
    booking_id: UUID | None = None


class NotificationSent(NotificationEvent):
    """The mail or SMS provider accepted the message."""

    type = "notification.sent"


class NotificationFailed(NotificationEvent):
    """The message could not be sent and will not be retried."""

    type = "notification.failed"
    reason: str


class ServiceError(EventData):
    """A failure that an operator should see; `code` groups repeats, `detail` holds no personal data."""

    type = "service.error"
    service: Service
    operation: str
    code: str
    detail: str
    booking_id: UUID | None = None
    payment_id: UUID | None = None


class StaffActed(EventData):
    """Somebody of the staff, or a key of theirs, did something: one line of the trail, without personal data.

    In `before` and `after` are ids, numbers, instants and words of ours; `(text)` stands for what people wrote."""

    type = "staff.acted"
    actor_id: UUID | None = None
    """Absent where a sign-in failed: nobody knows who that was."""
    actor_role: str | None = None
    session_id: UUID | None = None
    network: str | None = None
    """From where: an address without its last part."""
    action: str
    """The operation's name in openapi.json, `sign_in` or `sign_in_failed`."""
    target: str
    before: dict[str, Any] = Field(default={})
    after: dict[str, Any] = Field(default={})
    reason: str | None = None
    """Why, if it was said of no person; else the thing itself keeps it."""


class AccountErased(EventData):
    """A person's data was erased (152-FZ): other services remove the personal data of this account."""

    type = "account.erased"
    account_id: UUID


class AccountJoined(EventData):
    """The owner of an account proved to be reached where guests were: what these booked is this account's now."""

    type = "account.joined"
    account_id: UUID
    guest_ids: list[UUID]


class AccountAccessEnded(EventData):
    """Whoever used an account lost it; what works without signing in, as secret addresses do, must end as well.

    `disabled`: an administrator shut the person out. `taken_over`: who proved the e-mail has the account now."""

    type = "account.access_ended"
    account_id: UUID
    reason: Literal["disabled", "taken_over"]


class SessionReused(EventData):
    """A refresh token was used twice, so two have it: the session has ended, and its owner should know."""

    type = "session.reused"
    account_id: UUID
    session_id: UUID


class SecondFactorEnabled(EventData):
    """Somebody has to enter a code of an authenticator app from now on, to sign in."""

    type = "second_factor.enabled"
    account_id: UUID


class SecondFactorDisabled(EventData):
    """Nothing is asked for beside the password any more; `by` is the owner, or an administrator."""

    type = "second_factor.disabled"
    account_id: UUID
    by: UUID


class ApiKeyCreated(EventData):
    """An administrator made an API key."""

    type = "api_key.created"
    api_key_id: UUID
    by: UUID
    scopes: list[str]
    expires_at: Instant


class ApiKeyRevoked(EventData):
    """An administrator took an API key back: it opens nothing any more."""

    type = "api_key.revoked"
    api_key_id: UUID
    by: UUID


class CodeRequested(EventData):
    """A one-time code is to be sent; neither it nor the address is told here: who sends it asks for both by the id.

    `account_id` is made up where nobody has the address, and nothing here tells which."""

    type = "code.requested"
    code_id: UUID
    account_id: UUID
    purpose: CodePurpose
    channel: Channel


class StudioChanged(EventData):
    """An administrator changed what the studio says of itself; it is at `GET /v1/studio`."""

    type = "studio.changed"
    studio_version: int
    by: UUID


class ConsentPublished(EventData):
    """An administrator put a new version of what people agree to in force; it is at `GET /v1/consents`."""

    type = "consent.published"
    kind: ConsentKind
    document_version: str
    by: UUID


class ConsentGranted(EventData):
    """The owner of an account agreed to a document. Guests' consents are not told: nobody has proved who gave them."""

    type = "consent.granted"
    account_id: UUID
    kind: ConsentKind
    document_version: str


class ConsentRevoked(EventData):
    """The owner of an account agrees no longer; whoever sends advertising from outside stops, if it is that consent."""

    type = "consent.revoked"
    account_id: UUID
    kind: ConsentKind


class AccountPasswordChanged(EventData):
    """The password of an account was changed or removed; its owner should know."""

    type = "account.password_changed"
    account_id: UUID


class StaffInvited(EventData):
    """Somebody is invited to work here. Neither the address nor the link is told here: who sends it asks by the id."""

    type = "staff.invited"
    invitation_id: UUID
    by: UUID
    role: Role


class StaffUninvited(EventData):
    """An invitation was taken back."""

    type = "staff.uninvited"
    invitation_id: UUID
    by: UUID


class StaffJoined(EventData):
    """Somebody accepted an invitation, and works here now."""

    type = "staff.joined"
    account_id: UUID
    invitation_id: UUID
    role: Role
