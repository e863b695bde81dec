"""SberPay through Sber's acquiring (https://ecomtest.sberbank.ru/doc): the new gateway and the legacy one.

Registration knows no idempotency key: one orderNumber per attempt, and a second registration of it is refused."""

from datetime import datetime, timedelta, timezone
from functools import cached_property
from typing import Any, Self

from core.clock import Clock, SystemClock
from core.secrets import resolve
from core.settings import SettingsError
from payment.domain import Attempt
from payment.domain_gateway import GatewayPayment, GatewayRefund, RefundOrder
from payment.domain_receipts import Receipt, ReceiptStatus, Seller
from payment.providers import sber_wire as wire
from payment.providers.base import (
    Acknowledgement,
    ClosingReceipt,
    GatewayReceipt,
    GatewayRefusedError,
    GatewayUnreachableError,
    LinkLostError,
    MethodNotOfferedError,
    Notification,
    WebhookRequest,
)
from payment.providers.http import RetryableError, Route, Transport
from payment.providers.rsa_signature import PublicKey
from payment.providers.sber_api import Dialect, SberApi
from payment.providers.sber_ofd import SberOfd
from payment.providers.sber_receipts import Platform, Receipts, ReceiptType, customer
from payment.providers.sber_refunds import outcome, refund_of
from payment.providers.sber_text import in_ascii
from payment.providers.sber_webhooks import parse
from payment.settings import PaymentSettings, webhook_address
from shared_schemas.payment import PaymentMethod

MOSCOW = timezone(timedelta(hours=3))
SHORTEST_LINK = timedelta(seconds=70)
MAX_DESCRIPTION = 99
# Cards and SberPay share the form; SBP is asked for.
METHODS: frozenset[PaymentMethod] = frozenset({"bank_card", "sberpay", "sbp"})
SBP_PARAMETERS = {"qrType": "DYNAMIC_QR_SBP", "sbp.scenario": "C2B"}


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
        self._receipts = Receipts(dialect, seller or Seller(), taxes or dialect)
        self._ofd = SberOfd(self._api, self._receipts)
        self._callback_key = callback_key
        self._callback_public_key = callback_public_key
        self._webhook_base = webhook_base
        self._clock = clock or SystemClock()

    @classmethod
    def configured(cls, settings: PaymentSettings) -> Self | None:
        """The shop of the settings, if they name one."""
        if not settings.sberpay_credentials:
            return None
        route = Route(settings.sberpay_base_url, settings.sberpay_ca_bundle, settings.sberpay_proxy)
        # The new gateway's callbacks have no checksum: with a key, all of them would pass for forged.
        callback_key = settings.sberpay_callback_key if settings.sberpay_dialect == "legacy" else ""
        return cls(
            Transport("sberpay", route),
            settings.sberpay_credentials,
            settings.sberpay_dialect,
            callback_key,
            settings.sberpay_callback_public_key,
            settings.webhook_base_url,
            seller=settings.seller,
            taxes=None if settings.sberpay_tax_numbers == "dialect" else settings.sberpay_tax_numbers,
        )

    def create(self, attempt: Attempt, *, capture: bool = True, receipt: Receipt | None = None) -> GatewayPayment:
        if attempt.method and (attempt.method not in METHODS or (attempt.method == "sbp" and not capture)):
            raise MethodNotOfferedError(attempt.method)
        fields = self._order(attempt, receipt)
        name = "register.do" if capture else "registerPreAuth.do"

        def ask() -> GatewayPayment:
            try:
                made = wire.parsed(wire.Registered, self._api.register(name, fields))
            except GatewayRefusedError as error:
                if error.code == wire.SYSTEM_ERROR:
                    raise RetryableError(f"error {error.code}") from error
                return self._without_link(attempt)
            return _created(made, attempt)

        return self._http.repeated(name, ask)

    def fetch(self, gateway_payment_id: str) -> GatewayPayment:
        return self._http.repeated("status", lambda: self._api.found(gateway_payment_id))

    def find(self, attempt: Attempt) -> GatewayPayment | None:
        return self._http.repeated("status", lambda: self._api.by_number(attempt))

    def capture(self, gateway_payment_id: str, amount: int, receipt: Receipt | None = None) -> GatewayPayment:
        """Without a receipt of the capture's own, the order's is registered then; the old platform knows no other."""
        fields = {"orderId": gateway_payment_id, "amount": amount} | self._bundle(receipt, amount)

        def ask() -> GatewayPayment:
            try:
                self._api.post("deposit.do", fields)
            except GatewayRefusedError:
                # An earlier call, whose answer was lost, may have done it.
                if (found := self._api.found(gateway_payment_id)).status != "succeeded":
                    raise
                return found
            return self._api.found(gateway_payment_id)

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
        """Reversed on the day it was paid, where it is whole, else refunded; the status afterwards tells what came
        of it, and is read before any repeat."""
        if order.receipt:
            order.receipt.require_total(order.amount)
        tried = order.tried

        def ask() -> GatewayRefund:
            nonlocal tried
            before = self._api.status(order.gateway_payment_id)
            if done := outcome(order, before, tried):
                return done
            tried = True
            try:
                self._give_back(order, before)
            except GatewayRefusedError:
                if done := outcome(order, self._api.status(order.gateway_payment_id), tried):
                    return done
                raise
            return outcome(order, self._api.status(order.gateway_payment_id), tried) or refund_of(order, "pending")

        return self._http.repeated("refund.do", ask)

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

    def _order(self, attempt: Attempt, receipt: Receipt | None) -> dict[str, Any]:
        expires = max(attempt.expires_at, self._clock.now() + SHORTEST_LINK).astimezone(MOSCOW)
        fields: dict[str, Any] = {
            "orderNumber": attempt.id.hex,
            "amount": attempt.amount.amount,
            "currency": "643",
            "returnUrl": in_ascii(attempt.return_url),
            "failUrl": in_ascii(attempt.return_url),
            "description": f"Бронирование {attempt.booking_number}"[:MAX_DESCRIPTION],
            "expirationDate": expires.strftime("%Y-%m-%dT%H:%M:%S"),
        }
        if attempt.method == "sbp":
            fields["jsonParams"] = SBP_PARAMETERS
        if address := webhook_address(self._webhook_base, "sberpay"):
            fields["dynamicCallbackUrl"] = address
        if receipt:
            receipt.require_total(attempt.amount.amount)
            fields["orderBundle"] = self._receipts.bundle(receipt)
            if self._api.dialect == "new":
                fields |= customer(receipt)
        return fields

    def _bundle(self, receipt: Receipt | None, amount: int, kind: ReceiptType = "SELL") -> dict[str, Any]:
        """The receipt of a movement of money, for the new gateway alone."""
        if receipt is None:
            return {}
        receipt.require_total(amount)
        return {"orderBundle": self._receipts.bundle(receipt, kind)} if self._api.dialect == "new" else {}

    def _without_link(self, attempt: Attempt) -> GatewayPayment:
        """The form's address is told once only. What nobody can pay is killed, so that a new attempt may begin."""
        found = self._api.by_number(attempt)
        if found is None:
            raise GatewayUnreachableError("a duplicate that is not to be found")
        if found.status == "pending" and self.decline(found.id):
            raise LinkLostError
        return self._api.found(found.id)

    def _give_back(self, order: RefundOrder, before: wire.Order) -> None:
        """A reversal costs no commission, but works on the same day only, and once."""
        bundle = self._bundle(order.receipt, order.amount, "SELL_REFUND")
        if order.is_whole and self._is_today(before.deposited_at):
            try:
                self._api.post("reverse.do", {"orderId": order.gateway_payment_id} | bundle)
                return
            except GatewayRefusedError as error:
                if error.code != wire.SYSTEM_ERROR:
                    raise
        parameters = {"externalRefundId": str(order.id)}
        fields = {"orderId": order.gateway_payment_id, "amount": order.amount, "jsonParams": parameters} | bundle
        if order.receipt and not bundle:
            fields["refundItems"] = self._receipts.returned(order.receipt)
        self._api.post("refund.do", fields)

    def _is_today(self, moment: datetime | None) -> bool:
        return moment is not None and moment.astimezone(MOSCOW).date() == self._clock.now().astimezone(MOSCOW).date()


def _created(made: wire.Registered, attempt: Attempt) -> GatewayPayment:
    return GatewayPayment(
        id=made.order_id,
        status="pending",
        amount=attempt.amount.amount,
        currency="RUB",
        attempt_id=str(attempt.id),
        confirmation_url=made.form_url,
        sbp_payload=made.external_params.sbp_payload if made.external_params else None,
    )
