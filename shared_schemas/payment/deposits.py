"""Contracts of deposits: money that staff take at the door, and give back unless something is broken."""

from uuid import UUID

from pydantic import Field

from shared_schemas.common import Contract, Instant, Money
from shared_schemas.payment.payments import PositiveMoney
from shared_schemas.providers import HandedBy
from shared_schemas.texts import Cursor, Reason, Remark


class DepositRequest(Contract):
    """A deposit that staff have taken for a booking."""

    amount: PositiveMoney
    method: HandedBy
    note: Remark | None = None


class Deposit(Contract):
    """A deposit of a booking: `held` is still here, and owed to who left it; `kept` paid for something."""

    id: UUID
    booking_id: UUID
    booking_number: str
    customer_id: UUID
    amount: Money
    held: Money
    given_back: Money
    kept: Money
    method: HandedBy
    taken_by: str
    taken_at: Instant


class DepositsQuery(Contract):
    """Which deposits to list, newest first: of a booking, or those that are still held."""

    booking_id: UUID | None = None
    held: bool | None = None
    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)


class DepositReturnRequest(Contract):
    """What was given back of a deposit; without `amount` all that is held."""

    amount: PositiveMoney | None = None
    method: HandedBy
    note: Remark | None = None


class DepositKeepRequest(Contract):
    """What the studio keeps of a deposit, and why: it pays for what the booking owes."""

    amount: PositiveMoney
    reason: Reason
