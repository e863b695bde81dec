"""The life of a payment: what may be charged, what a gateway's answer changes, and which events each change emits."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from payment.alarms import alarm
from payment.attempts.errors import BookingChangedError, ForeignPaymentError, HoldExpiredError, PaymentRefusedError
from payment.gateways.words import GatewayPayment, PaymentOrder
from shared_schemas.common import Money
from shared_schemas.events.envelope import EventData
from shared_schemas.events.payments import PaymentCreated, PaymentEvent, PaymentFailed, PaymentSucceeded
from shared_schemas.payment.kinds import Purpose
from shared_schemas.payment.payments import PaidBy, Payment, PaymentMethod, PaymentStatus, PaymentWhole
from shared_schemas.providers import DESK_METHODS, Tender

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
    what came in, by the gateway's word or that of `taken_by` at the desk, who may leave a `note`; `money` is what had
    been paid for it where a pass was sold with a discount; `refunded` is what has gone back that way, and `credited`
    what to a balance at the studio, all in kopecks; `two_stage` holds the money first. Payments of several visits that
    are paid at once are one attempt of `whole_amount`: `whole_id` is the first of them. `expires_at` is when the
    invitation to pay ends. All that happens to the attempt belongs to the booking's own flow, `correlation_id`."""

    id: UUID
    payment_id: UUID
    booking_id: UUID
    booking_number: str
    customer_id: UUID
    provider: Tender
    method: PaidBy | None
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
    money: int | None = None
    taken_by: str | None = None
    note: str | None = None
    refunded: int = 0
    credited: int = 0
    whole_id: UUID | None = None
    whole_amount: int | None = None

    @property
    def worth(self) -> Money | None:
        """What of the amount is money that came in; None where that is all of it."""
        return None if self.money is None else Money(amount=self.money)

    @property
    def is_told(self) -> bool:
        """Whether its success is told: not where the booking was paid already. Its refund then says so."""
        return self.status == "succeeded" and self.reason != DUPLICATE

    @property
    def is_over(self) -> bool:
        """Whether the attempt is final, so that its gateway need not be asked."""
        return self.status not in OPEN and (self.status != "review" or self.taken > 0)

    @property
    def gateway_method(self) -> PaymentMethod | None:
        """The way to pay that its gateway is asked for; None where the payer chooses."""
        return None if self.method in DESK_METHODS else cast("PaymentMethod | None", self.method)

    @property
    def order(self) -> PaymentOrder:
        """The order for its gateway."""
        return PaymentOrder(
            id=self.id,
            payment_id=self.payment_id,
            booking_id=self.booking_id,
            booking_number=self.booking_number,
            amount=self.amount.amount if self.whole_amount is None else self.whole_amount,
            with_others=self.whole_id is not None,
            method=self.gateway_method,
            return_url=self.return_url,
            expires_at=self.expires_at,
            created_at=self.created_at,
        )


def require_created(attempt: Attempt) -> None:
    """Raises the reason if the gateway never created a payment, so that a repeated request gets the same answer:
    `HoldExpiredError`, `BookingChangedError`, `PaymentRefusedError`."""
    if attempt.status == "failed" and attempt.gateway_payment_id is None:
        known = {NOT_CREATED: HoldExpiredError, BOOKING_CHANGED: BookingChangedError}
        raise known[attempt.reason] if attempt.reason in known else PaymentRefusedError(reason=attempt.reason)


def settle(attempt: Attempt, found: GatewayPayment) -> Attempt:
    """The attempt after the gateway's answer; the same object if nothing changed.

    `ForeignPaymentError` if the gateway's payment is not this attempt's."""
    if found.attempt_id != str(attempt.id) or attempt.gateway_payment_id not in (None, found.id):
        raise ForeignPaymentError(f"{found.id} is not of attempt {attempt.id}")
    target, reason = _target(attempt, found)
    taken = attempt.taken or (found.amount if found.status == "succeeded" else 0)
    if target not in TRANSITIONS[attempt.status]:
        if taken == attempt.taken:
            return attempt
        # Money moved after all, for a payment that had failed or is under review.
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
        # It was paid and refunded before we heard of it.
        return "failed", WENT_BACK
    # A hold is not the studio's money yet.
    return ("pending" if found.status == "held" else found.status), None


def give_up(attempt: Attempt, reason: str) -> Attempt:
    """The open attempt as failed, without asking the gateway."""
    return replace(attempt, status="failed", version=attempt.version + 1, reason=reason)


def doubled(attempt: Attempt) -> Attempt:
    """The paid attempt, marked as a second payment of the same."""
    return replace(attempt, reason=DUPLICATE)


def poll_wait(age: timedelta) -> timedelta:
    """How long to wait before the gateway is asked again: the payer of a young attempt is still at its page."""
    return min(max(age / 4, SOONEST_POLL), LATEST_POLL)


def payment_events(before: Attempt, after: Attempt, collected: int | None = None) -> list[EventData]:
    """What the change from `before` to `after` tells the world, in order; `collected` is what the booking has then."""
    events: list[EventData] = []
    if before.gateway_payment_id is None and after.gateway_payment_id:
        events.append(PaymentCreated(**facts(after)))
    if after.status == before.status:
        return events
    if after.is_told:
        kept = None if collected is None else Money(amount=collected)
        events.append(PaymentSucceeded(**facts(after), collected=kept))
    elif after.status == "failed":
        events.append(PaymentFailed(**facts(after), reason=after.reason))
    elif after.status == "review":
        events.append(
            alarm("settle", str(after.reason), f"The gateway's {after.gateway_payment_id} needs a human", after)
        )
    return events


def facts(attempt: Attempt) -> dict[str, object]:
    """The fields of every event about a payment."""
    return {name: getattr(attempt, name) for name in PaymentEvent.model_fields}


def view(attempt: Attempt, now: datetime, *, for_staff: bool = False) -> Payment:
    """The payment as its payer or the staff see it: without a link if the slot is no longer held."""
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
        refunded=Money(amount=attempt.refunded + attempt.credited),
        confirmation_url=attempt.confirmation_url if payable else None,
        reason=attempt.reason,
        whole=_whole(attempt),
        expires_at=attempt.expires_at,
        created_at=attempt.created_at,
        taken_by=attempt.taken_by if for_staff else None,
        note=attempt.note if for_staff else None,
    )


def _whole(attempt: Attempt) -> PaymentWhole | None:
    if attempt.whole_id is None or attempt.whole_amount is None:
        return None
    return PaymentWhole(id=attempt.whole_id, amount=Money(amount=attempt.whole_amount))
