"""Requests to Sber's acquiring in either dialect."""

import json
from typing import Any, Literal

from payment.domain import Attempt
from payment.domain_gateway import GatewayPayment
from payment.providers import sber_wire as wire
from payment.providers.base import GatewayRefusedError, GatewayUnreachableError
from payment.providers.credentials import pick, read_credentials
from payment.providers.http import Transport

Dialect = Literal["new", "legacy"]
STATUS = "getOrderStatusExtended.do"


class SberApi:
    """One shop's access. `new` sends JSON; `legacy` forms, in which nested values are JSON strings."""

    def __init__(self, transport: Transport, credentials: str, dialect: Dialect) -> None:
        self._http = transport
        self._credentials = credentials
        self._dialect = dialect

    def post(self, name: str, fields: dict[str, Any]) -> bytes:
        """About an order that exists."""
        try:
            return self.send(name, fields)
        except GatewayRefusedError as error:
            if error.code == wire.DENIED:
                raise wire.denied() from error
            raise

    def send(self, name: str, fields: dict[str, Any]) -> bytes:
        """One request, not repeated."""
        message = fields | self._access()
        if self._dialect == "new":
            return wire.checked(self._http.send("POST", f"/{name}", json=message))
        form = {key: json.dumps(value) if isinstance(value, dict) else str(value) for key, value in message.items()}
        return wire.checked(self._http.send("POST", f"/{name}", form=form))

    def _access(self) -> dict[str, str]:
        credentials = read_credentials("Sber", self._credentials)
        if "token" in credentials:
            return {"token": credentials["token"]}
        user, password = pick("Sber", credentials, "user_name", "password")
        return {"userName": user, "password": password}

    def by_number(self, attempt: Attempt) -> GatewayPayment | None:
        try:
            order = wire.parsed(wire.Order, self.post(STATUS, {"orderNumber": attempt.id.hex}))
        except GatewayRefusedError as error:
            if error.code == wire.NOT_FOUND:
                return None
            raise
        if not order.id:
            raise GatewayUnreachableError("an order without its id")
        return order.found(order.id)

    def found(self, gateway_payment_id: str) -> GatewayPayment:
        return self.status(gateway_payment_id).found(gateway_payment_id)

    def status(self, gateway_payment_id: str) -> wire.Order:
        return wire.parsed(wire.Order, self.post(STATUS, {"orderId": gateway_payment_id}))
