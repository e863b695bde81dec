"""YooKassa, API v3 (https://yookassa.ru/developers/api)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import urllib3
from pydantic import BaseModel, ValidationError

from payment.gateways.credentials import pick, read_credentials
from payment.gateways.fiscal_words import Receipt, ReceiptStatus
from payment.gateways.port import (
    Acknowledgement,
    ClosingReceipt,
    GatewayReceipt,
    GatewayRefusedError,
    GatewayUnreachableError,
    MethodNotOfferedError,
    Notification,
    WebhookMalformedError,
    WebhookRequest,
)
from payment.gateways.studio import Studio
from payment.gateways.transport import Transport
from payment.gateways.words import GatewayPayment, GatewayRefund, PaymentOrder, RefundOrder
from payment.gateways.yookassa import wire
from payment.gateways.yookassa.receipts import rendered
from payment.gateways.yookassa.settings import YooKassaSettings

M = TypeVar("M", bound=BaseModel)
P = TypeVar("P", wire.Payments, wire.Refunds, wire.Receipts)
PAGE = 100
MAX_PAGES = 1000
MAX_DESCRIPTION = 128
MAX_REFUND_DESCRIPTION = 250
# A creation may be repeated for a day, and clocks differ a little.
CLOCKS_DIFFER = timedelta(minutes=10)
CREATED_WITHIN = timedelta(hours=25)


class YooKassa:
    """A shop at YooKassa; `credentials` is JSON, or a reference to it that is resolved on first use.

    Every POST carries an Idempotence-Key, which is honoured for 24 hours. `omits`: what is captured, and what goes back
    whole as it came, takes no receipt along."""

    def __init__(self, transport: Transport, credentials: str, *, omits: bool = False) -> None:
        self._http = transport
        self._credentials = credentials
        self._omits = omits

    def create(self, order: PaymentOrder, *, capture: bool = True, receipt: Receipt | None = None) -> GatewayPayment:
        """The order's id is the key. A link's life cannot be chosen: it is about an hour."""
        if order.method == "sbp" and not capture:
            raise MethodNotOfferedError("sbp")
        body: dict[str, Any] = {
            "amount": wire.amount(order.amount),
            "capture": capture,
            "confirmation": {"type": "redirect", "return_url": order.return_url},
            "description": order.description[:MAX_DESCRIPTION],
            "metadata": {"attempt_id": str(order.id)},
        }
        if order.method:
            body["payment_method_data"] = {"type": wire.METHODS[order.method]}
        _add_receipt(body, receipt, order.amount)
        return self._call(wire.Payment, "POST", "/payments", body, str(order.id)).found()

    def fetch(self, gateway_payment_id: str) -> GatewayPayment:
        return self._call(wire.Payment, "GET", _payment(gateway_payment_id)).found()

    def find(self, order: PaymentOrder) -> GatewayPayment | None:
        """By the list, which cannot be searched for metadata."""
        listed = self._listed(order.created_at - CLOCKS_DIFFER, order.created_at + CREATED_WITHIN)
        return next((found for found in listed if found.attempt_id == str(order.id)), None)

    def capture(self, gateway_payment_id: str, amount: int, receipt: Receipt | None = None) -> GatewayPayment:
        body: dict[str, Any] = {"amount": wire.amount(amount)}
        _add_receipt(body, None if self._omits else receipt, amount)
        key = f"capture-{gateway_payment_id}-{amount}"
        return self._moved(gateway_payment_id, "capture", body, key, done="succeeded")

    def cancel(self, gateway_payment_id: str) -> GatewayPayment:
        return self._moved(gateway_payment_id, "cancel", {}, f"cancel-{gateway_payment_id}", done="failed")

    def decline(self, gateway_payment_id: str) -> bool:  # noqa: ARG002 - other gateways can
        """There is no such call: the link dies of its own after an hour."""
        return False

    def refund(self, order: RefundOrder) -> GatewayRefund:
        """The refund's id is the key; as it is forgotten after a day, a refund that was tried is looked for first."""
        if order.tried and (found := self._refund_of(order)):
            return found
        body: dict[str, Any] = {
            "payment_id": order.gateway_payment_id,
            "amount": wire.amount(order.amount),
            "metadata": {"refund_id": str(order.id)},
        }
        if order.description:
            body["description"] = order.description[:MAX_REFUND_DESCRIPTION]
        _add_receipt(body, None if order.as_paid and self._omits else order.receipt, order.amount)
        return self._call(wire.Refund, "POST", "/refunds", body, str(order.id)).found()

    def fetch_refund(self, order: RefundOrder) -> GatewayRefund:
        """No webhook tells of a refund that failed; `not_found` where the shop has none with this id."""
        if order.gateway_refund_id:
            return self._call(wire.Refund, "GET", f"/refunds/{quote(order.gateway_refund_id, safe='')}").found()
        if found := self._refund_of(order):
            return found
        raise GatewayRefusedError("not_found", "refund")

    def parse_webhook(self, request: WebhookRequest) -> Notification | None:
        """Nothing in it is signed: only the sender's address, and then the gateway's own answer, tell it is true."""
        try:
            if not wire.Told.model_validate_json(request.body).is_of_money:
                return None
            parsed = wire.Notification.model_validate_json(request.body)
        except ValidationError as error:
            raise WebhookMalformedError("not a notification of YooKassa") from error
        return Notification(
            event=parsed.event,
            object_id=parsed.object.id,
            status=parsed.object.status,
            gateway_payment_id=parsed.object.payment_id or parsed.object.id,
            attempt_id=wire.text_of(parsed.object.metadata, "attempt_id"),
        )

    def acknowledge(self) -> Acknowledgement:
        return Acknowledgement("{}", "application/json")

    def closing_receipt(self, closing: ClosingReceipt) -> GatewayReceipt:
        """The key is forgotten after a day, so one that was tried is looked for first, as refunds are."""
        if closing.tried and (found := self._closing_of(closing)):
            return found
        body = rendered(closing.receipt) | {
            "type": "payment",
            "payment_id": closing.gateway_payment_id,
            "send": True,
            "settlements": [{"type": "prepayment", "amount": wire.amount(closing.receipt.total)}],
        }
        return self._call(wire.Receipt, "POST", "/receipts", body, str(closing.id)).found()

    def fetch_receipt(self, receipt_id: str) -> GatewayReceipt:
        return self._call(wire.Receipt, "GET", f"/receipts/{quote(receipt_id, safe='')}").found()

    def receipt_status(self, gateway_payment_id: str, refund: RefundOrder | None = None) -> ReceiptStatus | None:
        """The payment and the refund tell of it themselves."""
        return self.fetch_refund(refund).receipt if refund else self.fetch(gateway_payment_id).receipt

    def list_payments(self, since: datetime, until: datetime) -> list[GatewayPayment]:
        return list(self._listed(since, until))

    def _listed(self, since: datetime, until: datetime) -> Iterator[GatewayPayment]:
        query = {"created_at.gte": wire.instant(since), "created_at.lt": wire.instant(until)}
        for page in self._pages(wire.Payments, "/payments", query):
            yield from (payment.found() for payment in page.items)

    def _refund_of(self, order: RefundOrder) -> GatewayRefund | None:
        for page in self._pages(wire.Refunds, "/refunds", {"payment_id": order.gateway_payment_id}):
            for refund in page.items:
                if wire.text_of(refund.metadata, "refund_id") == str(order.id):
                    return refund.found()
        return None

    def _closing_of(self, closing: ClosingReceipt) -> GatewayReceipt | None:
        """The receipt that sets this very sum off against the prepayment, unless it was not registered."""
        for page in self._pages(wire.Receipts, "/receipts", {"payment_id": closing.gateway_payment_id}):
            for receipt in page.items:
                found, closes = receipt.found(), receipt.closes == closing.receipt.total
                if closes and found.status != "canceled" and found.id not in closing.others:
                    return found
        return None

    def _pages(self, model: type[P], path: str, query: dict[str, str]) -> Iterator[P]:
        query = query | {"limit": str(PAGE)}
        for _ in range(MAX_PAGES):
            page = self._call(model, "GET", f"{path}?{urlencode(query)}")
            yield page
            if not page.next_cursor:
                return
            query["cursor"] = page.next_cursor
        raise GatewayUnreachableError("a list without end")

    def _moved(self, gateway_payment_id: str, action: str, body: dict[str, Any], key: str, done: str) -> GatewayPayment:
        """A refusal is no failure where an earlier call, whose answer was lost, has done it already."""
        try:
            return self._call(wire.Payment, "POST", f"{_payment(gateway_payment_id)}/{action}", body, key).found()
        except GatewayRefusedError:
            found = self.fetch(gateway_payment_id)
            if found.status != done:
                raise
            return found

    def _call(
        self, model: type[M], method: str, path: str, body: dict[str, Any] | None = None, key: str | None = None
    ) -> M:
        """One request, repeated with the same key while that may help."""
        what = f"{method} {path.partition('?')[0]}"
        data = self._http.repeated(what, lambda: self._request(method, path, body, key))
        try:
            return model.model_validate_json(data)
        except ValidationError as error:
            raise GatewayUnreachableError(f"an unusable answer to {what}") from error

    def _request(self, method: str, path: str, body: dict[str, Any] | None, key: str | None) -> bytes:
        shop = pick("YooKassa", read_credentials("YooKassa", self._credentials), "shop_id", "secret_key")
        headers = urllib3.make_headers(basic_auth=":".join(shop))
        if key:
            headers["Idempotence-Key"] = key
        answer = self._http.send(method, path, headers=headers, json=body)
        if answer.status != 200:
            raise wire.error(answer)
        return answer.body


def _payment(gateway_payment_id: str) -> str:
    return f"/payments/{quote(gateway_payment_id, safe='')}"


def _add_receipt(body: dict[str, Any], receipt: Receipt | None, amount: int) -> None:
    if receipt:
        receipt.require_total(amount)
        body["receipt"] = rendered(receipt)


def connect(settings: YooKassaSettings, studio: Studio) -> YooKassa:
    """The shop of these settings."""
    return YooKassa(Transport("yookassa", settings.route), settings.credentials, omits=studio.omits_receipts)
