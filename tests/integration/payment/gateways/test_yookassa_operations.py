"""What the YooKassa client does beyond creating a payment, over a real socket."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from payment.gateways.port import (
    ClosingReceipt,
    GatewayRefusedError,
    GatewayUnreachableError,
    MethodNotOfferedError,
)
from payment.gateways.words import RefundOrder
from payment.gateways.yookassa.client import YooKassa
from shared_schemas.common import Money
from tests.support.booking.made import NOW
from tests.support.payment.cashier import creating
from tests.support.payment.gateways import receipt, yookassa
from tests.support.scripted_server import Script, scripted_server

ATTEMPT = creating(amount=Money(amount=100_000))
FAULT = (400, {"type": "error", "code": "invalid_request", "parameter": "payment_id"})


def payment(status: str = "succeeded", **changes: Any) -> dict[str, Any]:
    values = {
        "id": "p1",
        "status": status,
        "amount": {"value": "1000.00", "currency": "RUB"},
        "metadata": {"attempt_id": str(ATTEMPT.id)},
    }
    return values | changes


def refunded(status: str = "succeeded", **changes: Any) -> dict[str, Any]:
    values = {"id": "r1", "payment_id": "p1", "status": status, "amount": {"value": "10.00", "currency": "RUB"}}
    return values | changes


def order(**changes: Any) -> RefundOrder:
    values: dict[str, Any] = {"id": uuid4(), "gateway_payment_id": "p1", "amount": 1000, "paid": 100_000}
    return RefundOrder(**(values | changes))


@pytest.fixture
def server() -> Iterator[Script]:
    with scripted_server() as script:
        yield script


@pytest.fixture
def shop(server: Script) -> YooKassa:
    return yookassa(server.url)


def keys(server: Script) -> list[str | None]:
    return [asked.headers.get("idempotence-key") for asked in server.asked]


def test_a_payment_may_be_held_and_bring_its_receipt(server: Script, shop: YooKassa) -> None:
    server.answers = [(200, payment("pending"))]
    shop.create(ATTEMPT.order, capture=False, receipt=receipt(60_000, 40_000))
    body = server.asked[0].body
    assert body["capture"] is False
    assert [item["amount"]["value"] for item in body["receipt"]["items"]] == ["600.00", "400.00"]


def test_a_receipt_of_another_amount_is_a_mistake_of_ours(server: Script, shop: YooKassa) -> None:
    with pytest.raises(ValueError, match="a receipt of 99999 for 100000"):
        shop.create(ATTEMPT.order, receipt=receipt(99_999))
    assert server.asked == []


def test_sbp_cannot_be_held(server: Script, shop: YooKassa) -> None:
    with pytest.raises(MethodNotOfferedError):
        shop.create(creating(method="sbp").order, capture=False)
    assert server.asked == []


def test_all_that_is_known_of_a_payment_is_read(server: Script, shop: YooKassa) -> None:
    server.answers = [
        (
            200,
            payment(
                refunded_amount={"value": "10.00", "currency": "RUB"},
                payment_method={"type": "sberbank"},
                receipt_registration="canceled",
            ),
        )
    ]
    found = shop.fetch("p1")
    assert (found.status, found.refunded, found.method, found.receipt) == ("succeeded", 1000, "sberpay", "canceled")


def test_a_capture_is_repeated_under_its_own_key(server: Script, shop: YooKassa) -> None:
    server.answers = [None, (200, payment())]
    assert shop.capture("p1", 100_000).status == "succeeded"
    assert server.asked[0].path == "/payments/p1/capture"
    assert server.asked[0].body == {"amount": {"value": "1000.00", "currency": "RUB"}}
    assert keys(server) == ["capture-p1-100000"] * 2


def test_a_capture_of_long_ago_has_happened(server: Script, shop: YooKassa) -> None:
    server.answers = [FAULT, (200, payment())]
    assert shop.capture("p1", 100_000).status == "succeeded"


@pytest.mark.parametrize("status", ["pending", "canceled"])
def test_a_capture_of_what_is_not_held_is_refused(server: Script, shop: YooKassa, status: str) -> None:
    server.answers = [FAULT, (200, payment(status))]
    with pytest.raises(GatewayRefusedError, match="invalid_request"):
        shop.capture("p1", 100_000)


def test_a_hold_is_released(server: Script, shop: YooKassa) -> None:
    server.answers = [(200, payment("canceled", cancellation_details={"reason": "canceled_by_merchant"}))]
    found = shop.cancel("p1")
    assert (found.status, found.reason) == ("failed", "canceled_by_merchant")
    assert (server.asked[0].path, keys(server)) == ("/payments/p1/cancel", ["cancel-p1"])


def test_a_payment_is_not_released_after_its_capture(server: Script, shop: YooKassa) -> None:
    server.answers = [FAULT, (200, payment())]
    with pytest.raises(GatewayRefusedError):
        shop.cancel("p1")


def test_a_link_cannot_be_killed(server: Script, shop: YooKassa) -> None:
    assert shop.decline("p1") is False
    assert server.asked == []


@pytest.mark.parametrize(
    ("status", "reason", "means", "needs_new_id"),
    [
        ("succeeded", None, "succeeded", False),
        ("pending", None, "pending", False),
        ("canceled", "insufficient_funds", "failed", False),
        ("canceled", "rejected_by_timeout", "failed", True),
    ],
)
def test_a_refund_is_told_as_it_is(
    server: Script, shop: YooKassa, status: str, reason: str | None, means: str, needs_new_id: bool
) -> None:
    server.answers = [(500, {}), (200, refunded(status, cancellation_details={"reason": reason} if reason else None))]
    wanted = order(description="Отмена", receipt=receipt(1000))

    done = shop.refund(wanted)

    assert (done.id, done.status, done.amount, done.reason) == ("r1", means, 1000, reason)
    assert done.needs_new_id is needs_new_id
    assert keys(server) == [str(wanted.id)] * 2
    body = server.asked[1].body
    assert body.pop("receipt")["items"][0]["amount"]["value"] == "10.00"
    assert body == {
        "payment_id": "p1",
        "amount": {"value": "10.00", "currency": "RUB"},
        "description": "Отмена",
        "metadata": {"refund_id": str(wanted.id)},
    }


def test_a_refund_that_was_tried_is_looked_for_on_every_page(server: Script, shop: YooKassa) -> None:
    wanted = order(tried=True)
    mine = refunded(metadata={"refund_id": str(wanted.id)}, id="r9")
    server.answers = [(200, {"items": [refunded()], "next_cursor": "c"}), (200, {"items": [mine]})]
    assert shop.refund(wanted).id == "r9"
    assert [asked.method for asked in server.asked] == ["GET", "GET"]
    assert "cursor=c" in server.asked[1].path


def test_a_refund_that_never_arrived_is_asked_for(server: Script, shop: YooKassa) -> None:
    server.answers = [(200, {"items": []}), (200, refunded())]
    assert shop.refund(order(tried=True)).id == "r1"


def test_a_pending_refund_is_asked_about(server: Script, shop: YooKassa) -> None:
    server.answers = [(200, refunded("canceled")), (200, {"items": []})]
    assert shop.fetch_refund(order(gateway_refund_id="r1")).status == "failed"
    with pytest.raises(GatewayRefusedError, match="not_found"):
        shop.fetch_refund(order())


def test_payments_are_listed_page_by_page(server: Script, shop: YooKassa) -> None:
    server.answers = [(200, {"items": [payment(id="a")], "next_cursor": "c"}), (200, {"items": [payment(id="b")]})]
    listed = shop.list_payments(NOW, NOW + timedelta(days=1))
    assert [found.id for found in listed] == ["a", "b"]
    assert "created_at.gte=" in server.asked[0].path and "created_at.lt=" in server.asked[0].path


def test_a_list_without_end_is_left(server: Script, shop: YooKassa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("payment.gateways.yookassa.client.MAX_PAGES", 3)
    server.answers = [(200, {"items": [], "next_cursor": "c"})] * 3
    with pytest.raises(GatewayUnreachableError, match="without end"):
        shop.list_payments(NOW, NOW)


def test_a_payment_is_found_by_our_own_id(server: Script, shop: YooKassa) -> None:
    stranger = payment(id="x", metadata={"attempt_id": str(uuid4())})
    server.answers = [(200, {"items": [stranger, payment()]}), (200, {"items": [stranger]})]
    found = shop.find(ATTEMPT.order)
    assert found is not None
    assert found.id == "p1"
    assert shop.find(ATTEMPT.order) is None


def test_a_closing_receipt_settles_the_prepayment(server: Script, shop: YooKassa) -> None:
    server.answers = [(200, {"id": "rt-1", "status": "pending"}), (200, {"id": "rt-1", "status": "succeeded"})]
    closing = ClosingReceipt(uuid4(), "p1", receipt(60_000, 40_000))

    sent = shop.closing_receipt(closing)

    assert (sent.id, sent.status) == ("rt-1", "pending")
    body = server.asked[0].body
    assert (body["type"], body["payment_id"], body["send"]) == ("payment", "p1", True)
    assert body["settlements"] == [{"type": "prepayment", "amount": {"value": "1000.00", "currency": "RUB"}}]
    assert keys(server) == [str(closing.id)]
    assert shop.fetch_receipt("rt-1").status == "succeeded"


def listed_receipt(status: str, value: str, kind: str = "prepayment") -> dict[str, Any]:
    settled = [{"type": kind, "amount": {"value": value, "currency": "RUB"}}]
    return {"id": f"rt-{status}-{value[:-3]}", "type": "payment", "status": status, "settlements": settled}


def test_a_closing_receipt_whose_answer_was_lost_is_looked_for_first(server: Script, shop: YooKassa) -> None:
    """The key lives for a day; a receipt for ever."""
    closing = ClosingReceipt(uuid4(), "p1", receipt(60_000, 40_000), tried=True)
    items = [
        {"id": "rt-p1", "status": "succeeded"},
        listed_receipt("canceled", "1000.00"),
        listed_receipt("succeeded", "999.00"),
        listed_receipt("succeeded", "1000.00", "cashless"),
    ]
    server.answers = [
        (200, {"items": items, "next_cursor": "c"}),
        (200, {"items": [listed_receipt("succeeded", "1000.00")]}),
        (200, {"items": items}),
        (200, {"id": "rt-2", "status": "pending"}),
    ]
    assert shop.closing_receipt(closing).id == "rt-succeeded-1000"
    assert [asked.path.partition("?")[0] for asked in server.asked] == ["/receipts"] * 2
    assert "payment_id=p1" in server.asked[0].path

    assert shop.closing_receipt(closing).id == "rt-2"
    assert (server.asked[-1].method, keys(server)[-1]) == ("POST", str(closing.id))


def test_ids_cannot_leave_their_place_in_the_path(server: Script, shop: YooKassa) -> None:
    server.answers = [(404, {"type": "error", "code": "not_found"})]
    with pytest.raises(GatewayRefusedError):
        shop.fetch("../refunds?x=1")
    assert server.asked[0].path == "/payments/..%2Frefunds%3Fx%3D1"
