"""YooKassa's API over real sockets: the flow, its refusals, its lists."""

import base64
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.sandbox.harness import RETURN_URL, Answer, Sandbox, Shop, payment
from tests.support.waiting import eventually

HOUR = 3600


def refused(answer: Answer, status: int, code: str, parameter: str | None = None) -> bool:
    """Whether it is an error of YooKassa's shape."""
    body = answer.body
    assert (answer.status, body["type"], body["code"]) == (status, "error", code), body
    assert body["id"]
    assert body["description"]
    assert body.get("parameter") == parameter
    return True


def test_a_payment_is_created_paid_and_told_to_the_shop(sandbox: Sandbox, shop: Shop) -> None:
    created = sandbox.create("1500.50", description="Бронь №1", metadata={"attempt_id": "a1"})
    assert (created["status"], created["paid"], created["test"]) == ("pending", False, True)
    assert created["amount"] == {"value": "1500.50", "currency": "RUB"}
    assert created["recipient"]["account_id"] == "100500"

    answer = sandbox.request(
        "POST", created["confirmation"]["confirmation_url"], fields={"action": "pay"}, encode_multipart=False
    )

    assert (answer.status, answer.headers["Location"]) == (303, RETURN_URL)
    eventually(lambda: shop.events(created["id"]))
    path, headers, body = next(r for r in shop.received if r[2].get("object", {}).get("id") == created["id"])
    assert (path, headers["Content-Type"]) == ("/webhooks/yookassa", "application/json")
    assert body == {"type": "notification", "event": "payment.succeeded", "object": sandbox.get(created["id"])}
    assert not [name for name in headers if "sign" in name.lower()]
    assert body["object"]["metadata"] == {"attempt_id": "a1"}
    assert (body["object"]["paid"], body["object"]["refundable"]) == (True, True)


def test_a_declined_payment_is_cancelled_with_the_banks_reason(sandbox: Sandbox, shop: Shop) -> None:
    created = sandbox.create()
    assert sandbox.act(created, "decline", reason="call_issuer").status == 303
    assert sandbox.get(created["id"])["cancellation_details"] == {"party": "payment_network", "reason": "call_issuer"}
    eventually(lambda: shop.events(created["id"]) == ["payment.canceled"])


def test_an_unpaid_link_expires_after_an_hour(sandbox: Sandbox, shop: Shop) -> None:
    created = sandbox.create()
    sandbox.ahead(HOUR - 30)
    assert sandbox.get(created["id"])["status"] == "pending"
    sandbox.ahead(HOUR + 1)
    expired = sandbox.get(created["id"])
    assert (expired["status"], expired["cancellation_details"]["reason"]) == ("canceled", "expired_on_confirmation")
    eventually(lambda: shop.events(created["id"]) == ["payment.canceled"])
    assert sandbox.act(created, "pay").status == 409


def test_held_money_is_captured_in_part(sandbox: Sandbox, shop: Shop) -> None:
    created = sandbox.paid("100.00", capture=False)
    held = sandbox.get(created["id"])
    assert (held["status"], held["paid"], "expires_at" in held) == ("waiting_for_capture", True, True)

    too_much = {"amount": {"value": "100.01", "currency": "RUB"}}
    assert refused(
        sandbox.yookassa("POST", f"/payments/{created['id']}/capture", too_much), 400, "invalid_request", "amount.value"
    )
    part = {"amount": {"value": "40.00", "currency": "RUB"}}
    captured = sandbox.yookassa("POST", f"/payments/{created['id']}/capture", part).body

    assert (captured["status"], captured["amount"]["value"]) == ("succeeded", "40.00")
    eventually(lambda: sorted(shop.events(created["id"])) == ["payment.succeeded", "payment.waiting_for_capture"])


def test_held_money_is_given_back_by_the_shop_or_by_time(sandbox: Sandbox) -> None:
    by_shop, by_time = sandbox.paid(capture=False), sandbox.paid(capture=False)
    cancelled = sandbox.yookassa("POST", f"/payments/{by_shop['id']}/cancel").body
    assert cancelled["cancellation_details"] == {"party": "merchant", "reason": "canceled_by_merchant"}
    sandbox.ahead(7 * 24 * HOUR + 60)
    assert sandbox.get(by_time["id"])["cancellation_details"]["reason"] == "expired_on_capture"


@pytest.mark.parametrize("action", ["capture", "cancel"])
def test_a_payment_that_is_not_held_is_neither_captured_nor_cancelled(sandbox: Sandbox, action: str) -> None:
    for created in (sandbox.create(), sandbox.paid()):
        assert refused(sandbox.yookassa("POST", f"/payments/{created['id']}/{action}"), 400, "invalid_request")


def test_refunds_are_pending_first_and_fit_into_the_payment(sandbox: Sandbox, shop: Shop) -> None:
    created = sandbox.paid("100.00")

    def refund(value: str) -> Answer:
        body = {"payment_id": created["id"], "amount": {"value": value, "currency": "RUB"}}
        return sandbox.yookassa("POST", "/refunds", body)

    sandbox.knobs(refund_delay_ms=600_000)
    first, second = refund("60.00").body, refund("40.00").body
    assert (first["status"], first["payment_id"]) == ("pending", created["id"])
    assert refused(refund("0.01"), 400, "invalid_request", "amount.value")

    sandbox.ahead(601)
    for opened in (first, second):
        assert sandbox.yookassa("GET", f"/refunds/{opened['id']}").body["status"] == "succeeded"
    after = sandbox.get(created["id"])
    assert (after["refunded_amount"]["value"], after["refundable"], after["status"]) == ("100.00", False, "succeeded")
    eventually(lambda: shop.events(created["id"]).count("refund.succeeded") == 2)
    listed = sandbox.yookassa("GET", f"/refunds?payment_id={created['id']}").body["items"]
    assert [item["id"] for item in listed] == [second["id"], first["id"]]


def test_a_refund_of_what_was_never_paid_is_refused(sandbox: Sandbox) -> None:
    amount = {"value": "1.00", "currency": "RUB"}
    unpaid = {"payment_id": sandbox.create()["id"], "amount": amount}
    assert refused(sandbox.yookassa("POST", "/refunds", unpaid), 400, "invalid_request")
    unknown = {"payment_id": "nothing", "amount": amount}
    assert refused(sandbox.yookassa("POST", "/refunds", unknown), 400, "invalid_request", "payment_id")


def test_a_repeated_request_is_answered_as_the_first_time(sandbox: Sandbox) -> None:
    key = str(uuid4())
    first = sandbox.create(key=key)
    sandbox.act(first, "pay")
    again = sandbox.yookassa("POST", "/payments", payment(), key)
    assert again.body == first
    other = sandbox.yookassa("POST", "/payments", payment("1.00"), key)
    assert refused(other, 400, "invalid_request", "Idempotence-Key")
    sandbox.ahead(24 * HOUR + 1)
    assert sandbox.create(key=key)["id"] != first["id"]


@pytest.mark.parametrize("key", ["", "x" * 65])
def test_a_post_needs_a_key(sandbox: Sandbox, key: str) -> None:
    answer = sandbox.yookassa("POST", "/payments", payment(), key)
    assert refused(answer, 400, "invalid_request", "Idempotence-Key")


@pytest.mark.parametrize("auth", ["100500:wrong", "1:test_cyclorama", "é:é"])
@pytest.mark.parametrize("path", ["/payments", "/nothing"])
def test_wrong_credentials_are_refused_before_all_else(sandbox: Sandbox, auth: str, path: str) -> None:
    headers = {"Authorization": "Basic " + base64.b64encode(auth.encode()).decode()}
    answer = sandbox.request("GET", f"/yookassa/v3{path}", headers=headers)
    assert refused(answer, 401, "invalid_credentials", "Authorization")


def test_missing_credentials_are_refused(sandbox: Sandbox) -> None:
    assert refused(sandbox.request("GET", "/yookassa/v3/payments"), 401, "invalid_credentials", "Authorization")


@pytest.mark.parametrize(
    ("method", "path", "status", "code", "parameter"),
    [
        ("GET", "/payments/nothing", 404, "not_found", "id"),
        ("POST", "/payments/nothing/capture", 404, "not_found", "id"),
        ("GET", "/refunds/nothing", 404, "not_found", "id"),
        ("GET", "/nothing", 404, "not_found", None),
        ("DELETE", "/payments", 405, "method_not_allowed", None),
        ("GET", "/payments?limit=0", 400, "invalid_request", "limit"),
    ],
)
def test_refusals_have_yookassas_shape(
    sandbox: Sandbox, method: str, path: str, status: int, code: str, parameter: str | None
) -> None:
    assert refused(sandbox.yookassa(method, path), status, code, parameter)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"description": "\xff"}', "application/json", 400),
        (b'{"description": "\\ud800"}', "application/json", 400),
        (b"a=1", "text/plain", 415),
    ],
)
def test_bodies_that_are_no_json_are_refused(sandbox: Sandbox, body: bytes, content_type: str, status: int) -> None:
    headers: dict[str, Any] = {"Idempotence-Key": str(uuid4()), "Content-Type": content_type}
    headers["Authorization"] = "Basic MTAwNTAwOnRlc3RfY3ljbG9yYW1h"
    assert sandbox.request("POST", "/yookassa/v3/payments", headers=headers, body=body).status == status


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"type": "redirect", "return_url": "https://studio.test/a"}, {"return_url", "confirmation_url"}),
        ({"type": "embedded"}, {"confirmation_token"}),
        ({"type": "external"}, set()),
        ({"type": "qr"}, {"confirmation_data"}),
        ({"type": "mobile_application", "return_url": "https://studio.test/app"}, {"confirmation_url"}),
    ],
)
def test_payers_are_led_on_in_each_way_that_is_published(
    sandbox: Sandbox, asked: dict[str, str], told: set[str]
) -> None:
    assert set(sandbox.create(confirmation=asked)["confirmation"]) == told | {"type"}


def test_a_redirect_needs_somewhere_to_lead(sandbox: Sandbox) -> None:
    amount = {"value": "100.00", "currency": "RUB"}
    answer = sandbox.yookassa("POST", "/payments", {"amount": amount, "confirmation": {"type": "redirect"}})
    assert refused(answer, 400, "invalid_request", "confirmation.return_url")


def test_payments_are_listed_by_their_method(sandbox: Sandbox) -> None:
    by_sbp = sandbox.create(payment_method_data={"type": "sbp"})["id"]
    by_card = sandbox.paid()["id"]
    listed = {
        method: [item["id"] for item in sandbox.yookassa("GET", f"/payments?payment_method={method}").body["items"]]
        for method in ("sbp", "bank_card")
    }
    assert by_sbp in listed["sbp"] and by_sbp not in listed["bank_card"]
    assert by_card in listed["bank_card"] and by_card not in listed["sbp"]


def test_a_refused_request_does_not_use_up_its_key(sandbox: Sandbox) -> None:
    key = str(uuid4())
    assert sandbox.yookassa("POST", "/payments", payment("0.00"), key).status == 400
    assert sandbox.create(key=key)["status"] == "pending"


def test_a_list_is_walked_by_its_cursor(sandbox: Sandbox) -> None:
    created = [sandbox.create(f"{number}.00")["id"] for number in range(1, 6)]
    seen, query = [], "limit=2"
    for _ in range(3):
        page = sandbox.yookassa("GET", f"/payments?{query}").body
        assert page["type"] == "list"
        seen += [item["id"] for item in page["items"]]
        query = f"limit=2&cursor={page.get('next_cursor')}"
    assert seen[:5] == created[::-1]
    assert "next_cursor" not in sandbox.yookassa("GET", "/payments?limit=100&created_at.gte=2099-01-01T00:00:00Z").body
