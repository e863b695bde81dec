"""Contracts of a customer's balance: money that the studio holds for somebody, and owes them."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.common import Contract, Instant, Money, SignedMoney
from shared_schemas.payment.kinds import BalanceEntryKind
from shared_schemas.payment.payments import PositiveMoney
from shared_schemas.payment.receipts import AdvanceReceipt
from shared_schemas.providers import HandedBy
from shared_schemas.texts import Cursor, Remark, Said


class Balance(Contract):
    """What the studio holds for a customer."""

    customer_id: UUID
    balance: Money


class BalanceEntry(Contract):
    """A change of a balance, entered once and never changed: positive for what was added.

    `top_up` and `payout`: money over the desk; `payment`: a booking was paid from it; `returned`: such a payment went
    back; `refund`: another payment went back to it; `moved_in` and `moved_out`: two customers turned out to be one."""

    id: UUID
    kind: BalanceEntryKind
    amount: SignedMoney
    balance: Money
    """What there was after it."""
    method: HandedBy | None = None
    payment_id: UUID | None = None
    booking_id: UUID | None = None
    refund_id: UUID | None = None
    receipt: AdvanceReceipt | None = None
    """What the studio's own till prints of it."""
    by: str | None = None
    """Who entered it; shown to staff only."""
    note: Said | None = None
    """What they wrote; shown to staff only."""
    at: Instant


class BalanceEntriesQuery(Contract):
    """A page of the entries, newest first."""

    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)


class BalanceEntryRequest(Contract):
    """Money that staff took for a customer's balance (`top_up`), or gave back out of it (`payout`)."""

    kind: Literal["top_up", "payout"]
    amount: PositiveMoney
    method: HandedBy
    note: Remark | None = None
    """For the staff: who brought it, the number of a slip."""


class BalancePaymentRequest(Contract):
    """Pay for a booking from its customer's balance; without `amount` all that is left to pay, as far as it goes."""

    amount: PositiveMoney | None = None
