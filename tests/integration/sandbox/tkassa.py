"""A shop's side of T-Kassa: signed requests to a running sandbox."""

from typing import Any
from uuid import uuid4

from infra.sandbox.providers.tkassa.token import signed
from tests.integration.sandbox.harness import Answer, Sandbox

PASSWORD = "cyclorama"
TERMINAL = "CycloramaDEMO"
SUCCESS_URL = "https://studio.test/thanks"
FAIL_URL = "https://studio.test/sorry"
RECEIPT: dict[str, Any] = {
    "FfdVersion": "1.05",
    "Email": "anna@example.test",
    "Taxation": "usn_income",
    "Items": [
        {
            "Name": "Зал на час",
            "Price": 150_000,
            "Quantity": 1,
            "Amount": 150_000,
            "Tax": "none",
            "PaymentMethod": "full_prepayment",
            "PaymentObject": "service",
        }
    ],
}


def closing_receipt() -> dict[str, Any]:
    """The receipt of the visit that `RECEIPT` prepaid."""
    line = RECEIPT["Items"][0] | {"PaymentMethod": "full_payment"}
    return RECEIPT | {"Items": [line], "Payments": {"Electronic": 0, "AdvancePayment": line["Amount"]}}


class Terminal:
    """One terminal of a sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def send(self, path: str, fields: dict[str, Any], password: str = PASSWORD, **options: Any) -> Answer:
        body = signed({"TerminalKey": TERMINAL, **fields}, password)
        return self.sandbox.request("POST", f"/tkassa{path}", json=body, **options)

    def ask(self, method: str, **fields: Any) -> dict[str, Any]:
        answer = self.send(f"/v2/{method}", fields)
        assert answer.status == 200 or (answer.status, answer.body["Success"]) == (400, False), answer.body
        return dict(answer.body)

    def init(self, **fields: Any) -> dict[str, Any]:
        order = {"Amount": 150_000, "OrderId": str(uuid4()), "SuccessURL": SUCCESS_URL, "FailURL": FAIL_URL}
        created = self.ask("Init", **(order | fields))
        assert created["Success"] is True, created
        return created

    def paid(self, **fields: Any) -> dict[str, Any]:
        created = self.init(**fields)
        assert self.act(created, "pay").status == 303
        return created

    def act(self, payment: dict[str, Any], action: str, **fields: str) -> Answer:
        return self.sandbox.act(payment["PaymentId"], action, **fields)

    def status(self, payment: dict[str, Any]) -> str:
        return str(self.ask("GetState", PaymentId=payment["PaymentId"])["Status"])
