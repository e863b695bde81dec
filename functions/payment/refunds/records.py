"""Refunds as they are written down: with their receipts, and in the ledger once they are done."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from payment.alarms import alarm
from payment.attempts.domain import Attempt
from payment.attempts.events import emit
from payment.gateways.fiscal_words import ReceiptStatus
from payment.ledger.domain import Movement
from payment.receipts.life import HELD_BEFORE, StoredReceipt
from payment.receipts.service import store
from payment.refunds.domain.refund import TO_HAND_OUT, StoredRefund, refund_events, started
from payment.refunds.ports import Work
from payment.refunds.receipt import follow_refund, refund_receipt
from payment.tills.entering import enter_refund
from shared_schemas.events.envelope import EventData
from shared_schemas.money import later_part


def add_refund(work: Work, refund: StoredRefund) -> bool:
    """Save a refund under its payment's lock, with its receipt where the payment has one; False for a repeat."""
    if not work.refunds.add(refund):
        return False
    rows = work.receipts.of_payment(refund.payment_id)
    if row := refund_receipt(uuid4(), rows, refund, _money(work, rows, refund)):
        work.receipts.add(row)
    if refund.failure == TO_HAND_OUT:
        attempt = work.attempts.get(refund.payment_id)
        told = f"{refund.amount} kopecks of refund {refund.id} are to be handed out ({attempt.provider})"
        emit(work, attempt, [started(refund, attempt), alarm("refund", TO_HAND_OUT, told, attempt)])
    return True


def _money(work: Work, rows: Sequence[StoredReceipt], refund: StoredRefund) -> int:
    """What of a refund somebody paid, in kopecks: less than it where a pass was sold with a discount. Parts of parts
    add up to the whole."""
    if not any(row.failure == HELD_BEFORE for row in rows):
        return refund.amount
    attempt = work.attempts.get(refund.payment_id)
    if attempt.money is None:
        return refund.amount
    before = work.refunds.asked(refund.payment_id) - refund.amount
    return later_part(attempt.money, attempt.amount.amount, before, refund.amount)


def track_refund(work: Work, refund: StoredRefund, told: ReceiptStatus | None, now: datetime) -> list[EventData]:
    """The same for a refund."""
    row = work.receipts.of_refund(refund.id)
    return store(work, row, follow_refund(row, refund, told, now)) if row else []


def enter(work: Work, attempt: Attempt, refund: StoredRefund, told: ReceiptStatus | None, now: datetime) -> None:
    """A refund that is done, as if we had asked for it, under its payment's lock; its receipt is the gateway's affair,
    and followed: `told` is the gateway's word on it. `NoTillOpenError`, `NotEnoughInTillError` where it is cash."""
    if not add_refund(work, refund):
        return
    work.ledger.add(Movement("refund", attempt.booking_id, attempt.payment_id, refund.id, -refund.amount, now))
    enter_refund(work, attempt, refund.id, refund.amount, refund.decided_by or refund.requested_by, now)
    receipt_events = track_refund(work, refund, told, now)
    asked = replace(refund, status="creating")
    emit(work, attempt, [*refund_events(asked, refund, attempt), *receipt_events])
