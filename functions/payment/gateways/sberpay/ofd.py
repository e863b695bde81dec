"""Sber's receipts beside the order's own: the one that closes a prepayment, and how registrations go.

The new gateway has `doReceipt` and `getReceiptStatus` (API 1.0.7, Fiscalization services), the platform before it
`closeOfdReceipt.do` and nothing to ask. None of them has a key: what was issued is looked for before it is issued."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from payment.gateways.fiscal_words import ReceiptStatus
from payment.gateways.port import ClosingReceipt, GatewayFaultError, GatewayReceipt, GatewayRefusedError
from payment.gateways.sberpay import wire
from payment.gateways.sberpay.api import SberApi
from payment.gateways.sberpay.receipts import PREPAID, Receipts, customer
from payment.gateways.transport import RetryableError
from payment.gateways.words import RefundOrder

SALE, RETURN = "SELL", "SELL_REFUND"
# What became of an order's receipts is listed a few minutes later; until then nothing follows from a list.
LISTED_AFTER = timedelta(minutes=15)
# In the place of a receipt's id, where the answer had none: the order's, whose receipts can be listed.
BY_ORDER = "order-"
REGISTERED = 3
LOST = frozenset({4, 5, 6})


class _Model(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, coerce_numbers_to_str=True)


class _Payload(_Model):
    total: Annotated[float, Field(ge=0)] | None = None


class Listed(_Model):
    """One receipt of an order; `operation_type` names the movement of money that it belongs to, if it does."""

    receipt_id: str | None = None
    operation_type: str | None = None
    receipt_type: str | None = None
    receipt_status: int | None = None
    payload: _Payload | None = None

    def is_of(self, kind: str) -> bool:
        return (self.receipt_type or "").upper() == kind

    @property
    def status(self) -> ReceiptStatus:
        if self.receipt_status == REGISTERED:
            return "succeeded"
        return "canceled" if self.receipt_status in LOST else "pending"


class _Receipts(_Model):
    """The answer to getReceiptStatus."""

    receipts: list[Listed] = []


class _Made(_Model):
    """The answer to doReceipt; of a refusal it may have nothing but words."""

    order_id: str | None = None
    receipt_id: str | None = None
    message: str | None = None


class SberOfd:
    """The receipts of one shop's orders."""

    def __init__(self, api: SberApi, receipts: Receipts) -> None:
        self._api = api
        self._receipts = receipts

    def close(self, closing: ClosingReceipt) -> GatewayReceipt:
        """`GatewayRefusedError` rather than issue it twice, `RetryableError` until that can be told."""
        if self._api.dialect == "legacy":
            return self._close_blindly(closing)
        listed = settlements(self._listed(orderId=closing.gateway_payment_id))
        done = [receipt for receipt in listed if receipt.receipt_id not in closing.others]
        if issued := next((receipt for receipt in done if receipt.status != "canceled"), None):
            return _named(issued, closing.gateway_payment_id)
        if closing.tried and not done and closing.age < LISTED_AFTER:
            raise RetryableError("what an earlier call came to is not listed yet")
        fields = self._fields(closing) | {"orderId": closing.gateway_payment_id}
        if done and done[-1].receipt_id:
            # It takes the place of the one that could not be registered.
            fields["receiptId"] = done[-1].receipt_id
        made = wire.parsed(_Made, self._api.receipts("doReceipt", fields))
        if not (made.order_id or made.receipt_id):
            raise GatewayFaultError("no_receipt", made.message or "")
        return GatewayReceipt(made.receipt_id or BY_ORDER + closing.gateway_payment_id, "pending")

    def fetch(self, receipt_id: str) -> GatewayReceipt | None:
        if self._api.dialect == "legacy" or not receipt_id:
            return None
        if receipt_id.startswith(BY_ORDER):
            done = settlements(self._listed(orderId=receipt_id.removeprefix(BY_ORDER)))
            return _named(done[-1], receipt_id.removeprefix(BY_ORDER)) if done else None
        listed = self._listed(receiptId=receipt_id)
        return GatewayReceipt(receipt_id, listed[-1].status) if listed else None

    def registration(self, order_id: str, refund: RefundOrder | None) -> ReceiptStatus | None:
        """Of the order's own receipt, or of a refund's: they are told apart by their sums alone."""
        if self._api.dialect == "legacy":
            return None
        listed = self._listed(orderId=order_id)
        if refund is None:
            own = sales(listed)
            return own[0].status if own else None
        back = [receipt for receipt in listed if receipt.is_of(RETURN)]
        same = [receipt for receipt in back if receipt.payload and receipt.payload.total == refund.amount]
        if any(receipt.status == "succeeded" for receipt in same):
            return "succeeded"
        # Once it has succeeded, what went back before it counts it too.
        if len(back) == 1 and refund.refunded_before <= refund.amount:
            return back[0].status
        return "pending" if back else None

    def _close_blindly(self, closing: ClosingReceipt) -> GatewayReceipt:
        if closing.tried:
            raise GatewayRefusedError("receipt_uncertain")
        fields = {"mdOrder": closing.gateway_payment_id, "amount": closing.receipt.total}
        self._api.post("closeOfdReceipt.do", fields | self._fields(closing))
        return GatewayReceipt(str(closing.id), "pending")

    def _fields(self, closing: ClosingReceipt) -> dict[str, Any]:
        beside = customer(closing.receipt) if self._api.dialect == "new" else {}
        return {"orderBundle": self._receipts.bundle(closing.receipt, "SELL", PREPAID)} | beside

    def _listed(self, **which: str) -> Sequence[Listed]:
        """None of an order that has none: error 6 says so as well."""
        try:
            return wire.parsed(_Receipts, self._api.receipts("getReceiptStatus", which)).receipts
        except GatewayRefusedError as error:
            if error.code == wire.NOT_FOUND:
                return []
            raise


def sales(listed: Sequence[Listed]) -> list[Listed]:
    """The receipts that went along with money that came."""
    sold = [receipt for receipt in listed if receipt.is_of(SALE)]
    return [receipt for receipt in sold if receipt.operation_type] or sold[:1]


def settlements(listed: Sequence[Listed]) -> list[Listed]:
    """The sales that no money came with."""
    own = sales(listed)
    return [receipt for receipt in listed if receipt.is_of(SALE) and receipt not in own]


def _named(receipt: Listed, order_id: str) -> GatewayReceipt:
    return GatewayReceipt(receipt.receipt_id or BY_ORDER + order_id, receipt.status)
