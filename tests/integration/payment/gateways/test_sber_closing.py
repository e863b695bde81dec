"""Sber's closing receipts over a real socket: never two of one visit, whatever gets lost."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from payment.gateways.port import ClosingReceipt, GatewayFaultError, GatewayRefusedError, GatewayUnreachableError
from payment.gateways.words import RefundOrder
from tests.support.payment.gateways import SELLER, receipt, sberpay
from tests.support.scripted_server import Script, scripted_server

OWN = {"receiptId": "r0", "operationType": "AUTHORIZATION", "receiptType": "SELL", "receiptStatus": 3}
MADE = (200, {"message": "Успешно", "orderId": "g1", "receiptId": "r1"})


@pytest.fixture
def server() -> Iterator[Script]:
    with scripted_server() as script:
        script.url += "/ecomm/gw/partner/api/v1"
        yield script


def listed(*receipts: dict[str, Any]) -> tuple[int, Any]:
    return 200, {"message": "Успешно", "receipts": list(receipts)}


def settled(status: int, **changes: Any) -> dict[str, Any]:
    return {"receiptId": "r1", "receiptType": "sell", "receiptStatus": status} | changes


def closing(**changes: Any) -> ClosingReceipt:
    values: dict[str, Any] = {"id": uuid4(), "gateway_payment_id": "g1", "receipt": receipt(150_000)}
    return ClosingReceipt(**(values | changes))


def calls(server: Script) -> list[str]:
    return [asked.path.removeprefix("/ecomm/gw/partner/api/") for asked in server.asked]


def test_a_visit_is_closed_in_the_branch_of_receipts(server: Script) -> None:
    server.answers = [listed(OWN), MADE]
    found = sberpay(server.url, seller=SELLER).closing_receipt(closing())
    assert (found.id, found.status) == ("r1", "pending")
    assert calls(server) == ["ofd/v1/getReceiptStatus", "ofd/v1/doReceipt"]
    body = server.asked[1].body
    assert (body["orderId"], body["email"], "receiptId" in body) == ("g1", "anna@example.com", False)
    assert (body["orderBundle"]["receiptType"], body["orderBundle"]["payments"]) == (
        "SELL",
        [{"type": 2, "sum": 150_000}],
    )
    assert body["orderBundle"]["company"]["inn"] == SELLER.inn


@pytest.mark.parametrize("own", [OWN, OWN | {"operationType": None}])
@pytest.mark.parametrize(("status", "means"), [(2, "pending"), (3, "succeeded")])
def test_what_is_issued_already_is_not_issued_again(
    server: Script, own: dict[str, Any], status: int, means: str
) -> None:
    server.answers = [listed(own, settled(status))]
    found = sberpay(server.url).closing_receipt(closing(tried=True))
    assert (found.id, found.status, len(server.asked)) == ("r1", means, 1)


def test_a_lost_answer_waits_until_the_list_must_have_it(server: Script) -> None:
    server.answers = [listed(OWN), None, listed(OWN), listed(OWN), MADE]
    shop = sberpay(server.url)
    with pytest.raises(GatewayUnreachableError):
        shop.closing_receipt(closing())
    with pytest.raises(GatewayUnreachableError, match="not listed yet"):
        shop.closing_receipt(closing(tried=True, age=timedelta(minutes=3)))
    assert shop.closing_receipt(closing(tried=True, age=timedelta(minutes=16))).id == "r1"
    assert [call.rpartition("/")[2] for call in calls(server)].count("doReceipt") == 2


@pytest.mark.parametrize("status", [4, 5, 6])
def test_one_that_was_not_registered_is_replaced(server: Script, status: int) -> None:
    server.answers = [listed(OWN, settled(status)), MADE]
    sberpay(server.url).closing_receipt(closing())
    assert server.asked[1].body["receiptId"] == "r1"


@pytest.mark.parametrize(
    "refusal", [{"errorCode": "5", "errorMessage": "Ошибка формата"}, {"message": "Ошибка формата"}]
)
def test_a_refusal_of_the_cart_keeps_its_words(server: Script, refusal: dict[str, str]) -> None:
    server.answers = [listed(OWN), (200, refusal)]
    with pytest.raises(GatewayFaultError, match="Ошибка формата"):
        sberpay(server.url).closing_receipt(closing())


def test_an_answer_without_an_id_is_followed_by_the_order(server: Script) -> None:
    server.answers = [listed(), (200, {"orderId": "g1", "message": "Успешно"}), listed(OWN, settled(3, receiptId=None))]
    shop = sberpay(server.url)
    made = shop.closing_receipt(closing())
    followed = shop.fetch_receipt(made.id)
    assert followed is not None
    assert (followed.id, followed.status) == (made.id, "succeeded")
    assert server.asked[2].body["orderId"] == "g1"


def test_registrations_are_asked_about(server: Script) -> None:
    back = {"receiptType": "SELL_REFUND", "operationType": "REFUND", "receiptStatus": 3, "payload": {"total": 5_000}}
    refund = RefundOrder(uuid4(), "g1", amount=5_000, paid=200_000, refunded_before=60_000)
    server.answers = [
        listed(OWN, settled(4)),
        listed(OWN, back),
        listed(OWN, back | {"payload": {"total": 1}}),
        listed(),
    ]
    shop = sberpay(server.url)
    assert shop.receipt_status("g1") == "succeeded"
    assert shop.receipt_status("g1", refund) == "succeeded"
    assert shop.receipt_status("g1", refund) == "pending"
    assert shop.receipt_status("g1", refund) is None


def test_the_old_platform_closes_once_and_tells_nothing(server: Script) -> None:
    server.answers = [(200, {"errorCode": 0})]
    shop = sberpay(server.url, dialect="legacy")
    assert shop.closing_receipt(closing()).status == "pending"
    assert (server.asked[0].body["mdOrder"], server.asked[0].body["amount"]) == ("g1", "150000")
    with pytest.raises(GatewayRefusedError, match="receipt_uncertain"):
        shop.closing_receipt(closing(tried=True))
    assert shop.fetch_receipt("r1") is None
    assert shop.receipt_status("g1") is None
    assert len(server.asked) == 1


def test_captures_and_reversals_bring_their_receipts(server: Script) -> None:
    status = {"errorCode": "0", "orderNumber": uuid4().hex, "amount": 150_000, "currency": "643"}
    server.answers = [(200, {"errorCode": "0"}), (200, status | {"orderStatus": 2})]
    sberpay(server.url).capture("g1", 150_000, receipt(150_000))
    assert server.asked[0].body["orderBundle"]["receiptType"] == "SELL"
