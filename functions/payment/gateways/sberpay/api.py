"""Requests to Sber's acquiring in either dialect."""

import json
from collections.abc import Callable
from typing import Any, Literal

from payment.gateways.credentials import pick, read_credentials
from payment.gateways.port import GatewayFaultError, GatewayRefusedError, GatewayUnreachableError
from payment.gateways.sberpay import wire
from payment.gateways.transport import Transport
from payment.gateways.words import GatewayPayment, PaymentOrder

Dialect = Literal["new", "legacy"]
STATUS = "getOrderStatusExtended.do"
VERSION = "/v1"
RECEIPTS = "/ofd/v1"


class SberApi:
    """One shop's access. `new` sends JSON; `legacy` forms, in which nested values are JSON strings."""

    def __init__(self, transport: Transport, credentials: str, dialect: Dialect) -> None:
        self._http = transport
        self._credentials = credentials
        self.dialect = dialect

    def register(self, name: str, fields: dict[str, Any]) -> bytes:
        """Of an order that is not there yet nothing is refused but a number that was used: the rest is ours to repair,
        for the payer has chosen none of it. A wrong password is error 5 here too."""
        try:
            return self.send(name, fields)
        except GatewayRefusedError as error:
            if error.code in (wire.DUPLICATE, wire.SYSTEM_ERROR):
                raise
            raise GatewayFaultError(error.code, error.detail) from error

    def post(self, name: str, fields: dict[str, Any]) -> bytes:
        """About an order that exists: of it, error 5 means that our access is broken, or a value of ours."""
        return self._about(lambda: self.send(name, fields), general=name == STATUS)

    def receipts(self, name: str, fields: dict[str, Any]) -> bytes:
        """The new gateway's receipts have a branch of their own."""
        base = self._http.base_url.removesuffix(VERSION) + RECEIPTS
        message = fields | self._access()
        return self._about(lambda: wire.checked(self._http.send("POST", f"/{name}", json=message, base=base)))

    def send(self, name: str, fields: dict[str, Any]) -> bytes:
        """One request, not repeated."""
        message = fields | self._access()
        if self.dialect == "new":
            return wire.checked(self._http.send("POST", f"/{name}", json=message))
        form = {key: json.dumps(value) if isinstance(value, dict) else str(value) for key, value in message.items()}
        return wire.checked(self._http.send("POST", f"/{name}", form=form))

    def by_number(self, order: PaymentOrder) -> GatewayPayment | None:
        try:
            known = wire.parsed(wire.Order, self.post(STATUS, {"orderNumber": order.id.hex}))
        except GatewayRefusedError as error:
            if error.code == wire.NOT_FOUND:
                return None
            raise
        if not known.id:
            raise GatewayUnreachableError("an order without its id")
        return known.found(known.id)

    def found(self, gateway_payment_id: str) -> GatewayPayment:
        return self.status(gateway_payment_id).found(gateway_payment_id)

    def status(self, gateway_payment_id: str) -> wire.Order:
        return wire.parsed(wire.Order, self.post(STATUS, {"orderId": gateway_payment_id}))

    def _about(self, ask: Callable[[], bytes], *, general: bool = False) -> bytes:
        try:
            return ask()
        except GatewayRefusedError as error:
            if error.code in wire.OURS:
                raise GatewayFaultError(error.code, error.detail, general=general) from error
            raise

    def _access(self) -> dict[str, str]:
        credentials = read_credentials("Sber", self._credentials)
        if "token" in credentials:
            return {"token": credentials["token"]}
        user, password = pick("Sber", credentials, "user_name", "password")
        return {"userName": user, "password": password}
