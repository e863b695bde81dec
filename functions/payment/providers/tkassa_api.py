"""Calls of T-Kassa's API v2: each signed, and repeated only by whoever knows that it may be."""

from collections.abc import Callable
from typing import Any, TypeVar

from payment.providers import tkassa_wire as wire
from payment.providers.base import GatewayUnreachableError
from payment.providers.credentials import pick, read_credentials
from payment.providers.http import Transport
from payment.providers.tkassa_token import token

T = TypeVar("T")


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
