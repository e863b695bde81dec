"""What Sber is told of an order, and of each movement of its money."""

from datetime import datetime
from typing import Any

from payment.gateways.fiscal_words import Receipt
from payment.gateways.links import end_of
from payment.gateways.sberpay.receipts import Receipts, ReceiptType, customer
from payment.gateways.sberpay.text import in_ascii
from payment.gateways.studio import webhook_address
from payment.gateways.words import PaymentOrder

MAX_DESCRIPTION = 99
SBP_PARAMETERS = {"qrType": "DYNAMIC_QR_SBP", "sbp.scenario": "C2B"}


class Orders:
    """The fields of requests, with their receipts; `is_new` is the gateway of today."""

    def __init__(self, receipts: Receipts, webhook_base: str, *, is_new: bool) -> None:
        self._receipts = receipts
        self._webhook_base = webhook_base
        self._is_new = is_new

    def registration(self, order: PaymentOrder, receipt: Receipt | None, now: datetime) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "orderNumber": order.id.hex,
            "amount": order.amount,
            "currency": "643",
            "returnUrl": in_ascii(order.return_url),
            "failUrl": in_ascii(order.return_url),
            "description": order.description[:MAX_DESCRIPTION],
            "expirationDate": end_of(order, now).strftime("%Y-%m-%dT%H:%M:%S"),
        }
        if order.method == "sbp":
            fields["jsonParams"] = SBP_PARAMETERS
        if address := webhook_address(self._webhook_base, "sberpay"):
            fields["dynamicCallbackUrl"] = address
        if receipt:
            receipt.require_total(order.amount)
            fields["orderBundle"] = self._receipts.bundle(receipt)
            if self._is_new:
                fields |= customer(receipt)
        return fields

    def bundle(self, receipt: Receipt | None, amount: int, kind: ReceiptType = "SELL") -> dict[str, Any]:
        """The receipt of a movement of money, for the new gateway alone."""
        if receipt is None:
            return {}
        receipt.require_total(amount)
        return {"orderBundle": self._receipts.bundle(receipt, kind)} if self._is_new else {}

    def returned(self, receipt: Receipt | None) -> dict[str, Any]:
        """What goes back, for the platform before it."""
        return {} if receipt is None or self._is_new else {"refundItems": self._receipts.returned(receipt)}
