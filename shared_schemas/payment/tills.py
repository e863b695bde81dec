"""Contracts of the drawer: opened, filled and emptied in a day, and counted at its end."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.common import Contract, Instant, Money, SignedMoney
from shared_schemas.payment.payments import PositiveMoney
from shared_schemas.providers import DeskMethod
from shared_schemas.texts import Cursor, Reason, Remark, Said

TillMove = Literal["put_in", "taken_out"]
TillHeld = Literal["held_in", "held_out"]
"""Money for a balance, a certificate or a deposit: it came or went, and is for no booking's payment."""
TillEntryKind = Literal["payment", "refund", TillMove, TillHeld]


class CountedMoney(Money):
    """What somebody counted, in kopecks."""

    amount: Annotated[int, Field(strict=True, ge=0, le=10**12)]


class TillRequest(Contract):
    """Open the till with what lies in its drawer."""

    float: CountedMoney = CountedMoney(amount=0)


class TillCloseRequest(Contract):
    """Close it: `counted` is the cash in the drawer, `terminal` what the card terminal's own report says.

    `leave_open`: close it although payments that the desk has asked for are still open."""

    counted: CountedMoney
    terminal: CountedMoney | None = None
    note: Remark | None = None
    leave_open: bool = False


class TillReopenRequest(Contract):
    """Why it is opened again."""

    reason: Reason


class TillMoveRequest(Contract):
    """Cash that is put into the drawer, or taken out of it, and is nobody's payment."""

    kind: TillMove
    amount: PositiveMoney
    reason: Reason


class TillTotal(Contract):
    """What one person took and gave back by one method."""

    method: DeskMethod
    by: str
    """The account, or `system`."""
    taken: Money
    given_back: Money


class TillCount(Contract):
    """What should be there by one method, and what was counted; `difference` is below zero where money is missing."""

    method: DeskMethod
    expected: SignedMoney
    counted: Money | None = None
    difference: SignedMoney | None = None


class Till(Contract):
    """The drawer from its opening to its closing, with all that staff took meanwhile by whatever method.

    `counts` says what should be there, cash with the float and what was put in and taken out; `totals` who took it."""

    id: UUID
    opened_at: Instant
    opened_by: str
    float: Money
    put_in: Money
    taken_out: Money
    counts: list[TillCount]
    totals: list[TillTotal]
    closed_at: Instant | None = None
    closed_by: str | None = None
    note: Said | None = None
    reopened_at: Instant | None = None
    reopened_by: str | None = None
    reopen_reason: Said | None = None


class TillEntry(Contract):
    """One movement of a till: above zero what came in."""

    kind: TillEntryKind
    method: DeskMethod
    amount: SignedMoney
    by: str
    payment_id: UUID | None = None
    refund_id: UUID | None = None
    reason: Said | None = None
    at: Instant


class TillEntriesQuery(Contract):
    """A page of what moved in a till, in order."""

    cursor: Cursor | None = None
    limit: int = Field(default=200, ge=1, le=500)


class TillsQuery(Contract):
    """A page of tills, newest first."""

    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)
