"""Fiscal receipts as they go along with payments and refunds: planned with these, and given an address at the last
moment."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from core.identity import Identity
from core.observability import logger
from payment.domain import Attempt
from payment.domain_receipt_life import (
    NO_RECIPIENT,
    StoredReceipt,
    events_of,
    follow_payment,
    follow_refund,
    meant,
    told_of,
    view,
)
from payment.domain_receipt_plan import ReceiptPolicy, payment_receipt, refund_receipt
from payment.domain_receipts import Receipt, ReceiptStatus
from payment.domain_refunds import Refund
from payment.errors import PaymentNotFoundError
from payment.ports import Contacts, Work
from payment.providers.base import ReceiptNotice
from shared_schemas.booking import PaymentTerms
from shared_schemas.common import Page
from shared_schemas.events import EventData
from shared_schemas.receipts import FiscalReceipt


class Receipts:
    """Plan receipts, and make them whole; without `ordered` the studio plans no more of them."""

    def __init__(
        self, unit_of_work: Callable[[], Work], contacts: Contacts, policy: ReceiptPolicy, *, ordered: bool = True
    ) -> None:
        self._unit_of_work = unit_of_work
        self._contacts = contacts
        self.policy = policy
        self._ordered = ordered

    def plan(self, work: Work, attempt: Attempt, terms: PaymentTerms) -> None:
        """The receipt of a payment, in the transaction that saves it."""
        if self._ordered and (row := payment_receipt(uuid4(), attempt, terms, self.policy)):
            work.receipts.add(row)

    def of_payment(self, payment_id: UUID) -> Receipt | None:
        """What to give the gateway with a payment: the same however often, as long as the customer's address is.

        `ContactUnavailableError`."""
        with self._unit_of_work() as work:
            rows = work.receipts.of_payment(payment_id)
        row = next((row for row in rows if row.kind == "payment"), None)
        return self.addressed(row) if row else None

    def of_refund(self, refund_id: UUID) -> Receipt | None:
        """What to give the gateway with a refund. `ContactUnavailableError`."""
        with self._unit_of_work() as work:
            row = work.receipts.of_refund(refund_id)
        return self.addressed(row) if row else None

    def addressed(self, row: StoredReceipt) -> Receipt | None:
        """The receipt with whom it goes to; None, and a word in the row, where nobody is known any more.

        E-mail alone: nobody needs to be told the telephone number as well."""
        email = self._contacts.email(row.customer_id) or self.policy.email
        failure = None if email else NO_RECIPIENT
        if row.failure != failure and row.status == "planned":
            self._note(row, failure)
        if not email:
            logger.warning("A receipt has nobody to go to", receipt_id=str(row.id))
            return None
        return Receipt(items=row.items, email=email, tax_system=self.policy.tax_system)

    def of(self, payment_id: UUID, caller: Identity) -> Page[FiscalReceipt]:
        """All receipts of a payment, the oldest first."""
        with self._unit_of_work() as work:
            attempt = work.attempts.get(payment_id)
            if not caller.is_staff and str(attempt.customer_id) != caller.subject:
                raise PaymentNotFoundError(payment_id=str(payment_id))
            return Page(data=[view(row) for row in work.receipts.of_payment(payment_id)])

    def _note(self, row: StoredReceipt, failure: str | None) -> None:
        with self._unit_of_work() as work:
            work.receipts.update(row, replace(row, failure=failure))
            work.commit()


def add_refund(work: Work, refund: Refund) -> bool:
    """Save a refund under its payment's lock, with its receipt where the payment has one; False for a repeat."""
    if not work.refunds.add(refund):
        return False
    if row := refund_receipt(uuid4(), work.receipts.of_payment(refund.payment_id), refund):
        work.receipts.add(row)
    return True


def track_payment(work: Work, attempt: Attempt, told: ReceiptStatus | None, now: datetime) -> list[EventData]:
    """Follow a payment with its receipt, under the payment's lock; returns what that tells the world."""
    rows = work.receipts.of_payment(attempt.payment_id)
    row = next((row for row in rows if row.kind == "payment"), None)
    return store(work, row, follow_payment(row, attempt, told, now)) if row else []


def track_refund(work: Work, refund: Refund, told: ReceiptStatus | None, now: datetime) -> list[EventData]:
    """The same for a refund."""
    row = work.receipts.of_refund(refund.id)
    return store(work, row, follow_refund(row, refund, told, now)) if row else []


def track_notice(work: Work, payment_id: UUID, notice: ReceiptNotice, now: datetime) -> list[EventData] | None:
    """Act on a gateway's signed word about one of a payment's receipts, under the payment's lock; None where that is of
    a receipt that nobody planned."""
    rows = work.receipts.of_payment(payment_id)
    row = meant(rows, is_refund=notice.is_refund, amount=notice.amount, mode=notice.mode)
    if row is None:
        logger.warning("A receipt that nobody planned", payment_id=str(payment_id), refund=notice.is_refund)
        return None
    return store(work, row, told_of(row, notice.status, now))


def store(work: Work, before: StoredReceipt, after: StoredReceipt) -> list[EventData]:
    """Write a receipt's new state; returns what it tells the world."""
    if after == before:
        return []
    if not work.receipts.update(before, after):
        logger.warning("Somebody else was faster with a receipt", receipt_id=str(after.id))
        return []
    if after.status != before.status:
        logger.info("A receipt moved", receipt_id=str(after.id), before=before.status, after=after.status)
    return events_of(before, after)
