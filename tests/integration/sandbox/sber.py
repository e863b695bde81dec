"""A shop's side of Sber's acquiring, in either encoding."""

import json
from typing import Any
from uuid import uuid4

from infra.sandbox.providers.sberpay.wire import PATHS, Wire
from tests.integration.sandbox.harness import Answer, Sandbox

ACCESS = {"userName": "cyclorama-api", "password": "cyclorama"}
TOKEN = {"token": "cyclorama-token"}
CALLBACK_KEY = "cyclorama-callback"
RETURN_URL = "https://studio.test/thanks?a=1"
FAIL_URL = "https://studio.test/sorry"
SBP = {"qrType": "DYNAMIC_QR_SBP", "sbp.scenario": "C2B"}


class SberShop:
    """One shop of a sandbox that speaks one of the two interfaces."""

    def __init__(self, sandbox: Sandbox, wire: Wire) -> None:
        self.sandbox = sandbox
        self.wire = wire

    def send(self, method: str, fields: dict[str, Any], **options: Any) -> Answer:
        path = f"/sber{PATHS[self.wire]}/{method}.do"
        if self.wire == "partner":
            return self.sandbox.request("POST", path, json=fields, **options)
        form = {name: json.dumps(value) if isinstance(value, dict) else str(value) for name, value in fields.items()}
        return self.sandbox.request("POST", path, fields=form, encode_multipart=False, **options)

    def ask(self, method: str, access: dict[str, str] | None = None, **fields: Any) -> dict[str, Any]:
        answer = self.send(method, (access or ACCESS) | fields)
        assert answer.status == 200, answer.body
        return dict(answer.body)

    def code(self, method: str, **fields: Any) -> str:
        """The errorCode, whatever its type."""
        return str(self.ask(method, **fields).get("errorCode", "0"))

    def register(self, method: str = "register", **fields: Any) -> dict[str, Any]:
        order: dict[str, Any] = {
            "orderNumber": uuid4().hex,
            "amount": 150_000,
            "returnUrl": RETURN_URL,
            "failUrl": FAIL_URL,
        }
        created = self.ask(method, **(order | fields))
        assert "orderId" in created, created
        return created | {"orderNumber": (order | fields)["orderNumber"]}

    def paid(self, method: str = "register", **fields: Any) -> dict[str, Any]:
        created = self.register(method, **fields)
        assert self.act(created, "pay").status == 303
        return created

    def act(self, order: dict[str, Any], action: str, **fields: str) -> Answer:
        return self.sandbox.act(order["orderId"], action, **fields)

    def order(self, order: dict[str, Any]) -> dict[str, Any]:
        return self.ask("getOrderStatusExtended", orderId=order["orderId"])

    def status(self, order: dict[str, Any]) -> int:
        return int(self.order(order)["orderStatus"])
