"""Receipts of 54-FZ: those that come with payments, and those of their own that close a prepayment."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from infra.sandbox.clock import Clock
from infra.sandbox.ids import gateway_id
from infra.sandbox.knobs import Knobs
from infra.sandbox.payments.model import Payment, StoredReceipt
from infra.sandbox.payments.repository import ReceiptRepository
from infra.sandbox.payments.service import NotFoundError, Payments
from infra.sandbox.providers.yookassa.errors import invalid
from infra.sandbox.providers.yookassa.lists import cursor, parse_query
from infra.sandbox.providers.yookassa.objects import NAME, instant, registration
from infra.sandbox.providers.yookassa.requests import CreateReceipt, parse

REGISTERED_AFTER = timedelta(seconds=1)
OF_PAYMENT = "rt-"
FILTERS = {"payment_id": "payment_id", "refund_id": "refund_id"}


class Receipts:
    """The receipts of one shop."""

    def __init__(self, payments: Payments, repository: ReceiptRepository, clock: Clock, knobs: Knobs) -> None:
        self._payments = payments
        self._repository = repository
        self._clock = clock
        self._knobs = knobs

    def create(self, document: Any) -> tuple[str, dict[str, Any]]:
        asked = parse(CreateReceipt, document)
        payment = self._payment_of(asked)
        if payment.status != "succeeded":
            raise invalid("The payment has not succeeded", "payment_id")
        if sum(settlement.amount.kopecks for settlement in asked.settlements) != asked.total:
            raise invalid("The settlements do not make up the sum of the items", "settlements")
        now = self._clock.now()
        receipt = StoredReceipt(
            id=gateway_id(),
            provider=NAME,
            payment_id=payment.id,
            refund_id=asked.refund_id,
            created_at=now,
            due_at=now + REGISTERED_AFTER,
            failed=self._knobs.take("receipt_canceled", payment.id),
            document={name: document[name] for name in ("items", "settlements", "customer")},
        )
        self._repository.add(receipt)
        return payment.id, self._object(receipt)

    def get(self, receipt_id: str) -> dict[str, Any]:
        if receipt := self._repository.get(receipt_id):
            return self._object(receipt)
        payment = self._payments.get(receipt_id.removeprefix(OF_PAYMENT), NAME)
        if not receipt_id.startswith(OF_PAYMENT) or not payment.has_receipt:
            raise NotFoundError(receipt_id)
        return _of_payment(payment)

    def page(self, query: Mapping[str, str]) -> dict[str, Any]:
        """A list, newest first; a payment's own receipt comes last of its payment's."""
        page = self._repository.page(parse_query(query, NAME, {}, FILTERS))
        items = [self._object(StoredReceipt.model_validate_json(document)) for document in page.documents]
        if page.next_before is not None:
            return {"type": "list", "items": items, "next_cursor": cursor(page.next_before)}
        return {"type": "list", "items": items + self._with_payment(query.get("payment_id"))}

    def _with_payment(self, payment_id: str | None) -> list[dict[str, Any]]:
        try:
            payment = self._payments.get(payment_id, NAME) if payment_id else None
        except NotFoundError:
            return []
        return [_of_payment(payment)] if payment and payment.has_receipt else []

    def _payment_of(self, asked: CreateReceipt) -> Payment:
        try:
            if asked.type == "refund":
                refund = self._payments.get_refund(asked.refund_id or "")
                return self._payments.get(refund.payment_id, NAME)
            return self._payments.get(asked.payment_id or "", NAME)
        except NotFoundError:
            raise invalid("There is no such payment or refund", f"{asked.type}_id") from None

    def _object(self, receipt: StoredReceipt) -> dict[str, Any]:
        status = self._status(receipt)
        whose = {"refund_id": receipt.refund_id} if receipt.refund_id else {"payment_id": receipt.payment_id}
        kind = "refund" if receipt.refund_id else "payment"
        body = {"id": receipt.id, "type": kind, **whose, "status": status, **receipt.document}
        return body | (_fiscal(receipt.due_at) if status == "succeeded" else {})

    def _status(self, receipt: StoredReceipt) -> str:
        if self._clock.now() < receipt.due_at:
            return "pending"
        return "canceled" if receipt.failed else "succeeded"


def _of_payment(payment: Payment) -> dict[str, Any]:
    body = {"id": f"{OF_PAYMENT}{payment.id}", "type": "payment", "payment_id": payment.id}
    return body | {"status": registration(payment)} | (payment.receipt or {})


def _fiscal(at: datetime) -> dict[str, str]:
    number = str(int(at.timestamp()) % 10**8)
    return {"fiscal_document_number": number, "fiscal_storage_number": "9999078900001341", "registered_at": instant(at)}
