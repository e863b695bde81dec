"""Sber's receipts over real sockets: what a schema refuses, what closes a prepayment, how registrations go."""

from typing import Any

import pytest

from tests.integration.sandbox.harness import Sandbox
from tests.integration.sandbox.sber import ACCESS, RETURN_URL, SberShop
from tests.support.waiting import eventually

AMOUNT = 150_000
OFD = "/sber/ecomm/gw/partner/api/ofd/v1"
COMPANY = {"email": "studio@example.com", "sno": "osn", "inn": "5027119066", "paymentAddress": "https://studio.test"}
ITEM: dict[str, Any] = {
    "positionId": "1",
    "itemCode": "1",
    "name": "Аренда зала №1",
    "quantity": {"value": 2},
    "measurementUnit": "шт",
    "itemPrice": AMOUNT // 2,
    "itemAmount": AMOUNT,
    "paymentMethod": "full_prepayment",
    "paymentObject": "service",
    "tax": {"taxType": 0},
}
IN_FORMAT_1_2 = {"quantity": {"value": 2, "measure": "0"}, "paymentObject": "4"}
BY_THE_OLD_PLATFORM = {"quantity": {"value": 2, "measure": "шт"}}


def bundle(item: dict[str, Any] | None = None, paid: int = 1, **changes: Any) -> dict[str, Any]:
    line = {name: value for name, value in (ITEM | (item or {})).items() if value is not None}
    whole = {
        "ffdVersion": "1.05",
        "receiptType": "SELL",
        "company": COMPANY,
        "payments": [{"type": paid, "sum": AMOUNT}],
        "total": AMOUNT,
        "cartItems": {"items": [line]},
    }
    return {name: value for name, value in (whole | changes).items() if value is not None}


@pytest.fixture
def sber(sandbox: Sandbox) -> SberShop:
    return SberShop(sandbox, "partner")


def ofd(sber: SberShop, call: str, **fields: Any) -> dict[str, Any]:
    answer = sber.sandbox.request("POST", f"{OFD}/{call}", json=ACCESS | fields)
    assert answer.status == 200
    return dict(answer.body)


def statuses(sber: SberShop, order: dict[str, Any]) -> list[tuple[str, int]]:
    told = ofd(sber, "getReceiptStatus", orderId=order["orderId"])["receipts"]
    return [(receipt["receiptType"], receipt["receiptStatus"]) for receipt in told]


def told_at_last(sber: SberShop, order: dict[str, Any], *expected: tuple[str, int]) -> None:
    eventually(lambda: statuses(sber, order)[-len(expected) :] == list(expected))


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"orderBundle": bundle({"paymentMethod": 1})}, "paymentMethod"),
        ({"orderBundle": bundle({"paymentObject": 4})}, "paymentObject"),
        ({"orderBundle": bundle({"paymentObject": "4"})}, "paymentObject"),
        ({"orderBundle": bundle({"quantity": {"value": 2, "measure": "шт"}})}, "measure"),
        ({"orderBundle": bundle({"name": "Зал «Белый» – 2 ч"})}, "name"),
        ({"orderBundle": bundle({"tax": {"taxType": 14}})}, "taxType"),
        ({"orderBundle": bundle(company={"sno": "osn"})}, "company"),
        ({"orderBundle": bundle(receiptType="Sell")}, "receiptType"),
        ({"orderBundle": bundle(ffdVersion="1.2")}, "measure"),
        ({"orderBundle": bundle(IN_FORMAT_1_2, ffdVersion="1.2")}, "measurementUnit"),
        ({"orderBundle": bundle(total=AMOUNT - 1)}, "total"),
        ({"orderBundle": bundle(payments=[{"type": 1, "sum": 1}])}, "payments"),
        ({"orderBundle": bundle({"itemPrice": 1})}, "itemAmount"),
        ({"orderBundle": bundle(), "email": None}, "email"),
        ({"returnUrl": "https://студия.рф/спасибо"}, "returnUrl"),
        ({"amount": str(AMOUNT)}, "amount"),
    ],
)
def test_what_is_not_as_published_is_error_5_and_named(sber: SberShop, changes: dict[str, Any], where: str) -> None:
    order: dict[str, Any] = {"orderNumber": "n1", "amount": AMOUNT, "returnUrl": RETURN_URL, "email": "a@example.com"}
    refused = sber.ask("register", **{name: value for name, value in (order | changes).items() if value is not None})
    assert refused["errorCode"] == "5"
    assert where in refused["errorMessage"]


@pytest.mark.parametrize(
    "cart", [bundle(), bundle(IN_FORMAT_1_2 | {"measurementUnit": None}, ffdVersion="1.2"), bundle(company=None)]
)
def test_what_is_as_published_is_taken(sber: SberShop, cart: dict[str, Any]) -> None:
    assert sber.register(orderBundle=cart, email="anna@example.com")["orderId"]


def test_a_prepayment_is_closed_by_a_receipt_that_sets_it_off(sber: SberShop) -> None:
    order = sber.paid(orderBundle=bundle(), email="anna@example.com")
    asked = {"orderId": order["orderId"], "email": "anna@example.com"}
    closing = {"paymentMethod": "full_payment"}
    assert ofd(sber, "doReceipt", **asked, orderBundle=bundle(closing))["errorCode"] == "5"
    made = ofd(sber, "doReceipt", **asked, orderBundle=bundle(closing, paid=2))
    assert (made["message"], made["orderNumber"]) == ("Успешно", order["orderNumber"])
    told_at_last(sber, order, ("SELL", 3), ("SELL", 3))
    [told] = ofd(sber, "getReceiptStatus", receiptId=made["receiptId"])["receipts"]
    assert (told["payload"]["total"], "operationType" in told) == (AMOUNT, False)


def test_only_what_could_not_be_registered_is_sent_again(sber: SberShop) -> None:
    order = sber.paid(orderBundle=bundle(), email="anna@example.com")
    sber.sandbox.knobs(order["orderId"], receipt_canceled=1)
    asked = {"orderId": order["orderId"], "email": "a@example.com"}
    first = ofd(sber, "doReceipt", **asked, orderBundle=bundle(paid=2))["receiptId"]
    told_at_last(sber, order, ("SELL", 4))
    second = ofd(sber, "doReceipt", **asked, receiptId=first, orderBundle=bundle(paid=2))["receiptId"]
    told_at_last(sber, order, ("SELL", 3))
    assert ofd(sber, "retryReceipt", receiptId=[second])["errorCode"] == "5"
    assert ofd(sber, "retryReceipt", receiptId=[first])["retryResult"][0]["origReceiptId"] == first


@pytest.mark.parametrize("call", ["refund", "reverse"])
def test_what_goes_back_has_a_receipt_of_its_own(sber: SberShop, call: str) -> None:
    order = sber.paid(orderBundle=bundle(), email="anna@example.com")
    fields = {"orderId": order["orderId"], "amount": AMOUNT}
    assert sber.code(call, **fields, orderBundle=bundle()) == "5"
    assert sber.code(call, **fields, orderBundle=bundle(receiptType="SELL_REFUND")) == "0"
    told_at_last(sber, order, ("SELL", 3), ("SELL_REFUND", 3))


def test_an_unpaid_order_has_nothing_to_close(sber: SberShop) -> None:
    order = sber.register(orderBundle=bundle(), email="anna@example.com")
    fields = {"orderId": order["orderId"], "email": "a@example.com", "orderBundle": bundle(paid=2)}
    assert ofd(sber, "doReceipt", **fields)["errorCode"] == "7"
    assert ofd(sber, "getReceiptStatus", orderId="nothing")["errorCode"] == "6"
    assert ofd(sber, "getReceiptStatus", receiptId="nothing")["errorCode"] == "6"
    assert statuses(sber, order) == []


def test_the_old_interface_reads_parameters_wherever_they_stand(sandbox: Sandbox) -> None:
    old, path = SberShop(sandbox, "legacy"), "/sber/payment/rest"
    query = "userName=cyclorama-api&password=cyclorama"
    given = f"orderNumber=q1&amount={AMOUNT}&returnUrl=https%3A%2F%2Fstudio.test%2F"
    headers = {"Content-Type": "application/json"}
    created = sandbox.request("POST", f"{path}/register.do?{query}&{given}", headers=headers).body
    assert old.act(created, "pay").status == 303
    for method in ("GET", "POST"):
        found = sandbox.request(method, f"{path}/getOrderStatusExtended.do?{query}&orderId={created['orderId']}")
        assert (found.status, found.body["orderStatus"]) == (200, 2)
    assert sandbox.request("GET", "/sber/ecomm/gw/partner/api/v1/register.do").status == 405


def test_the_old_interface_closes_receipts(sandbox: Sandbox) -> None:
    old = SberShop(sandbox, "legacy")
    order = old.paid(orderBundle=bundle(BY_THE_OLD_PLATFORM))
    closing = {"mdOrder": order["orderId"], "amount": AMOUNT}
    assert old.code("closeOfdReceipt", **closing, orderBundle=bundle(BY_THE_OLD_PLATFORM)) == "5"
    assert old.code("closeOfdReceipt", **closing, orderBundle=bundle(BY_THE_OLD_PLATFORM, paid=2)) == "0"
    assert old.code("register", orderNumber="z1", amount=AMOUNT, returnUrl=RETURN_URL, orderBundle=bundle()) == "5"
