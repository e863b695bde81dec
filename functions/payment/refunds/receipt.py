"""The fiscal receipt of money that goes back."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from payment.gateways.fiscal_words import PREPAID, ReceiptStatus
from payment.receipts.life import HELD_BEFORE, OWN_TILL, TO_BALANCE, StoredReceipt, apply_registration, with_status
from payment.receipts.plan import beside, left_of, of_kind
from payment.refunds.domain.refund import StoredRefund
from shared_schemas.money import spread


def refund_receipt(
    receipt_id: UUID, rows: Iterable[StoredReceipt], refund: StoredRefund, money: int | None = None
) -> StoredReceipt | None:
    """The receipt of money that goes back, called as it was when it came: None if it came without a receipt.

    `money` is what of the refund somebody paid, in kopecks; all of it by default. It takes from what earlier
    refunds left of each line, so that no line goes back beyond what was paid for it."""
    rows = list(rows)
    paid = of_kind(rows, "payment")
    money = refund.amount if money is None else money
    if paid is None or not money:
        return None
    settled = of_kind(rows, "settlement") or paid
    called = {item.position: item for item in settled.items}
    left = left_of(paid, rows)
    if sum(item.amount for item in left) < money:
        # More was taken than was asked for; the whole of it goes back by the lines there are.
        left = paid.items
    parts = spread([item.amount for item in left], money)
    items = tuple(
        replace(called.get(item.position, item), amount=part, quantity=Decimal(1))
        for item, part in zip(left, parts, strict=True)
        if part
    )
    row = beside(paid, receipt_id, "refund", items, refund.created_at)
    return replace(row, refund_id=refund.id, failure=_not_by_the_gateway(settled, refund))


def _not_by_the_gateway(settled: StoredReceipt, refund: StoredRefund) -> str | None:
    """Why no gateway orders it; `settled` is the last word on the money. Once there is a settlement, what it says of
    held money has to be taken back. What was paid for a visit that was over was no advance, so it becomes one."""
    if refund.to_balance:
        was_advance = settled.kind == "settlement" or any(item.mode in PREPAID for item in settled.items)
        return TO_BALANCE if was_advance else OWN_TILL
    return settled.failure if settled.failure in (OWN_TILL, HELD_BEFORE) else None


def goes_back_as_paid(rows: Iterable[StoredReceipt], refund: StoredRefund) -> bool:
    """Whether a refund undoes a payment's receipt whole and unchanged: nothing else was said of that money since."""
    rows = list(rows)
    paid = of_kind(rows, "payment")
    others = [row for row in rows if row.kind != "payment" and row.refund_id != refund.id and row.status != "void"]
    given = paid is not None and paid.status in ("pending", "succeeded", "unsupported")
    return given and not others and paid is not None and paid.amount == refund.amount


def follow_refund(row: StoredReceipt, refund: StoredRefund, told: ReceiptStatus | None, now: datetime) -> StoredReceipt:
    """A refund's receipt once the gateway has said how the refund goes."""
    if refund.status == "succeeded":
        return apply_registration(row, told or "pending", now)
    why = None if row.failure in (HELD_BEFORE, TO_BALANCE) else row.failure
    return with_status(row, "void", now, why) if refund.status == "failed" else row
