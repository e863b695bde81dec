"""Contracts of the comparison with the gateways' books, and of the ledger."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.common import Contract, Instant, Kopecks, SignedKopecks, SignedMoney
from shared_schemas.providers import Tender
from shared_schemas.texts import Cursor

DifferenceKind = Literal[
    "unknown_here", "unknown_there", "status_differs", "amount_differs", "refunded_differs", "ledger_differs",
    "till_differs",
]  # fmt: skip
ReconciliationSource = Literal["list", "questions", "tills"]
ReconciliationFailure = Literal["gateway_unavailable", "out_of_time"]
LedgerKind = Literal["payment", "refund"]


class BookSide(Contract):
    """A payment as one of the two books has it: what was asked for, what came in, what went back, in kopecks.

    `refunded` is absent where a gateway does not say how much."""

    status: str
    amount: Kopecks
    taken: Kopecks
    refunded: Kopecks | None = None
    currency: str = "RUB"


class Difference(Contract):
    """A difference between the books; an id is absent if that book has none.

    `repaired`: the gateway's answer was taken over, and the books now agree on it. `moved` and `entered` are of
    `ledger_differs` and `till_differs`: what the payment or refund says, or the till, and what the ledger has, in
    kopecks."""

    kind: DifferenceKind
    gateway_payment_id: str | None = None
    payment_id: UUID | None = None
    booking_id: UUID | None = None
    refund_id: UUID | None = None
    ours: BookSide | None = None
    theirs: BookSide | None = None
    moved: SignedKopecks | None = None
    entered: SignedKopecks | None = None
    repaired: bool = False


class ReconciliationSummary(Contract):
    """A comparison of the payments that were created in [since, until).

    `source`: the gateway's own `list`, or `questions` about each of our payments where it has none;
    `tills` for what was taken at the desk then. `checked` counts payments, `counts` differences by kind. `failure` says
    why it stopped early; what it found until then stands."""

    id: UUID
    provider: Tender
    since: Instant
    until: Instant
    source: ReconciliationSource
    checked: int
    counts: dict[str, int]
    failure: ReconciliationFailure | None = None
    created_at: Instant


class Reconciliation(ReconciliationSummary):
    """A comparison with all that it found."""

    differences: list[Difference]


class ReconciliationRequest(Contract):
    """Compare [since, until), 31 days at most, with one gateway, or with all that are switched on and the tills.

    `whole_ledger`: compare the whole ledger again, not only what changed since it was last compared."""

    provider: Tender | None = None
    since: Instant
    until: Instant
    whole_ledger: bool = False


class ReconciliationsQuery(Contract):
    """Which comparisons to list, newest first: `differing` chooses those that found something, or nothing."""

    provider: Tender | None = None
    differing: bool | None = None
    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)


class LedgerQuery(Contract):
    """Whose movements to list."""

    booking_id: UUID


class LedgerEntry(Contract):
    """A movement of money, entered once and never changed: positive for money in, negative for money back."""

    kind: LedgerKind
    payment_id: UUID
    refund_id: UUID | None = None
    amount: SignedMoney
    at: Instant


class BookingLedger(Contract):
    """A booking's movements in the order in which they were entered; `balance` is their sum."""

    booking_id: UUID
    entries: list[LedgerEntry]
    balance: SignedMoney
