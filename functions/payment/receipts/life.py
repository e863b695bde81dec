"""How the registration of a fiscal receipt goes: apart from the payment that it belongs to."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid5

from payment.alarms import alarm
from payment.attempts.domain import SOONEST_POLL, Attempt
from payment.gateways.fiscal_words import PREPAID, PaymentMode, ReceiptItem, ReceiptStatus
from payment.receipts.errors import ReceiptNotRetriableError
from shared_schemas.common import Money
from shared_schemas.events.envelope import EventData
from shared_schemas.payment.receipts import FiscalReceipt, FiscalReceiptLine, ReceiptKind, ReceiptState

Items = tuple[ReceiptItem, ...]
# Money moved, or it did not; nothing undoes a registration.
TRANSITIONS: dict[ReceiptState, frozenset[ReceiptState]] = {
    "planned": frozenset({"pending", "succeeded", "canceled", "unsupported", "void"}),
    "pending": frozenset({"succeeded", "canceled", "unsupported"}),
    "void": frozenset({"pending", "succeeded", "canceled"}),
    "unsupported": frozenset({"succeeded", "canceled"}),
    "canceled": frozenset({"planned", "succeeded"}),
    "succeeded": frozenset(),
}
NO_RECIPIENT = "no_recipient"
OWN_TILL = "own_till"
# Paid with money that had its receipt when it came: nothing is printed before the visit is over.
HELD_BEFORE = "held_before"
# The money stays here, on a balance: the receipt of the prepayment goes on being true, and only a settlement is undone.
TO_BALANCE = "to_balance"
NO_SUCH_CALL = "no_such_call"
NOT_TOLD = "not_told"
NOT_REGISTERED = "not_registered"
NOT_ANSWERED = "not_answered"
# T-Kassa's own limit: whoever is left to print it is the studio.
CLOSING_AFTER_REFUND = "closing_after_refund"
BY_THE_TILL = (OWN_TILL, NO_SUCH_CALL, TO_BALANCE, CLOSING_AFTER_REFUND)
# What an operator is told beside the code, where there is something to do.
ADVICE: dict[str, str] = {
    CLOSING_AFTER_REFUND: "T-Kassa closes no payment of which a part went back: issue it at the till",
    NOT_ANSWERED: "the gateway cannot be reached for a day: look into its cabinet before it is ordered anew",
    "receipt_uncertain": "its answer was lost: look into the gateway's cabinet before it is ordered anew",
    NO_RECIPIENT: "nobody's address is known: set RECEIPT_EMAIL",
}
# T-Kassa repeats its notifications for this long; after that no news is expected.
PATIENCE = timedelta(hours=24)
# By then a gateway's list has every receipt that it will have.
LISTED_BY = timedelta(hours=1)
# A receipt that is pending for so long is not followed any more.
SLOW_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class StoredReceipt:
    """A receipt as it is kept: without whom it goes to.

    `attempts` counts the calls that may have ordered it, under `order_id`; receipts of payments and refunds go along
    with these, and have none."""

    id: UUID
    kind: ReceiptKind
    payment_id: UUID
    booking_id: UUID
    customer_id: UUID
    amount: int
    items: Items
    created_at: datetime
    refund_id: UUID | None = None
    status: ReceiptState = "planned"
    version: int = 1
    gateway_receipt_id: str | None = None
    attempts: int = 0
    next_attempt_at: datetime | None = None
    failure: str | None = None
    settled_at: datetime | None = None

    @property
    def order_id(self) -> UUID:
        """The gateway's key: the same while it is being ordered, another once staff order it again."""
        return self.id if self.version == 1 else uuid5(self.id, str(self.version))


def follow_payment(row: StoredReceipt, attempt: Attempt, told: ReceiptStatus | None, now: datetime) -> StoredReceipt:
    """A payment's receipt once the gateway has said how the payment goes; the same where that is no news."""
    if attempt.taken:
        return apply_registration(row, told or "pending", now)
    return with_status(row, "void", now, row.failure) if attempt.status == "failed" else row


def apply_registration(row: StoredReceipt, told: ReceiptStatus, now: datetime) -> StoredReceipt:
    """A receipt of money that moved, after the gateway's report on its registration."""
    if told == "pending" and row.status in ("planned", "void") and row.failure == NO_RECIPIENT:
        return with_status(row, "canceled", now, NO_RECIPIENT)
    if row.failure == HELD_BEFORE:
        return held_before(row, now)
    if row.failure == TO_BALANCE:
        prepaid = any(item.mode in PREPAID for item in row.items)
        return with_status(row, "void" if prepaid else "unsupported", now, TO_BALANCE)
    if told == "pending" and row.failure == OWN_TILL:
        return with_status(row, "unsupported", now, OWN_TILL)
    return with_status(row, told, now, NOT_REGISTERED if told == "canceled" else None)


def match_notice(
    rows: Iterable[StoredReceipt], *, is_refund: bool, amount: int, mode: PaymentMode | None
) -> StoredReceipt | None:
    """Match a gateway's report to a receipt by kind, amount and mode, as gateways know none of our ids; if several fit,
    the oldest unreported one. Each document is reported once: one more refund than there are is of money that went back
    outside of this system."""
    same = [
        row
        for row in rows
        if (row.kind == "refund") == is_refund
        and row.amount == amount
        and (mode is None or any(item.mode == mode for item in row.items))
    ]
    untold = [row for row in same if row.status != "succeeded"]
    return next(iter(untold if is_refund else [*untold, *same]), None)


def at_own_till(row: StoredReceipt, now: datetime) -> StoredReceipt:
    """A receipt that the studio's own till prints: what is on it is told to staff, and nobody reports on it."""
    return with_status(row, "unsupported", now, OWN_TILL)


def held_before(row: StoredReceipt, now: datetime) -> StoredReceipt:
    """A receipt that nobody prints, as no money moves; its lines are those of the settlement."""
    return with_status(row, "void", now, HELD_BEFORE)


def counts(row: StoredReceipt) -> bool:
    """Whether it says something of what was paid, or of what went back."""
    return row.status != "void" or row.failure in (HELD_BEFORE, TO_BALANCE)


def unanswered(row: StoredReceipt, now: datetime) -> StoredReceipt:
    """The gateway did not mention it: ask again while it is young, as lists lag behind; again after a day, in case
    a notification is late; then no more."""
    age = now - row.created_at
    if age >= PATIENCE:
        return with_status(row, "unsupported", now, NOT_TOLD)
    if age < LISTED_BY:
        return row
    return replace(row, next_attempt_at=row.created_at + PATIENCE)


def overdue(row: StoredReceipt, now: datetime) -> StoredReceipt:
    """A receipt after another try without a result; the same object while there is time."""
    age = now - row.created_at
    if row.status == "planned" and row.next_attempt_at and age >= PATIENCE:
        return with_status(row, "canceled", now, NOT_ANSWERED)
    if row.status == "pending" and age >= SLOW_AFTER:
        return with_status(row, "unsupported", now, NOT_TOLD)
    return row


def with_status(row: StoredReceipt, status: ReceiptState, now: datetime, failure: str | None = None) -> StoredReceipt:
    """The receipt in its new state, or the very same where it cannot come to that."""
    if status not in TRANSITIONS[row.status]:
        return row
    turn = {"planned": now, "pending": now + SOONEST_POLL}.get(status)
    return replace(
        row,
        status=status,
        version=row.version + 1,
        failure=failure,
        next_attempt_at=turn,
        settled_at=None if turn else now,
    )


def reordered(row: StoredReceipt, now: datetime) -> StoredReceipt:
    """A settlement receipt that was not registered, to be ordered again under another id.
    `ReceiptNotRetriableError`."""
    if row.kind != "settlement" or row.status != "canceled":
        raise ReceiptNotRetriableError(kind=row.kind, status=row.status)
    return replace(with_status(row, "planned", now), attempts=0, gateway_receipt_id=None)


def receipt_events(before: StoredReceipt, after: StoredReceipt) -> list[EventData]:
    """Staff are told once that a receipt was not registered: the law wants it, whatever became of the gateway."""
    if after.status != "canceled" or before.status == "canceled":
        return []
    detail = f"The {after.kind} receipt {after.id} is not registered: {_why(after)}"
    return [alarm("receipt", "receipt_not_registered", detail, after)]


def _why(row: StoredReceipt) -> str:
    code = row.failure or NOT_REGISTERED
    return f"{code} ({ADVICE[code]})" if code in ADVICE else code


def view(row: StoredReceipt, *, held: bool = False) -> FiscalReceipt:
    """The receipt as its payer and the staff see it; `held`: of a payment with money that was held before."""
    offset = row.kind == "settlement" or row.failure in ((OWN_TILL, TO_BALANCE) if held else (TO_BALANCE,))
    return FiscalReceipt(
        id=row.id,
        kind=row.kind,
        payment_id=row.payment_id,
        refund_id=row.refund_id,
        booking_id=row.booking_id,
        status=row.status,
        amount=Money(amount=row.amount),
        prepaid=Money(amount=row.amount if offset and row.status != "void" else 0),
        printed_by=printed_by(row),
        lines=[shown_line(item) for item in row.items],
        failure=row.failure,
        created_at=row.created_at,
        settled_at=row.settled_at,
    )


def shown_line(item: ReceiptItem) -> FiscalReceiptLine:
    return FiscalReceiptLine(
        name=item.name,
        quantity=f"{item.quantity:f}",
        amount=Money(amount=item.amount),
        vat=item.vat,
        subject=item.subject,
        mode=item.mode,
    )


def printed_by(row: StoredReceipt) -> Literal["gateway", "till"] | None:
    """Whose cash register issues it; None where none does."""
    if row.status == "void":
        return None
    return "till" if row.failure in BY_THE_TILL else "gateway"
