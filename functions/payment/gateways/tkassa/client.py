"""T-Kassa, API v2 (https://www.tbank.ru/kassa/dev/payments).

Creation knows no idempotency key: one OrderId per payment order, and a look at the order before any repeat."""

from datetime import datetime
from typing import Any

from core.clock import Clock, SystemClock
from core.observability import logger
from payment.gateways.fiscal_words import FfdVersion, Receipt
from payment.gateways.links import captured, end_of, require_offered, without_link
from payment.gateways.port import (
    Acknowledgement,
    ClosingReceipt,
    GatewayReceipt,
    GatewayRefusedError,
    GatewayUnreachableError,
    Notification,
    WebhookRequest,
)
from payment.gateways.studio import Studio, webhook_address
from payment.gateways.tkassa import wire
from payment.gateways.tkassa.api import Api
from payment.gateways.tkassa.closing import close
from payment.gateways.tkassa.receipts import rendered
from payment.gateways.tkassa.refunds import Refunding
from payment.gateways.tkassa.settings import TKassaSettings
from payment.gateways.tkassa.webhooks import parse
from payment.gateways.transport import RetryableError, Transport
from payment.gateways.words import GatewayPayment, GatewayRefund, PaymentOrder, RefundOrder

MAX_DESCRIPTION = 140


class TKassa:
    """A terminal at T-Kassa; `credentials` is JSON, or a reference to it that is resolved on first use.

    `omits`: what is captured, and what goes back whole as it came, takes no receipt along."""

    def __init__(
        self,
        transport: Transport,
        credentials: str,
        webhook_base: str = "",
        clock: Clock | None = None,
        ffd: FfdVersion = "1.05",
        *,
        omits: bool = False,
    ) -> None:
        self._api = Api(transport, credentials)
        self._webhook_base = webhook_base
        self._clock = clock or SystemClock()
        self._ffd = ffd
        self._omits = omits

    def create(self, order: PaymentOrder, *, capture: bool = True, receipt: Receipt | None = None) -> GatewayPayment:
        require_offered(order, TKassaSettings.methods, capture=capture)
        fields = self._order(order, capture, receipt)
        maybe_made = False

        def ask() -> GatewayPayment:
            nonlocal maybe_made
            if maybe_made and (found := self._api.by_order(order)):
                return without_link(found, self)
            maybe_made = True
            try:
                return wire.parsed(wire.Payment, self._api.post("/v2/Init", fields)).found(str(order.id))
            except GatewayRefusedError as error:
                if error.code in wire.DUPLICATE and (found := self._api.by_order(order)):
                    return without_link(found, self)
                raise

        created = self._api.repeated("Init", ask)
        return self._with_qr(created) if order.method == "sbp" else created

    def fetch(self, gateway_payment_id: str) -> GatewayPayment:
        return self._api.repeated("GetState", lambda: self._api.state(gateway_payment_id)).found()

    def find(self, order: PaymentOrder) -> GatewayPayment | None:
        return self._api.repeated("CheckOrder", lambda: self._api.by_order(order))

    def capture(self, gateway_payment_id: str, amount: int, receipt: Receipt | None = None) -> GatewayPayment:
        fields: dict[str, Any] = {"PaymentId": gateway_payment_id, "Amount": amount}
        fields |= self._receipt(None if self._omits else receipt, amount)

        def ask() -> GatewayPayment:
            return captured(
                lambda: self._api.post("/v2/Confirm", fields), lambda: self._api.state(gateway_payment_id).found()
            )

        return self._api.repeated("Confirm", ask)

    def cancel(self, gateway_payment_id: str) -> GatewayPayment:
        """The state is read first: of a confirmed payment the same call would be a refund."""

        def ask() -> GatewayPayment:
            before = self._api.state(gateway_payment_id)
            if before.status == "REVERSED":
                return before.found()
            if before.status != "AUTHORIZED":
                raise GatewayRefusedError("not_held", before.status)
            self._api.cancel(gateway_payment_id, ExternalRequestId=f"cancel-{gateway_payment_id}")
            return self._api.state(gateway_payment_id).found()

        return self._api.repeated("Cancel", ask)

    def decline(self, gateway_payment_id: str) -> bool:
        """The state is read first, for the same reason. Who pays in between gets the money back by this very call."""

        def ask() -> bool:
            before = self._api.state(gateway_payment_id)
            if before.status not in wire.UNPAID:
                return before.found().status == "failed"
            try:
                return self._api.cancel(gateway_payment_id).status == "CANCELED"
            except GatewayRefusedError as error:
                logger.info("T-Kassa keeps a link alive", status=before.status, code=error.code)
                return False

        return self._api.repeated("Cancel", ask)

    def refund(self, order: RefundOrder) -> GatewayRefund:
        fields = {"Amount": order.amount, "ExternalRequestId": str(order.id)}
        fields |= self._receipt(None if order.as_paid and self._omits else order.receipt, order.amount)
        before = self._api.repeated("GetState", lambda: self._api.state(order.gateway_payment_id))
        refunding = Refunding(order, before.method)
        if done := refunding.already_done(before.status, tried=order.tried):
            return done
        try:
            return refunding.carried_out(self._api.cancel(order.gateway_payment_id, **fields))
        except RetryableError:
            # Never sent twice at once: where SBP took the money, a repeat is another refund.
            if done := refunding.already_done(self._api.state(order.gateway_payment_id).status, tried=True):
                return done
            raise

    def fetch_refund(self, order: RefundOrder) -> GatewayRefund:
        """There are no refunds to ask for, only the payment's state."""
        state = self._api.repeated("GetState", lambda: self._api.state(order.gateway_payment_id))
        return Refunding(order, state.method).outcome(state.status)

    def parse_webhook(self, request: WebhookRequest) -> Notification | None:
        return parse(request, *self._api.terminal())

    def acknowledge(self) -> Acknowledgement:
        """Anything but exactly this is delivered again for a day."""
        return Acknowledgement("OK")

    def closing_receipt(self, closing: ClosingReceipt) -> GatewayReceipt:
        return close(closing, self._api, self._ffd)

    def fetch_receipt(self, receipt_id: str) -> GatewayReceipt | None:  # noqa: ARG002 - no such call
        return None

    def receipt_status(self, gateway_payment_id: str, refund: RefundOrder | None = None) -> None:
        """Nothing but a notification tells of it."""

    def list_payments(self, since: datetime, until: datetime) -> None:  # noqa: ARG002 - no such call
        return None

    def _order(self, order: PaymentOrder, capture: bool, receipt: Receipt | None) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "Amount": order.amount,
            "OrderId": str(order.id),
            "Description": order.description[:MAX_DESCRIPTION],
            "PayType": "O" if capture else "T",
            "Language": "ru",
            "SuccessURL": order.return_url,
            "FailURL": order.return_url,
            "RedirectDueDate": end_of(order, self._clock.now()).isoformat(timespec="seconds"),
        }
        if address := webhook_address(self._webhook_base, "tkassa"):
            fields["NotificationURL"] = address
        return fields | self._receipt(receipt, order.amount)

    def _with_qr(self, created: GatewayPayment) -> GatewayPayment:
        """Without the code the payment stands all the same: the form offers SBP too."""
        fields = {"PaymentId": created.id, "DataType": "PAYLOAD"}
        try:
            qr = wire.parsed(wire.Qr, self._api.repeated("GetQr", lambda: self._api.post("/v2/GetQr", fields)))
        except (GatewayUnreachableError, GatewayRefusedError) as error:
            logger.warning("T-Kassa gives no SBP code", why=str(error))
            return created
        return GatewayPayment(**(vars(created) | {"sbp_payload": qr.data}))

    def _receipt(self, receipt: Receipt | None, amount: int) -> dict[str, Any]:
        if receipt is None:
            return {}
        receipt.require_total(amount)
        return {"Receipt": rendered(receipt, self._ffd)}


def connect(settings: TKassaSettings, studio: Studio) -> TKassa:
    """The terminal of these settings."""
    return TKassa(
        Transport("tkassa", settings.route),
        settings.credentials,
        studio.webhook_base_url,
        ffd=studio.seller.ffd,
        omits=studio.omits_receipts,
    )
