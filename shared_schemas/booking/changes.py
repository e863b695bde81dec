"""Contracts of what becomes of a booking: moved, extended, corrected, cancelled."""

from uuid import UUID

from pydantic import ConfigDict, Field, field_validator

from shared_schemas.booking.bookings import Dropped
from shared_schemas.booking.extras import AddOnOrder
from shared_schemas.booking.policy import RefundTier
from shared_schemas.booking.rates import Percent
from shared_schemas.common import Contract, Instant, Money, SignedMoney
from shared_schemas.errors import Text
from shared_schemas.payment.kinds import RefundTarget
from shared_schemas.texts import Comment, Name, Reason, Remark
from shared_schemas.validation import refuse
from shared_schemas.visits.birthdays import Birthday
from shared_schemas.visits.purposes import VisitPurpose

MOST_BY_HAND = 10**9
LINE_AMOUNT = Text(
    "Name a sum other than zero, of at most ten million rubles",
    "Укажите сумму: не ноль и не больше десяти миллионов рублей",
)


class CancelRequest(Contract):
    """Cancel a booking."""

    reason: Remark | None = None
    refund_percent: Percent | None = None
    """For staff, with a reason: return this share, whatever the terms say."""
    refund_to: RefundTarget = "payer"
    """Where what goes back shall go; what was paid with a certificate or a pass goes back to that."""


class CancellationReason(Contract):
    """Why a booking was cancelled, for the message that tells it. Absent if nobody said why, or if the customer has
    been erased meanwhile."""

    reason: str | None = None


class CancellationPreview(Contract):
    """What cancelling now would refund; after `until` it is less."""

    booking_id: UUID
    percent: Percent
    refund: Money
    kept: Money
    until: Instant | None = None
    tiers: list[RefundTier]


class RescheduleRequest(Contract):
    """Another time, or other halls; add-ons, people and what was paid stay with the booking."""

    start: Instant
    end: Instant
    hall_id: UUID | None = None
    also_hall_ids: list[UUID] | None = Field(default=None, max_length=20)
    birthday: Birthday | None = None
    """As in the order: it is not kept, so whoever wants the price around it says it again."""
    reason: Remark | None = None
    override_reason: Reason | None = None


class ExtendRequest(Contract):
    """Extend a visit in steps of 15 minutes, if the hall is free."""

    minutes: int = Field(ge=15, le=1440, multiple_of=15)
    override_reason: Reason | None = None


class AmendRequest(Contract):
    """Corrections to a booking, such as the number of people who came; absent fields stay."""

    people: int | None = Field(default=None, ge=1, le=10_000)
    purpose: VisitPurpose | None = None
    """Another one is another price: the time is priced anew, by the price list of the sale."""
    add_ons: list[AddOnOrder] | None = Field(default=None, max_length=50)
    comment: Comment | None = None
    reason: Remark | None = None
    override_reason: Reason | None = None


class ChangePreview(Contract):
    """What a change would cost: `difference` to the total so far, `due` beyond what is paid, `refund` to go back."""

    booking_id: UUID
    start: Instant
    end: Instant
    previous_total: Money
    total: Money
    difference: SignedMoney
    due: Money
    refund: Money = Money(amount=0)
    dropped: list[Dropped] = Field(default=[])
    """What would not be valid any more and be left out; `total` does not include it."""


class LineRequest(Contract):
    """What staff add to the price by hand, or take off with an amount below zero; the client sees the name."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Overtime", "amount": {"amount": 50_000}, "reason": "half an hour"}]}
    )

    name: Name
    amount: SignedMoney
    reason: Reason

    @field_validator("amount")
    @classmethod
    def _is_something(cls, value: SignedMoney) -> SignedMoney:
        if not value.amount or abs(value.amount) > MOST_BY_HAND:
            raise refuse("line_amount", LINE_AMOUNT)
        return value


class LineUndoRequest(Contract):
    """Why a line is taken back."""

    reason: Reason
