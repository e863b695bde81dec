"""Fiscal receipts as they go along with payments and refunds: planned with these, and given an address at the last
moment."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from core.identity import Identity
from core.observability import logger
from payment.access import visible
from payment.attempts.domain import Attempt
from payment.gateways.fiscal_words import Receipt, ReceiptStatus
from payment.gateways.port import ReceiptNotice
from payment.receipts.advances import OF_A_BALANCE, Advance, advance, tender_of
from payment.receipts.life import (
    HELD_BEFORE,
    NO_RECIPIENT,
    StoredReceipt,
    apply_registration,
    at_own_till,
    follow_payment,
    held_before,
    match_notice,
    receipt_events,
    view,
)
from payment.receipts.plan import ReceiptPolicy, held_receipt, joined, of_kind, payment_receipt
from payment.receipts.ports import Contacts, Recipient, Work
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.common import Page
from shared_schemas.events.envelope import EventData
from shared_schemas.payment.receipts import FiscalReceipt
from shared_schemas.providers import ADVANCES, HELD_MONEY, Tender


class Receipts:
    """Plan receipts, and make them whole; without `ordered` the studio plans no more of them through gateways, without
    `own_till` none of what is paid at the desk, which staff print at the studio's own till."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        contacts: Contacts,
        policy: ReceiptPolicy,
        *,
        ordered: bool = True,
        own_till: bool = True,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._contacts = contacts
        self.policy = policy
        self._ordered = ordered
        self._own_till = own_till

    def plan(self, work: Work, attempt: Attempt, terms: PaymentTerms) -> None:
        """The receipt of a payment, in the transaction that saves it."""
        if self._ordered and (row := payment_receipt(uuid4(), attempt, terms, self.policy)):
            work.receipts.add(row)

    def plan_at_desk(self, work: Work, attempt: Attempt, terms: PaymentTerms) -> None:
        """What the studio's own till is to print of money that is here; nobody orders it. An advance had its receipt
        when it came: the next one is the settlement, of the lines that are kept here."""
        if not self._own_till:
            return
        if attempt.provider in ADVANCES and (row := held_receipt(uuid4(), attempt, terms, self.policy)):
            work.receipts.add(held_before(row, attempt.created_at))
        if attempt.provider not in HELD_MONEY and (row := payment_receipt(uuid4(), attempt, terms, self.policy)):
            work.receipts.add(at_own_till(row, attempt.created_at))

    def advance(self, method: Tender, came: Advance | None = None, name: str = OF_A_BALANCE) -> Advance | None:
        """What the till prints of an advance that comes now, or goes back as it `came`; None where no such receipts are
        kept."""
        if not self._own_till:
            return None
        return replace(came, tender=tender_of(method)) if came else advance(name, method, self.policy)

    def of_payment(self, payment_id: UUID) -> Receipt | None:
        """What to give the gateway with a payment: the same however often, as long as the customer's address is.

        `ContactUnavailableError`."""
        with self._unit_of_work() as work:
            parts = work.attempts.parts(work.attempts.get(payment_id))
            own = [_own(work, part) for part in parts]
        rows = [row for row in own if row]
        # A gateway takes no receipt of a part of the sum.
        return self.addressed(*rows) if len(rows) == len(parts) else None

    def of_refund(self, refund_id: UUID) -> Receipt | None:
        """What to give the gateway with a refund. `ContactUnavailableError`."""
        with self._unit_of_work() as work:
            row = work.receipts.of_refund(refund_id)
        return self.addressed(row) if row else None

    def addressed(self, *rows: StoredReceipt) -> Receipt | None:
        """The receipt with whom it goes to, one for all visits that are paid at once; None, and a word in the row,
        where nobody is known any more."""
        whom = self._contacts.recipient(rows[0].customer_id) or Recipient(email=self.policy.email or None)
        known = whom.email or whom.phone
        failure = None if known else NO_RECIPIENT
        for row in rows:
            if row.failure != failure and row.status == "planned":
                self._note(row, failure)
        if not known:
            logger.warning("A receipt has nobody to go to", receipt_id=str(rows[0].id))
            return None
        return Receipt(items=joined(rows), email=whom.email, phone=whom.phone, tax_system=self.policy.tax_system)

    def of(self, payment_id: UUID, caller: Identity) -> Page[FiscalReceipt]:
        """All receipts of a payment, oldest first; `PaymentNotFoundError` also if it is somebody else's."""
        with self._unit_of_work() as work:
            visible(work.attempts.get(payment_id), caller)
            rows = work.receipts.of_payment(payment_id)
        held = any(row.failure == HELD_BEFORE for row in rows)
        return Page(data=[view(row, held=held) for row in rows])

    def _note(self, row: StoredReceipt, failure: str | None) -> None:
        with self._unit_of_work() as work:
            work.receipts.update(row, replace(row, failure=failure))
            work.commit()


def _own(work: Work, attempt: Attempt) -> StoredReceipt | None:
    return of_kind(work.receipts.of_payment(attempt.payment_id), "payment")


def track_payment(work: Work, attempt: Attempt, told: ReceiptStatus | None, now: datetime) -> list[EventData]:
    """Follow a payment with its receipt, under the payment's lock; returns what that tells the world."""
    rows = work.receipts.of_payment(attempt.payment_id)
    row = next((row for row in rows if row.kind == "payment"), None)
    return store(work, row, follow_payment(row, attempt, told, now)) if row else []


def track_notice(work: Work, payment_id: UUID, notice: ReceiptNotice, now: datetime) -> list[EventData] | None:
    """Act on a gateway's signed word about one of a payment's receipts, under the payment's lock; None if that is of
    a receipt that nobody planned. Visits that were paid at once have one receipt at the gateway, and each its own."""
    parts = work.attempts.parts(work.attempts.get(payment_id))
    rows = [row for part in parts for row in work.receipts.of_payment(part.payment_id)]
    paid = [row for row in rows if row.kind == "payment"]
    if len(parts) > 1 and not notice.is_refund and notice.amount == sum(row.amount for row in paid):
        told = [store(work, row, apply_registration(row, notice.status, now)) for row in paid]
        return [event for events in told for event in events]
    row = match_notice(rows, is_refund=notice.is_refund, amount=notice.amount, mode=notice.mode)
    if row is None:
        logger.warning("A receipt that nobody planned", payment_id=str(payment_id), refund=notice.is_refund)
        return None
    return store(work, row, apply_registration(row, notice.status, now))


def store(work: Work, before: StoredReceipt, after: StoredReceipt) -> list[EventData]:
    """Write a receipt's new state; returns what it tells the world."""
    if after == before:
        return []
    if not work.receipts.update(before, after):
        logger.warning("Somebody else was faster with a receipt", receipt_id=str(after.id))
        return []
    if after.status != before.status:
        logger.info("A receipt moved", receipt_id=str(after.id), before=before.status, after=after.status)
    return receipt_events(before, after)
