"""Events of payments and their refunds."""

from uuid import UUID

from shared_schemas.channels import AddressChannel
from shared_schemas.common import Instant, Money
from shared_schemas.events.envelope import EventData
from shared_schemas.payment.kinds import Purpose
from shared_schemas.providers import Provider, Tender


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


class PaymentNotificationReceived(EventData):
    """A gateway's webhook was stored; what it claims is a hint until the gateway is asked."""

    type = "payment.notification_received"
    notification_id: UUID
    provider: Provider


class PaymentLinkRequested(PaymentEvent):
    """Staff asked for the payment's link to be sent to the client. The link itself is in no event."""

    type = "payment.link_requested"
    channel: AddressChannel


class PaymentSucceeded(PaymentEvent):
    """The money was received in the right amount: by its gateway's word, or at the desk."""

    type = "payment.succeeded"
    collected: Money | None = None
    """What has come in for the booking in all by then, and does not go back."""


class PaymentFailed(PaymentEvent):
    """The gateway refused or the payer gave up; `reason` is the gateway's code."""

    type = "payment.failed"
    reason: str | None = None


class PaymentRefundStarted(PaymentEvent):
    """Money goes back and takes its time: its gateway has the order, or it waits at the desk to be handed out. One that
    is done at once is told as done alone."""

    type = "payment.refund_started"
    refund_id: UUID
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
    counted: bool = True
    """Whether the payment's success had been told. It had not where the booking was paid already, or its gateway gave
    the money back by itself: no revenue goes then."""


class PaymentRefundFailed(PaymentEvent):
    """The gateway rejected the refund; staff must look."""

    type = "payment.refund_failed"
    refund_id: UUID
    reason: str | None = None
