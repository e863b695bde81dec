"""Every event that crosses the broker: one envelope, one registry, one class per type and version.

Events carry ids, never names, addresses or phone numbers. A breaking change is a new class with a higher
`version`, published beside the old one for as long as anyone reads it.
"""

from typing import Any, ClassVar, Literal, Self
from uuid import UUID, uuid4

from pydantic import Field

from shared_schemas.common import Contract, Instant, Money

Service = Literal["gateway", "booking", "payment", "integration", "notification"]
BookingStatus = Literal["pending", "confirmed", "in_progress", "completed", "no_show", "cancelled", "expired"]
Provider = Literal["yookassa", "sberpay", "tkassa"]
Purpose = Literal["prepayment", "full", "balance"]
"""`prepayment` confirms a booking, `full` pays all of it at once, `balance` is what is left later, surcharges too."""
Channel = Literal["email", "sms"]

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
    """An event on the wire; `correlation_id` follows a whole flow, `causation_id` names the direct cause."""

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


class BookingCreated(BookingEvent):
    """A slot is held and waits for its prepayment."""

    type = "booking.created"
    waitlist_id: UUID | None = None
    """The waitlist entry that the booking is an offer to; `waitlist.offered` follows."""


class BookingConfirmed(BookingEvent):
    """The booking is paid for, or staff vouch for it."""

    type = "booking.confirmed"


class BookingRescheduled(BookingEvent):
    """The booking moved to another time or hall; the slot it had is free."""

    type = "booking.rescheduled"
    previous_start: Instant
    previous_end: Instant
    previous_total: Money | None = None
    refund: Money | None = None
    """What the terms give back where the visit became cheaper than what was paid."""


class BookingCancelled(BookingEvent):
    """The booking was called off and its slot is free."""

    type = "booking.cancelled"
    reason: str | None = None
    refund: Money | None = None
    """What the terms give back of what was paid."""


class BookingExpired(BookingEvent):
    """The hold ran out unpaid and its slot is free."""

    type = "booking.expired"
    refund: Money | None = None
    """What was paid so far and not enough; all of it goes back."""


class BookingExtended(BookingEvent):
    """The visit ends later than booked; `total` is the new price."""

    type = "booking.extended"
    previous_end: Instant
    previous_total: Money
    refund: Money | None = None
    """What the terms give back where the longer visit reached a discount."""


class BookingAmended(BookingEvent):
    """People or add-ons differ from what was booked; `total` is the new price."""

    type = "booking.amended"
    previous_total: Money
    refund: Money | None = None


class BookingBalanceChanged(BookingEvent):
    """Money came in for a booking, or went back, which changed nothing else of it."""

    type = "booking.balance_changed"
    refund: Money | None = None
    """What came in beyond the total, and goes back."""


class BookingCheckedIn(BookingEvent):
    """The visit has begun."""

    type = "booking.checked_in"


class WaitlistOffered(BookingEvent):
    """A slot somebody waited for is free, and held for them until `hold_expires_at`."""

    type = "waitlist.offered"
    waitlist_id: UUID


class BookingCompleted(BookingEvent):
    """The visit is over."""

    type = "booking.completed"


class BookingNoShow(BookingEvent):
    """Nobody came."""

    type = "booking.no_show"


class BookingPaymentRefused(EventData):
    """A payment came in that its booking will not take: the slot is gone, or the booking was called off.

    `reason` is the refusal's code; the payment service gives all of it back."""

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
    provider: Provider
    purpose: Purpose = "prepayment"
    amount: Money
    gateway_payment_id: str | None = None


class PaymentCreated(PaymentEvent):
    """A payment waits for the payer at the gateway."""

    type = "payment.created"


class PaymentNotificationReceived(EventData):
    """A gateway's webhook was stored; what it claims is a hint until the gateway is asked."""

    type = "payment.notification_received"
    notification_id: UUID
    provider: Provider


class PaymentSucceeded(PaymentEvent):
    """The gateway itself says the money is ours, in the right amount."""

    type = "payment.succeeded"
    collected: Money | None = None
    """What has come in for the booking in all by then, and does not go back."""


class PaymentFailed(PaymentEvent):
    """The gateway refused or the payer gave up; `reason` is the gateway's code."""

    type = "payment.failed"
    reason: str | None = None


class PaymentRefunded(PaymentEvent):
    """Money went back to the payer."""

    type = "payment.refunded"
    refund_id: UUID
    reason: str | None = None


class PaymentRefundFailed(PaymentEvent):
    """The gateway would not return the money; staff must look."""

    type = "payment.refund_failed"
    refund_id: UUID
    reason: str | None = None


class NotificationEvent(EventData):
    """A message to one person over one channel."""

    notification_id: UUID
    template: str
    channel: Channel
    recipient_id: UUID
    booking_id: UUID | None = None


class NotificationSent(NotificationEvent):
    """The mail or SMS provider took the message."""

    type = "notification.sent"


class NotificationFailed(NotificationEvent):
    """The message could not be handed over and will not be tried again by itself."""

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


class AccountErased(EventData):
    """A person asked to be forgotten (152-FZ): whoever keeps data of that account removes what is personal in it."""

    type = "account.erased"
    account_id: UUID
