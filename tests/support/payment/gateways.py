"""Gateways as tests need them: one in memory, and the real clients pointed at a test's server."""
# ruff: noqa: ARG002 - a fake ignores what does not matter to its tests

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from payment.gateways.configuration import Route
from payment.gateways.fiscal_words import Receipt, ReceiptItem, ReceiptStatus, Seller
from payment.gateways.port import (
    Acknowledgement,
    ClosingReceipt,
    GatewayReceipt,
    GatewayRefusedError,
    GatewayUnreachableError,
    Notification,
    WebhookRequest,
)
from payment.gateways.sberpay.client import SberPay
from payment.gateways.tkassa.client import TKassa
from payment.gateways.tkassa.token import token
from payment.gateways.transport import Transport
from payment.gateways.words import GatewayPayment, GatewayRefund, PaymentOrder, RefundOrder
from payment.gateways.yookassa.client import YooKassa
from tests.support.booking.made import FixedClock

TKASSA_CREDENTIALS = '{"terminal_key": "CycloramaDEMO", "password": "cyclorama"}'
SBER_CREDENTIALS = '{"user_name": "cyclorama-api", "password": "cyclorama"}'
SELLER = Seller("1.05", "studio@example.com", "5027119066", "https://studio.example")
YOOKASSA_CREDENTIALS = '{"shop_id": "100500", "secret_key": "test_cyclorama"}'


def transport(url: str, waits: list[float] | None = None, read_seconds: float = 10) -> Transport:
    """Straight to `url`; it notes in `waits` how long it would have slept between tries."""
    kept = [] if waits is None else waits
    return Transport("test", Route(url), kept.append, read_seconds)


def yookassa(url: str, waits: list[float] | None = None, credentials: str = YOOKASSA_CREDENTIALS) -> YooKassa:
    return YooKassa(transport(url, waits), credentials)


def tkassa(url: str, waits: list[float] | None = None, **options: Any) -> TKassa:
    return TKassa(transport(url, waits), TKASSA_CREDENTIALS, clock=FixedClock(), **options)


def sberpay(url: str, waits: list[float] | None = None, **options: Any) -> SberPay:
    credentials = options.pop("credentials", SBER_CREDENTIALS)
    return SberPay(transport(url, waits), credentials, clock=options.pop("clock", FixedClock()), **options)


def signed(message: dict[str, Any]) -> dict[str, Any]:
    """A message of T-Kassa's, with its token."""
    return message | {"Token": token(message, "cyclorama")}


def tkassa_notice(**changes: Any) -> dict[str, Any]:
    """T-Kassa's notification of a confirmed payment, signed."""
    values = {
        "TerminalKey": "CycloramaDEMO",
        "OrderId": "0f8fad5b-d9cb-469f-a165-70867728950e",
        "Success": True,
        "Status": "CONFIRMED",
        "PaymentId": 3093639567,
        "ErrorCode": "0",
        "Amount": 200_000,
        "Pan": "430000******0777",
    }
    return signed(values | changes)


def receipt(*amounts: int, **changes: Any) -> Receipt:
    """Hours of a hall, a line for each amount."""
    lines = tuple(ReceiptItem(f"Аренда зала {number}", amount) for number, amount in enumerate(amounts, 1))
    values: dict[str, Any] = {"items": lines, "email": "anna@example.com", "tax_system": "usn_income"}
    return Receipt(**(values | changes))


@dataclass
class FakeGateway:
    """A gateway in memory. `fault` breaks the next calls: before anything happens, or after it was committed."""

    payments: dict[str, GatewayPayment] = field(default_factory=dict)
    keys: dict[UUID, str] = field(default_factory=dict)
    refunds: dict[UUID, GatewayRefund] = field(default_factory=dict)
    receipts: dict[str, ClosingReceipt] = field(default_factory=dict)
    captures: list[bool] = field(default_factory=list)
    fault: Literal["down", "refuses", "answer_lost"] | None = None
    calls: int = 0

    def create(self, order: PaymentOrder, *, capture: bool = True, receipt: Receipt | None = None) -> GatewayPayment:
        self._break("down", "refuses")
        gateway_id = self.keys.setdefault(order.id, str(uuid4()))
        self.captures.append(capture)
        created = GatewayPayment(
            gateway_id, "pending", order.amount, "RUB", str(order.id), f"https://pay.example/{gateway_id}"
        )
        self.payments.setdefault(gateway_id, created)
        self._break("answer_lost")
        return self.payments[gateway_id]

    def fetch(self, gateway_payment_id: str) -> GatewayPayment:
        self._break("down")
        if gateway_payment_id not in self.payments:
            raise GatewayRefusedError("not_found")
        return self.payments[gateway_payment_id]

    def find(self, order: PaymentOrder) -> GatewayPayment | None:
        self._break("down")
        return self.payments.get(self.keys.get(order.id, ""))

    def capture(self, gateway_payment_id: str, amount: int, receipt: Receipt | None = None) -> GatewayPayment:
        return self._move(gateway_payment_id, "held", status="succeeded", amount=amount)

    def cancel(self, gateway_payment_id: str) -> GatewayPayment:
        return self._move(gateway_payment_id, "held", status="failed", reason="canceled_by_merchant")

    def decline(self, gateway_payment_id: str) -> bool:
        if self.fetch(gateway_payment_id).status != "pending":
            return False
        self._move(gateway_payment_id, "pending", status="failed", reason="declined")
        return True

    def refund(self, order: RefundOrder) -> GatewayRefund:
        self._break("down", "refuses")
        if order.id not in self.refunds:
            paid = self.payments[order.gateway_payment_id]
            refunded = (paid.refunded or 0) + order.amount
            if paid.status != "succeeded" or refunded > paid.amount:
                raise GatewayRefusedError("invalid_request", "amount")
            self.change(order.gateway_payment_id, refunded=refunded)
            self.refunds[order.id] = GatewayRefund(str(uuid4()), "succeeded", order.amount)
        self._break("answer_lost")
        return self.refunds[order.id]

    def fetch_refund(self, order: RefundOrder) -> GatewayRefund:
        self._break("down")
        if order.id not in self.refunds:
            raise GatewayRefusedError("not_found", "refund")
        return self.refunds[order.id]

    def parse_webhook(self, request: WebhookRequest) -> Notification | None:
        return yookassa("https://unused.example").parse_webhook(request)

    def acknowledge(self) -> Acknowledgement:
        return Acknowledgement()

    def closing_receipt(self, closing: ClosingReceipt) -> GatewayReceipt:
        self._break("down", "refuses")
        self.receipts[str(closing.id)] = closing
        self._break("answer_lost")
        return GatewayReceipt(str(closing.id), "pending")

    def fetch_receipt(self, receipt_id: str) -> GatewayReceipt:
        self._break("down")
        if receipt_id not in self.receipts:
            raise GatewayRefusedError("not_found", "receipt")
        return GatewayReceipt(receipt_id, "succeeded")

    def receipt_status(self, gateway_payment_id: str, refund: RefundOrder | None = None) -> ReceiptStatus | None:
        return self.fetch_refund(refund).receipt if refund else self.fetch(gateway_payment_id).receipt

    def list_payments(self, since: datetime, until: datetime) -> list[GatewayPayment]:
        self._break("down")
        return list(self.payments.values())

    def change(self, gateway_payment_id: str, **changes: Any) -> None:
        self.payments[gateway_payment_id] = replace(self.payments[gateway_payment_id], **changes)

    def _move(self, gateway_payment_id: str, allowed: str, **changes: Any) -> GatewayPayment:
        self._break("down", "refuses")
        if self.payments[gateway_payment_id].status != allowed:
            raise GatewayRefusedError("invalid_request", "status")
        self.change(gateway_payment_id, **changes)
        self._break("answer_lost")
        return self.payments[gateway_payment_id]

    def _break(self, *faults: str) -> None:
        self.calls += 1
        if self.fault in faults:
            if self.fault == "refuses":
                raise GatewayRefusedError("invalid_request", "payment_method_data")
            raise GatewayUnreachableError("ReadTimeoutError")
