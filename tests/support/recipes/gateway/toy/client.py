"""ToyPay: a payment is made and asked for, and that is all."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from payment.gateways.configuration import GatewaySettings
from payment.gateways.credentials import pick, read_credentials
from payment.gateways.fiscal_words import Receipt, ReceiptStatus
from payment.gateways.port import (
    Acknowledgement,
    ClosingReceipt,
    GatewayReceipt,
    GatewayRefusedError,
    GatewayUnreachableError,
    Notification,
    WebhookMalformedError,
    WebhookRequest,
)
from payment.gateways.studio import Studio
from payment.gateways.transport import Transport
from payment.gateways.words import GatewayPayment, GatewayRefund, PaymentOrder, RefundOrder


class Paid(BaseModel):
    """A payment in ToyPay's words."""

    id: str
    order: str
    status: Literal["pending", "succeeded", "failed"]
    amount: int
    url: str

    def found(self) -> GatewayPayment:
        return GatewayPayment(self.id, self.status, self.amount, "RUB", self.order, self.url)


class Notice(BaseModel):
    """What its webhooks say."""

    payment: str
    order: str
    status: str


class ToyPay:
    """A shop at ToyPay, which knows neither holds nor refunds nor receipts."""

    def __init__(self, transport: Transport, credentials: str) -> None:
        self._http = transport
        self._credentials = credentials

    def create(self, order: PaymentOrder, *, capture: bool = True, receipt: Receipt | None = None) -> GatewayPayment:  # noqa: ARG002
        body = {"order": str(order.id), "amount": order.amount, "return_url": order.return_url}
        return self._http.repeated("create", lambda: self._ask("POST", "/payments", body))

    def fetch(self, gateway_payment_id: str) -> GatewayPayment:
        return self._http.repeated("fetch", lambda: self._ask("GET", f"/payments/{gateway_payment_id}"))

    def find(self, order: PaymentOrder) -> GatewayPayment | None:  # noqa: ARG002 - no such call
        return None

    def capture(self, gateway_payment_id: str, amount: int, receipt: Receipt | None = None) -> GatewayPayment:  # noqa: ARG002
        raise GatewayRefusedError("no_holds")

    def cancel(self, gateway_payment_id: str) -> GatewayPayment:  # noqa: ARG002 - no such call
        raise GatewayRefusedError("not_held")

    def decline(self, gateway_payment_id: str) -> bool:  # noqa: ARG002 - no such call
        return False

    def refund(self, order: RefundOrder) -> GatewayRefund:  # noqa: ARG002 - no such call
        raise GatewayRefusedError("no_refunds")

    def fetch_refund(self, order: RefundOrder) -> GatewayRefund:  # noqa: ARG002 - no such call
        raise GatewayRefusedError("not_found")

    def parse_webhook(self, request: WebhookRequest) -> Notification:
        try:
            told = Notice.model_validate_json(request.body)
        except ValidationError as error:
            raise WebhookMalformedError("not a notification of ToyPay") from error
        return Notification(told.status, told.payment, told.status, told.payment, told.order)

    def acknowledge(self) -> Acknowledgement:
        return Acknowledgement("thanks")

    def closing_receipt(self, closing: ClosingReceipt) -> GatewayReceipt | None:  # noqa: ARG002 - no such call
        return None

    def fetch_receipt(self, receipt_id: str) -> GatewayReceipt | None:  # noqa: ARG002 - no such call
        return None

    def receipt_status(self, gateway_payment_id: str, refund: RefundOrder | None = None) -> ReceiptStatus | None:  # noqa: ARG002
        return None

    def list_payments(self, since: datetime, until: datetime) -> list[GatewayPayment] | None:  # noqa: ARG002
        return None

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> GatewayPayment:
        (key,) = pick("ToyPay", read_credentials("ToyPay", self._credentials), "key")
        answer = self._http.send(method, path, headers={"Authorization": key}, json=body)
        if answer.status != 200:
            raise GatewayRefusedError(str(answer.status))
        try:
            return Paid.model_validate_json(answer.body).found()
        except ValidationError as error:
            raise GatewayUnreachableError("an unusable answer") from error


def connect(settings: GatewaySettings, studio: Studio) -> ToyPay:
    """The shop of these settings."""
    return ToyPay(Transport("toypay", settings.route), settings.credentials)
