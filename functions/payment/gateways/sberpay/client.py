"""SberPay through Sber's acquiring (https://ecomtest.sberbank.ru/doc): the new gateway and the legacy one.

Registration knows no idempotency key: one orderNumber per payment order, and a second registration of it is refused."""

from datetime import datetime
from functools import cached_property

from core.clock import Clock, SystemClock
from core.secrets import resolve
from core.settings import SettingsError
from payment.gateways.fiscal_words import Receipt, ReceiptStatus, Seller
from payment.gateways.links import captured, require_offered, without_link
from payment.gateways.port import (
    Acknowledgement,
    ClosingReceipt,
    GatewayReceipt,
    GatewayRefusedError,
    GatewayUnreachableError,
    Notification,
    WebhookRequest,
)
from payment.gateways.rsa_signature import PublicKey
from payment.gateways.sberpay import wire
from payment.gateways.sberpay.api import Dialect, SberApi
from payment.gateways.sberpay.ofd import SberOfd
from payment.gateways.sberpay.orders import Orders
from payment.gateways.sberpay.receipts import Platform, Receipts
from payment.gateways.sberpay.refunds import Refunding, outcome, refund_of
from payment.gateways.sberpay.settings import SberPaySettings
from payment.gateways.sberpay.webhooks import parse
from payment.gateways.studio import Studio
from payment.gateways.transport import RetryableError, Transport
from payment.gateways.words import GatewayPayment, GatewayRefund, PaymentOrder, RefundOrder


class SberPay:
    """A shop at Sber; credentials and keys may be references that are resolved on first use."""

    def __init__(
        self,
        transport: Transport,
        credentials: str,
        dialect: Dialect = "new",
        callback_key: str = "",
        callback_public_key: str = "",
        webhook_base: str = "",
        clock: Clock | None = None,
        seller: Seller | None = None,
        taxes: Platform | None = None,
    ) -> None:
        self._http = transport
        self._api = SberApi(transport, credentials, dialect)
        receipts = Receipts(dialect, seller or Seller(), taxes or dialect)
        self._orders = Orders(receipts, webhook_base, is_new=dialect == "new")
        self._ofd = SberOfd(self._api, receipts)
        self._callback_key = callback_key
        self._callback_public_key = callback_public_key
        self._clock = clock or SystemClock()

    def create(self, order: PaymentOrder, *, capture: bool = True, receipt: Receipt | None = None) -> GatewayPayment:
        require_offered(order, SberPaySettings.methods, capture=capture)
        fields = self._orders.registration(order, receipt, self._clock.now())
        name = "register.do" if capture else "registerPreAuth.do"

        def ask() -> GatewayPayment:
            try:
                made = wire.parsed(wire.Registered, self._api.register(name, fields))
            except GatewayRefusedError as error:
                if error.code == wire.SYSTEM_ERROR:
                    raise RetryableError(f"error {error.code}") from error
                if (found := self._api.by_number(order)) is None:
                    raise GatewayUnreachableError("a duplicate that is not to be found") from error
                return without_link(found, self)
            return _created(made, order)

        return self._http.repeated(name, ask)

    def fetch(self, gateway_payment_id: str) -> GatewayPayment:
        return self._http.repeated("status", lambda: self._api.found(gateway_payment_id))

    def find(self, order: PaymentOrder) -> GatewayPayment | None:
        return self._http.repeated("status", lambda: self._api.by_number(order))

    def capture(self, gateway_payment_id: str, amount: int, receipt: Receipt | None = None) -> GatewayPayment:
        """Without a receipt of the capture's own, the order's is registered then; the old platform knows no other."""
        fields = {"orderId": gateway_payment_id, "amount": amount} | self._orders.bundle(receipt, amount)

        def ask() -> GatewayPayment:
            return captured(lambda: self._api.post("deposit.do", fields), lambda: self._api.found(gateway_payment_id))

        return self._http.repeated("deposit.do", ask)

    def cancel(self, gateway_payment_id: str) -> GatewayPayment:
        """The state is read first: what was paid today, the same call would give back."""

        def ask() -> GatewayPayment:
            before = self._api.status(gateway_payment_id)
            if before.order_status not in (wire.HELD, wire.REVERSED):
                raise GatewayRefusedError("not_held", str(before.order_status))
            if before.order_status == wire.HELD:
                self._api.post("reverse.do", {"orderId": gateway_payment_id})
            return self._api.found(gateway_payment_id)

        return self._http.repeated("reverse.do", ask)

    def decline(self, gateway_payment_id: str) -> bool:
        """Only unpaid orders can be; whatever the answer, the status afterwards tells."""

        def ask() -> bool:
            try:
                self._api.send("decline.do", {"orderId": gateway_payment_id})
            except GatewayRefusedError as error:
                if error.code == wire.NOT_FOUND:
                    raise
            return self._api.found(gateway_payment_id).status == "failed"

        return self._http.repeated("decline.do", ask)

    def refund(self, order: RefundOrder) -> GatewayRefund:
        refunding = Refunding(order, self._api, self._orders, self._clock)
        return self._http.repeated("refund.do", refunding.ask)

    def fetch_refund(self, order: RefundOrder) -> GatewayRefund:
        """There are no refunds to ask for, only the order's refunded amount."""
        status = self._http.repeated("status", lambda: self._api.status(order.gateway_payment_id))
        return outcome(order, status, tried=True) or refund_of(order, "pending")

    def parse_webhook(self, request: WebhookRequest) -> Notification | None:
        return parse(request, resolve(self._callback_key), self._public_key)

    def acknowledge(self) -> Acknowledgement:
        """Exactly 200, whatever the body; else Sber comes again thrice."""
        return Acknowledgement()

    def closing_receipt(self, closing: ClosingReceipt) -> GatewayReceipt:
        """Not repeated at once: whether it was issued shows only some minutes later."""
        return self._ofd.close(closing)

    def fetch_receipt(self, receipt_id: str) -> GatewayReceipt | None:
        return self._http.repeated("getReceiptStatus", lambda: self._ofd.fetch(receipt_id))

    def receipt_status(self, gateway_payment_id: str, refund: RefundOrder | None = None) -> ReceiptStatus | None:
        return self._http.repeated("getReceiptStatus", lambda: self._ofd.registration(gateway_payment_id, refund))

    def list_payments(self, since: datetime, until: datetime) -> None:  # noqa: ARG002 - no such call
        return None

    @cached_property
    def _public_key(self) -> PublicKey | None:
        pem = resolve(self._callback_public_key).replace("\\n", "\n")
        try:
            return PublicKey.from_pem(pem) if pem else None
        except ValueError as error:
            raise SettingsError(f"Sber's public key: {error}") from error


def _created(made: wire.Registered, order: PaymentOrder) -> GatewayPayment:
    return GatewayPayment(
        id=made.order_id,
        status="pending",
        amount=order.amount,
        currency="RUB",
        attempt_id=str(order.id),
        confirmation_url=made.form_url,
        sbp_payload=made.external_params.sbp_payload if made.external_params else None,
    )


def connect(settings: SberPaySettings, studio: Studio) -> SberPay:
    """The shop of these settings."""
    # The new gateway's callbacks have no checksum: with a key, all of them would pass for forged.
    callback_key = settings.callback_key if settings.dialect == "legacy" else ""
    return SberPay(
        Transport("sberpay", settings.route),
        settings.credentials,
        settings.dialect,
        callback_key,
        settings.callback_public_key,
        studio.webhook_base_url,
        seller=studio.seller,
        taxes=None if settings.tax_numbers == "dialect" else settings.tax_numbers,
    )
