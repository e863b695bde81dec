"""YooKassa's receipts over real sockets: with a payment, with a refund, and by themselves."""

from typing import Any
from uuid import uuid4

from tests.integration.sandbox.harness import Answer, Sandbox


def receipt(value: str) -> dict[str, Any]:
    line = {"description": "Зал", "quantity": 1, "amount": {"value": value, "currency": "RUB"}, "vat_code": 1}
    named = {"measure": "piece", "payment_subject": "service", "payment_mode": "full_prepayment"}
    return {"customer": {"email": "a@x.test"}, "items": [line | named]}


def closing(sandbox: Sandbox, payment_id: str, value: str = "100.00", key: str | None = None) -> Answer:
    settled = [{"type": "prepayment", "amount": {"value": value, "currency": "RUB"}}]
    body = receipt("100.00") | {"type": "payment", "payment_id": payment_id, "send": True, "settlements": settled}
    return sandbox.yookassa("POST", "/receipts", body, key)


def test_a_payments_receipt_is_registered_when_it_is_paid(sandbox: Sandbox) -> None:
    created = sandbox.create("100.00", receipt=receipt("100.00"))
    assert created["receipt_registration"] == "pending"
    sandbox.act(created, "pay")
    assert sandbox.get(created["id"])["receipt_registration"] == "succeeded"
    [own] = sandbox.yookassa("GET", f"/receipts?payment_id={created['id']}").body["items"]
    assert (own["type"], own["status"], own["payment_id"]) == ("payment", "succeeded", created["id"])
    assert sandbox.yookassa("GET", f"/receipts/{own['id']}").body == own


def test_a_receipt_may_fail_though_the_payment_stands(sandbox: Sandbox) -> None:
    created = sandbox.create("100.00", receipt=receipt("100.00"))
    sandbox.knobs(created["id"], receipt_canceled=2)
    sandbox.act(created, "pay")
    paid = sandbox.get(created["id"])
    assert (paid["status"], paid["receipt_registration"]) == ("succeeded", "canceled")
    failing = closing(sandbox, created["id"]).body
    sandbox.ahead(2)
    assert sandbox.yookassa("GET", f"/receipts/{failing['id']}").body["status"] == "canceled"


def test_a_closing_receipt_is_pending_first_and_made_once(sandbox: Sandbox) -> None:
    created, key = sandbox.paid("100.00"), str(uuid4())
    made = closing(sandbox, created["id"], key=key).body
    assert (made["status"], closing(sandbox, created["id"], key=key).body) == ("pending", made)
    sandbox.ahead(2)
    found = sandbox.yookassa("GET", f"/receipts/{made['id']}").body
    assert (found["status"], found["settlements"], "registered_at" in found) == ("succeeded", made["settlements"], True)
    listed = sandbox.yookassa("GET", f"/receipts?payment_id={created['id']}").body["items"]
    assert [item["id"] for item in listed] == [made["id"]]


def test_a_refund_has_a_receipt_too(sandbox: Sandbox) -> None:
    created = sandbox.paid("100.00")
    sandbox.knobs(refund_delay_ms=0)
    body = {"payment_id": created["id"], "amount": {"value": "40.00", "currency": "RUB"}, "receipt": receipt("40.00")}
    made = sandbox.yookassa("POST", "/refunds", body).body
    assert sandbox.yookassa("GET", f"/refunds/{made['id']}").body["receipt_registration"] == "succeeded"
    wrong = sandbox.yookassa("POST", "/refunds", body | {"receipt": receipt("39.99")})
    assert (wrong.status, wrong.body["parameter"]) == (400, "receipt.items")


def test_a_receipt_of_what_is_not_paid_is_refused(sandbox: Sandbox) -> None:
    unpaid, paid = sandbox.create("100.00"), sandbox.paid("100.00")
    for answer, parameter in (
        (closing(sandbox, unpaid["id"]), "payment_id"),
        (closing(sandbox, "nothing"), "payment_id"),
        (closing(sandbox, paid["id"], "99.00"), "settlements"),
    ):
        assert (answer.status, answer.body["parameter"]) == (400, parameter)
    assert sandbox.yookassa("GET", "/receipts/nothing").status == 404
    assert sandbox.yookassa("GET", f"/receipts/{paid['id']}").status == 404
    assert sandbox.yookassa("GET", "/receipts?payment_id=nothing").body["items"] == []
