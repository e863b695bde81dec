"""Calls of T-Kassa's API v2: each is signed; only the caller decides whether it may be repeated."""

from collections.abc import Callable
from typing import Any, TypeVar

from payment.gateways.credentials import pick, read_credentials
from payment.gateways.port import GatewayRefusedError, GatewayUnreachableError
from payment.gateways.tkassa import wire
from payment.gateways.tkassa.token import token
from payment.gateways.transport import Transport
from payment.gateways.words import GatewayPayment, GatewayStatus, PaymentOrder

T = TypeVar("T")
BEST_FIRST: tuple[GatewayStatus, ...] = ("succeeded", "held", "pending", "failed")


class Api:
    """One terminal; `credentials` is JSON, or a reference to it that is resolved on first use."""

    def __init__(self, transport: Transport, credentials: str) -> None:
        self._http = transport
        self._credentials = credentials

    def repeated(self, what: str, ask: Callable[[], T]) -> T:
        """`ask` again while that may help and time allows."""
        return self._http.repeated(what, ask)

    def state(self, gateway_payment_id: str) -> wire.Payment:
        payment = wire.parsed(wire.Payment, self.post("/v2/GetState", {"PaymentId": gateway_payment_id}))
        if payment.payment_id != gateway_payment_id:
            raise GatewayUnreachableError("an answer about another payment")
        return payment

    def by_order(self, order: PaymentOrder) -> GatewayPayment | None:
        """The payment that got furthest, should the terminal allow several under one order."""
        try:
            known = wire.parsed(wire.Order, self.post("/v2/CheckOrder", {"OrderId": str(order.id)}))
        except GatewayRefusedError as error:
            if error.code in wire.NOT_FOUND:
                return None
            raise
        found = [payment.found(str(order.id)) for payment in known.payments]
        return min(found, key=lambda payment: BEST_FIRST.index(payment.status), default=None)

    def cancel(self, gateway_payment_id: str, **fields: Any) -> wire.Cancelled:
        answer = self.post("/v2/Cancel", {"PaymentId": gateway_payment_id, **fields})
        return wire.parsed(wire.Cancelled, answer)

    def post(self, path: str, fields: dict[str, Any]) -> bytes:
        """One signed request, not repeated."""
        terminal, password = self.terminal()
        message = fields | {"TerminalKey": terminal}
        return wire.checked(self._http.send("POST", path, json=message | {"Token": token(message, password)}))

    def terminal(self) -> tuple[str, str]:
        """Its key and its password."""
        credentials = read_credentials("T-Kassa", self._credentials)
        terminal, password = pick("T-Kassa", credentials, "terminal_key", "password")
        return terminal, password
