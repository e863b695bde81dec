"""Receipts of their own: those that close a prepayment, and how registrations went."""

from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from infra.sandbox.clock import Clock
from infra.sandbox.knobs import Knobs
from infra.sandbox.payments.model import Payment, StoredReceipt
from infra.sandbox.payments.repository import ReceiptRepository
from infra.sandbox.payments.service import NotFoundError, Payments
from infra.sandbox.payments.states import TransitionError
from infra.sandbox.providers.sberpay import requests
from infra.sandbox.providers.sberpay.bundles import check_closing, check_sums
from infra.sandbox.providers.sberpay.errors import INVALID, SberError
from infra.sandbox.providers.sberpay.objects import NAME
from infra.sandbox.providers.sberpay.requests import MOSCOW, Done
from infra.sandbox.providers.sberpay.wire import Wire

REGISTERED_AFTER = timedelta(seconds=1)
UNDER_WAY, REGISTERED, FAILED = 2, 3, 4
OK = {"message": "Успешно"}


class Receipts:
    """The receipts of one shop's orders."""

    def __init__(self, payments: Payments, repository: ReceiptRepository, clock: Clock, knobs: Knobs) -> None:
        self._payments = payments
        self._repository = repository
        self._clock = clock
        self._knobs = knobs

    def create(self, document: dict[str, Any], _: Wire) -> Done:
        """`doReceipt`; with `receiptId` it takes the place of one that could not be registered."""
        asked = requests.parse(requests.OfReceipt, document)
        payment = self._of(asked)
        bundle = asked.order_bundle or {}
        if payment.status not in ("succeeded", "held"):
            raise TransitionError(payment)
        check_sums(bundle, bundle["total"])
        check_closing(bundle)
        before = self._failed(asked.receipt_id, payment) if asked.receipt_id else None
        made = self.add(payment, bundle, before=before)
        return Done(payment.id, OK | _names(payment) | {"receiptId": made.id})

    def close(self, document: dict[str, Any], _: Wire) -> Done:
        """`closeOfdReceipt.do` of the old platform; without a bundle it is the order's own again."""
        asked = requests.parse(requests.ToClose, document)
        payment = self._of(asked)
        if payment.status != "succeeded":
            raise TransitionError(payment)
        if asked.order_bundle:
            check_sums(asked.order_bundle, asked.amount or payment.amount)
            check_closing(asked.order_bundle)
        self.add(payment, asked.order_bundle or payment.receipt or {})
        return Done(payment.id, {})

    def show(self, document: dict[str, Any], _: Wire) -> Done:
        """`getReceiptStatus`: of an order all, the oldest first."""
        asked = requests.parse(requests.OfReceipt, document)
        if asked.receipt_id:
            found = self._repository.get(asked.receipt_id)
            if found is None or found.provider != NAME:
                raise NotFoundError(asked.receipt_id)
            payment, receipts = self._payments.get(found.payment_id, NAME), [self._object(found)]
        else:
            payment = self._of(asked)
            stored = self._repository.of(payment.id)
            receipts = [*self._own(payment), *(self._object(receipt) for receipt in stored)]
        return Done(payment.id, OK | _names(payment) | {"receipts": receipts})

    def retry(self, document: dict[str, Any], _: Wire) -> Done:
        """`retryReceipt`: the same cart again."""
        results, payment_id = [], ""
        for receipt_id in requests.parse(requests.ToRetry, document).receipt_id:
            stored = self._repository.get(receipt_id)
            if stored is None:
                raise NotFoundError(receipt_id)
            payment_id = stored.payment_id
            payment = self._payments.get(payment_id, NAME)
            made = self.add(payment, stored.document["bundle"], before=self._failed(receipt_id, payment))
            results.append({"origReceiptId": receipt_id, "receiptId": made.id})
        return Done(payment_id, OK | {"retryResult": results})

    def add(
        self, payment: Payment, bundle: dict[str, Any], operation: str | None = None, before: str | None = None
    ) -> StoredReceipt:
        """Keep a receipt; `operation` is the movement of money that it belongs to."""
        now = self._clock.now()
        receipt = StoredReceipt(
            id=str(uuid4()),
            provider=NAME,
            payment_id=payment.id,
            created_at=now,
            due_at=now + REGISTERED_AFTER,
            failed=self._knobs.take("receipt_canceled", payment.id),
            document={"bundle": bundle, "operation": operation, "before": before},
        )
        self._repository.add(receipt)
        return receipt

    def _of(self, asked: requests.OfReceipt) -> Payment:
        if asked.order_id or asked.md_order:
            return self._payments.get(asked.order_id or asked.md_order or "", NAME)
        if payment := self._payments.find(NAME, asked.order_number or ""):
            return payment
        raise NotFoundError(asked.order_number)

    def _failed(self, receipt_id: str, payment: Payment) -> str:
        """Only what could not be registered is replaced."""
        stored = self._repository.get(receipt_id)
        if stored is None or stored.payment_id != payment.id:
            raise NotFoundError(receipt_id)
        if self._status(stored) != FAILED:
            raise SberError(INVALID, "receiptId: переотправить можно только неуспешный чек")
        return receipt_id

    def _own(self, payment: Payment) -> list[dict[str, Any]]:
        """The receipt that the order brought along, once its money was taken."""
        if not (payment.has_receipt and payment.captured_at):
            return []
        due = payment.captured_at + REGISTERED_AFTER
        done = FAILED if payment.receipt_failed else REGISTERED
        return [
            {
                "receiptId": str(uuid5(NAMESPACE_URL, payment.id)),
                "operationType": "AUTHORIZATION" if payment.capture else "COMPLETION",
                "receiptType": "SELL",
                "receiptStatus": done if self._clock.now() >= due else UNDER_WAY,
                "payload": {"total": payment.approved - payment.reversed},
            }
        ]

    def _object(self, receipt: StoredReceipt) -> dict[str, Any]:
        bundle, status = receipt.document["bundle"], self._status(receipt)
        body = {
            "receiptId": receipt.id,
            "operationType": receipt.document["operation"],
            "receiptType": bundle.get("receiptType", "SELL").upper(),
            "receiptStatus": status,
            "origReceiptId": receipt.document["before"],
            "timestamp": receipt.due_at.astimezone(MOSCOW).strftime("%d.%m.%Y %H:%M:%S"),
            "payload": {"total": bundle["total"], "fnsSite": "www.nalog.ru"} if status == REGISTERED else None,
            "error": {"code": "33", "text": "Ошибка регистрации", "recommendation": 2} if status == FAILED else None,
        }
        return {name: value for name, value in body.items() if value is not None}

    def _status(self, receipt: StoredReceipt) -> int:
        if self._clock.now() < receipt.due_at:
            return UNDER_WAY
        return FAILED if receipt.failed else REGISTERED


def _names(payment: Payment) -> dict[str, str]:
    return {"orderId": payment.id, "orderNumber": payment.order_number or ""}
