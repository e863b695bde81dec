"""T-Kassa, API v2 (https://www.tbank.ru/kassa/dev/payments).

Creation knows no idempotency key: one OrderId per attempt, and a look at the order before any repeat."""

from datetime import datetime, timedelta, timezone
from typing import Any, Self

from core.clock import Clock, SystemClock
from core.observability import logger
from payment.domain import Attempt
from payment.domain_gateway import GatewayPayment, GatewayRefund, GatewayStatus, RefundOrder
from payment.domain_receipts import FfdVersion, Receipt
from payment.providers import tkassa_wire as wire
from payment.providers.base import (
    Acknowledgement,
    ClosingReceipt,
    GatewayFaultError,
    GatewayReceipt,
    GatewayRefusedError,
    GatewayUnreachableError,
    LinkLostError,
    MethodNotOfferedError,
    Notification,
    NotYetError,
    RequestNeverSentError,
    WebhookRequest,
)
from payment.providers.http import RetryableError, Route, Transport
from payment.providers.tkassa_api import Api
from payment.providers.tkassa_receipts import closing as closing_fields
from payment.providers.tkassa_receipts import rendered
from payment.providers.tkassa_refunds import Refunding
from payment.providers.tkassa_webhooks import parse
from payment.settings import PaymentSettings, webhook_address
from shared_schemas.payment import PaymentMethod

MOSCOW = timezone(timedelta(hours=3))
# The gateway's own limit is a minute; the request takes a little of it.
SHORTEST_LINK = timedelta(seconds=70)
MAX_DESCRIPTION = 140
# The form offers all that the terminal has; none can be picked beforehand.
METHODS: frozenset[PaymentMethod] = frozenset({"bank_card", "sbp", "tpay"})
CONFIRMED = "CONFIRMED"
# What the studio's own till must issue.
CLOSED_BY_REFUND = "closing_after_refund"
BEST_FIRST: tuple[GatewayStatus, ...] = ("succeeded", "held", "pending", "failed")


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

    @classmethod
    def configured(cls, settings: PaymentSettings) -> Self | None:
        """The terminal of the settings, if they name one."""
        if not settings.tkassa_credentials:
            return None
        route = Route(settings.tkassa_base_url, settings.tkassa_ca_bundle, settings.tkassa_proxy)
        base, ffd = settings.webhook_base_url, settings.receipt_ffd_version
        omits = settings.receipt_of_whole == "omit"
        return cls(Transport("tkassa", route), settings.tkassa_credentials, base, ffd=ffd, omits=omits)

    def create(self, attempt: Attempt, *, capture: bool = True, receipt: Receipt | None = None) -> GatewayPayment:
        if attempt.method and (attempt.method not in METHODS or (attempt.method == "sbp" and not capture)):
            raise MethodNotOfferedError(attempt.method)
        fields = self._order(attempt, capture, receipt)
        maybe_made = False

        def ask() -> GatewayPayment:
            nonlocal maybe_made
            if maybe_made and (found := self._find(attempt)):
                return self._without_link(found)
            maybe_made = True
            try:
                return wire.parsed(wire.Payment, self._api.post("/v2/Init", fields)).found(str(attempt.id))
            except GatewayRefusedError as error:
                if error.code in wire.DUPLICATE and (found := self._find(attempt)):
                    return self._without_link(found)
                raise

        created = self._api.repeated("Init", ask)
        return self._with_qr(created) if attempt.method == "sbp" else created

    def fetch(self, gateway_payment_id: str) -> GatewayPayment:
        return self._api.repeated("GetState", lambda: self._api.state(gateway_payment_id)).found()

    def find(self, attempt: Attempt) -> GatewayPayment | None:
        return self._api.repeated("CheckOrder", lambda: self._find(attempt))

    def capture(self, gateway_payment_id: str, amount: int, receipt: Receipt | None = None) -> GatewayPayment:
        fields: dict[str, Any] = {"PaymentId": gateway_payment_id, "Amount": amount}
        fields |= self._receipt(None if self._omits else receipt, amount)

        def ask() -> GatewayPayment:
            try:
                self._api.post("/v2/Confirm", fields)
            except GatewayRefusedError:
                # An earlier call, whose answer was lost, may have done it.
                if (found := self._api.state(gateway_payment_id).found()).status != "succeeded":
                    raise
                return found
            return self._api.state(gateway_payment_id).found()

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
        """Not repeated: the call has no key, and what became of it is told by nothing but a notification."""
        if closing.tried:
            raise GatewayRefusedError("receipt_uncertain")
        self._require_confirmed(closing.gateway_payment_id)
        fields = {"PaymentId": closing.gateway_payment_id, "Receipt": closing_fields(closing.receipt, self._ffd)}
        self._api.post("/cashbox/SendClosingReceipt", fields)
        return GatewayReceipt(str(closing.id), "pending")

    def fetch_receipt(self, receipt_id: str) -> GatewayReceipt | None:  # noqa: ARG002 - no such call
        return None

    def receipt_status(self, gateway_payment_id: str, refund: RefundOrder | None = None) -> None:
        """Nothing but a notification tells of it."""

    def list_payments(self, since: datetime, until: datetime) -> None:  # noqa: ARG002 - no such call
        return None

    def _require_confirmed(self, gateway_payment_id: str) -> None:
        """A closing receipt is taken in this state alone (OpenAPI 1.80), and a refund of a part ends it for good."""
        try:
            status = self._api.repeated("GetState", lambda: self._api.state(gateway_payment_id)).status
        except GatewayFaultError:
            raise
        except GatewayUnreachableError as error:
            raise RequestNeverSentError(str(error)) from error
        if status in wire.REFUND_UNDER_WAY:
            raise NotYetError(status)
        if status != CONFIRMED:
            raise GatewayRefusedError(CLOSED_BY_REFUND, status)

    def _order(self, attempt: Attempt, capture: bool, receipt: Receipt | None) -> dict[str, Any]:
        due = max(attempt.expires_at, self._clock.now() + SHORTEST_LINK).astimezone(MOSCOW)
        fields: dict[str, Any] = {
            "Amount": attempt.amount.amount,
            "OrderId": str(attempt.id),
            "Description": f"Бронирование {attempt.booking_number}"[:MAX_DESCRIPTION],
            "PayType": "O" if capture else "T",
            "Language": "ru",
            "SuccessURL": attempt.return_url,
            "FailURL": attempt.return_url,
            "RedirectDueDate": due.isoformat(timespec="seconds"),
        }
        if address := webhook_address(self._webhook_base, "tkassa"):
            fields["NotificationURL"] = address
        return fields | self._receipt(receipt, attempt.amount.amount)

    def _find(self, attempt: Attempt) -> GatewayPayment | None:
        """The payment that got furthest, should the terminal allow several under one order."""
        try:
            order = wire.parsed(wire.Order, self._api.post("/v2/CheckOrder", {"OrderId": str(attempt.id)}))
        except GatewayRefusedError as error:
            if error.code in wire.NOT_FOUND:
                return None
            raise
        found = [payment.found(str(attempt.id)) for payment in order.payments]
        return min(found, key=lambda payment: BEST_FIRST.index(payment.status), default=None)

    def _without_link(self, found: GatewayPayment) -> GatewayPayment:
        """The form's address is told once only. What nobody can pay is killed, so that a new attempt may begin."""
        if found.status != "pending":
            return found
        if self.decline(found.id):
            raise LinkLostError
        return self.fetch(found.id)

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
