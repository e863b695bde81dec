"""The life of a payment: what may be charged, what the gateway's word changes, and what each change tells the world."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from payment.domain_gateway import GatewayPayment
from payment.errors import (
    BookingChangedError,
    ForeignPaymentError,
    HoldExpiredError,
    PaymentRefusedError,
)
from shared_schemas.common import Money
from shared_schemas.events import (
    EventData,
    PaymentCreated,
    PaymentEvent,
    PaymentFailed,
    PaymentSucceeded,
    Provider,
    Purpose,
    ServiceError,
)
from shared_schemas.payment import Payment, PaymentMethod, PaymentStatus

OPEN: frozenset[PaymentStatus] = frozenset({"creating", "pending"})
# Money that arrives late still arrived: `failed` may become `succeeded`. Nothing ever undoes `succeeded`.
TRANSITIONS: dict[PaymentStatus, frozenset[PaymentStatus]] = {
    "creating": frozenset({"pending", "succeeded", "failed", "review"}),
    "pending": frozenset({"succeeded", "failed", "review"}),
    "failed": frozenset({"succeeded", "review"}),
    "succeeded": frozenset(),
    "review": frozenset(),
}
NOT_CREATED = "not_created"
BOOKING_CHANGED = "booking_changed"
DUPLICATE = "duplicate"
WENT_BACK = "refunded"
SOONEST_POLL = timedelta(minutes=1)
LATEST_POLL = timedelta(hours=1)


@dataclass(frozen=True)
class Attempt:
    """An attempt to collect a payment through a gateway, together with the payment it is for.

    `id` is saved before the gateway is called and is both our id there and the idempotency key of its creation;
    `covers` is what has come in for the booking in all once this is paid, as its `booking_version` knew; `taken` is
    what the gateway says came in, and `refunded` what has gone back, in kopecks; `two_stage` holds the money first.
    `expires_at` is when the invitation to pay ends. All that happens to the attempt belongs to the booking's own flow,
    `correlation_id`."""

    id: UUID
    payment_id: UUID
    booking_id: UUID
    booking_number: str
    customer_id: UUID
    provider: Provider
    method: PaymentMethod | None
    amount: Money
    covers: int
    booking_version: int
    return_url: str
    correlation_id: str
    expires_at: datetime
    created_at: datetime
    purpose: Purpose = "prepayment"
    two_stage: bool = False
    status: PaymentStatus = "creating"
    version: int = 1
    gateway_payment_id: str | None = None
    confirmation_url: str | None = None
    reason: str | None = None
    taken: int = 0
    refunded: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be expected of it, so that its gateway need not be asked."""
        return self.status not in OPEN and (self.status != "review" or self.taken > 0)


def require_created(attempt: Attempt) -> None:
    """The reason why the gateway never got a payment, as an error; a repeated request is told the same."""
    if attempt.status == "failed" and attempt.gateway_payment_id is None:
        known = {NOT_CREATED: HoldExpiredError, BOOKING_CHANGED: BookingChangedError}
        raise known[attempt.reason] if attempt.reason in known else PaymentRefusedError(reason=attempt.reason)


def settle(attempt: Attempt, found: GatewayPayment) -> Attempt:
    """The attempt after the gateway's own word; the very same attempt where that changes nothing.

    `ForeignPaymentError` where the gateway's payment is not this attempt's."""
    if found.attempt_id != str(attempt.id) or attempt.gateway_payment_id not in (None, found.id):
        raise ForeignPaymentError(f"{found.id} is not of attempt {attempt.id}")
    target, reason = _target(attempt, found)
    taken = attempt.taken or (found.amount if found.status == "succeeded" else 0)
    if target not in TRANSITIONS[attempt.status]:
        if taken == attempt.taken:
            return attempt
        # Money moved after all, of a payment that was given up or is under review.
        target, reason = attempt.status, (attempt.reason if attempt.status == "review" else reason)
    return replace(
        attempt,
        status=target,
        version=attempt.version + 1,
        gateway_payment_id=found.id,
        confirmation_url=found.confirmation_url or attempt.confirmation_url,
        reason=reason,
        taken=taken,
    )


def _target(attempt: Attempt, found: GatewayPayment) -> tuple[PaymentStatus, str | None]:
    if found.status == "failed":
        return "failed", found.reason
    if (found.amount, found.currency) != (attempt.amount.amount, attempt.amount.currency):
        return "review", "amount_mismatch"
    if found.status == "succeeded" and found.refunded == found.amount:
        # It came and went before anybody here heard of it.
        return "failed", WENT_BACK
    # A hold is not the studio's money yet.
    return ("pending" if found.status == "held" else found.status), None


def give_up(attempt: Attempt, reason: str) -> Attempt:
    """The open attempt, failed without the gateway's word for it."""
    return replace(attempt, status="failed", version=attempt.version + 1, reason=reason)


def doubled(attempt: Attempt) -> Attempt:
    """The paid attempt, as one that pays what another has paid for."""
    return replace(attempt, reason=DUPLICATE)


def poll_wait(age: timedelta) -> timedelta:
    """How long to leave an open attempt alone: a young one's payer is still at the gateway's page."""
    return min(max(age / 4, SOONEST_POLL), LATEST_POLL)


def events_of(before: Attempt, after: Attempt, collected: int | None = None) -> list[EventData]:
    """What the change from `before` to `after` tells the world, in order; `collected` is what the booking has then."""
    events: list[EventData] = []
    if before.gateway_payment_id is None and after.gateway_payment_id:
        events.append(PaymentCreated(**facts(after)))
    if after.status == before.status:
        return events
    if after.status == "succeeded":
        # The booking has been paid for; that this goes back is told when it does.
        if after.reason != DUPLICATE:
            kept = None if collected is None else Money(amount=collected)
            events.append(PaymentSucceeded(**facts(after), collected=kept))
    elif after.status == "failed":
        events.append(PaymentFailed(**facts(after), reason=after.reason))
    elif after.status == "review":
        events.append(alarm(after, str(after.reason), f"The gateway's {after.gateway_payment_id} needs a human"))
    return events


def alarm(attempt: Attempt, code: str, detail: str) -> ServiceError:
    """Something about a payment that an operator should look at."""
    return ServiceError(
        service="payment",
        operation="settle",
        code=code,
        detail=detail,
        booking_id=attempt.booking_id,
        payment_id=attempt.payment_id,
    )


def facts(attempt: Attempt) -> dict[str, object]:
    """What every event about a payment says."""
    return {name: getattr(attempt, name) for name in PaymentEvent.model_fields}


def view(attempt: Attempt, now: datetime) -> Payment:
    """The payment as its payer sees it: nobody is sent to pay for a slot that is no longer held."""
    payable = attempt.status == "pending" and now < attempt.expires_at
    return Payment(
        id=attempt.payment_id,
        booking_id=attempt.booking_id,
        customer_id=attempt.customer_id,
        provider=attempt.provider,
        method=attempt.method,
        status=attempt.status,
        purpose=attempt.purpose,
        amount=attempt.amount,
        taken=Money(amount=attempt.taken),
        refunded=Money(amount=attempt.refunded),
        confirmation_url=attempt.confirmation_url if payable else None,
        reason=attempt.reason,
        expires_at=attempt.expires_at,
        created_at=attempt.created_at,
    )
