"""Which fiscal receipts a payment calls for (54-FZ), and what is on them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from payment.attempts.domain import Attempt
from payment.gateways.fiscal_words import (
    IN_ADVANCE,
    MAX_ITEMS,
    PREPAID,
    PaymentMode,
    PaymentSubject,
    ReceiptItem,
    TaxSystem,
    Vat,
)
from payment.receipts.life import HELD_BEFORE, Items, StoredReceipt, counts
from shared_schemas.booking.bookings import PaymentTerms, SoldLine
from shared_schemas.money import spread
from shared_schemas.payment.receipts import ReceiptKind


@dataclass(frozen=True)
class ReceiptPolicy:
    """What the studio's receipts say, by its settings; `email` gets those of people who are not known any more."""

    vat: Vat = "none"
    tax_system: TaxSystem = "usn_income"
    subject: PaymentSubject = "service"
    prepayment: Literal["prepayment", "advance"] = "prepayment"
    email: str = ""


def lines_of(lines: Sequence[SoldLine], kept: int, amount: int) -> Items:
    """The part of what is sold that `amount` pays for, when `kept` was paid before: in proportion, to the kopeck.

    A prepayment and a balance of the same lines add up to every single line of them."""
    sold = [line.amount.amount for line in lines]
    before = spread(sold, min(kept, sum(sold)))
    left = [whole - part for whole, part in zip(sold, before, strict=True)]
    parts = spread(left if sum(left) >= amount else sold, amount)
    return tuple(
        ReceiptItem(line.name, part, Decimal(line.quantity) if part == line.amount.amount else Decimal(1), position=i)
        for i, (line, part) in enumerate(zip(lines, parts, strict=True), 1)
        if part
    )


def payment_receipt(
    receipt_id: UUID, attempt: Attempt, terms: PaymentTerms, policy: ReceiptPolicy
) -> StoredReceipt | None:
    """The receipt for a payment; None if the sold lines are unknown."""
    if not sum(line.amount.amount for line in terms.lines):
        return None
    mode = mode_of(attempt, terms, policy)
    subject: PaymentSubject = "payment" if mode == "advance" else policy.subject
    vat = IN_ADVANCE.get(policy.vat, policy.vat) if mode in PREPAID else policy.vat
    items = lines_of(terms.lines, terms.kept.amount, attempt.amount.amount)
    return StoredReceipt(
        id=receipt_id,
        kind="payment",
        payment_id=attempt.payment_id,
        booking_id=attempt.booking_id,
        customer_id=attempt.customer_id,
        amount=attempt.amount.amount,
        items=tuple(replace(item, mode=mode, subject=subject, vat=vat) for item in items),
        created_at=attempt.created_at,
    )


def held_receipt(
    receipt_id: UUID, attempt: Attempt, terms: PaymentTerms, policy: ReceiptPolicy
) -> StoredReceipt | None:
    """The lines that held money pays for, with as much of it as somebody paid: a pass may have had a discount."""
    row = payment_receipt(receipt_id, attempt, terms, policy)
    if row is None or attempt.money is None:
        return row
    amounts = spread([item.amount for item in row.items], attempt.money)
    items = tuple(_part(item, amount) for item, amount in zip(row.items, amounts, strict=True) if amount)
    return replace(row, items=items, amount=attempt.money) if items else None


def mode_of(attempt: Attempt, terms: PaymentTerms, policy: ReceiptPolicy) -> PaymentMode:
    """After the visit it is a payment, before it all or a part of one."""
    if terms.status == "completed":
        return "full_payment"
    if policy.prepayment == "advance":
        return "advance"
    whole = sum(line.amount.amount for line in terms.lines)
    return "full_prepayment" if terms.kept.amount + attempt.amount.amount >= whole else "partial_prepayment"


def settlement_receipt(
    receipt_id: UUID, rows: Iterable[StoredReceipt], policy: ReceiptPolicy, now: datetime
) -> StoredReceipt | None:
    """The receipt of a visit that a payment paid in advance, for what is left of that payment; None for none."""
    rows = list(rows)
    paid = of_kind(rows, "payment")
    if paid is None or not counts(paid) or of_kind(rows, "settlement"):
        return None
    if paid.failure != HELD_BEFORE and not any(item.mode in PREPAID for item in paid.items):
        return None
    left = left_of(paid, rows)
    if not left:
        return None
    subject: PaymentSubject = "service" if policy.subject == "payment" else policy.subject
    items = tuple(replace(item, mode="full_payment", subject=subject, vat=policy.vat) for item in left)
    return replace(beside(paid, receipt_id, "settlement", items, now), next_attempt_at=now)


def left_of(paid: StoredReceipt, rows: Iterable[StoredReceipt]) -> Items:
    """The lines of a payment without what its refunds took of them."""
    back = [item for row in rows if row.kind == "refund" and counts(row) for item in row.items]
    amounts = {item.position: item.amount - _sum(back, item.position) for item in paid.items}
    whole = {item.position: item.amount for item in paid.items}
    return tuple(
        item if amounts[item.position] == whole[item.position] else _part(item, amounts[item.position])
        for item in paid.items
        if amounts[item.position] > 0
    )


def beside(paid: StoredReceipt, receipt_id: UUID, kind: ReceiptKind, items: Items, now: datetime) -> StoredReceipt:
    """A later receipt of the same payment."""
    return StoredReceipt(
        id=receipt_id,
        kind=kind,
        payment_id=paid.payment_id,
        booking_id=paid.booking_id,
        customer_id=paid.customer_id,
        amount=sum(item.amount for item in items),
        items=items,
        created_at=now,
    )


def joined(rows: Sequence[StoredReceipt]) -> Items:
    """The lines of all that is paid at once; a line for each visit where a receipt has no room for more."""
    lines = tuple(item for row in rows for item in row.items)
    if len(lines) <= MAX_ITEMS:
        return lines
    return tuple(replace(row.items[0], amount=row.amount, quantity=Decimal(1)) for row in rows)


def of_kind(rows: Iterable[StoredReceipt], kind: ReceiptKind) -> StoredReceipt | None:
    """The first of a payment's receipts of this kind."""
    return next((row for row in rows if row.kind == kind), None)


def _sum(items: Iterable[ReceiptItem], position: int) -> int:
    return sum(item.amount for item in items if item.position == position)


def _part(item: ReceiptItem, amount: int) -> ReceiptItem:
    return replace(item, amount=amount, quantity=Decimal(1))
