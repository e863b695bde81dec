"""Sber's acquiring over real sockets, both interfaces: the flow, its refusals, refunds and reversals."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from infra.sandbox.providers.sberpay.signature import hmac_checksum
from infra.sandbox.providers.sberpay.wire import PATHS, WIRES, Wire
from tests.integration.sandbox.harness import Sandbox, Shop
from tests.integration.sandbox.sber import CALLBACK_KEY, FAIL_URL, RETURN_URL, SBP, TOKEN, SberShop
from tests.support.waiting import eventually

DAY = 86_400


@pytest.fixture(params=WIRES)
def sber(sandbox: Sandbox, request: pytest.FixtureRequest) -> SberShop:
    wire: Wire = request.param
    return SberShop(sandbox, wire)


def operations(shop: Shop, order: dict[str, Any]) -> list[tuple[str, str]]:
    return [(body["operation"], str(body["status"])) for body in shop.told(order["orderNumber"])]


def test_an_order_is_registered_paid_and_told_to_the_shop(sber: SberShop, shop: Shop) -> None:
    created = sber.register(description="Бронь №1")
    assert created.get("errorCode") == ("0" if sber.wire == "partner" else None)
    assert "Бронь №1" in sber.sandbox.request("GET", created["formUrl"]).text
    assert sber.status(created) == 0

    answer = sber.act(created, "pay")

    assert (answer.status, answer.headers["Location"]) == (303, f"{RETURN_URL}&orderId={created['orderId']}&lang=ru")
    paid = sber.order(created)
    assert (paid["orderStatus"], paid["amount"], paid["actionCode"], paid["currency"]) == (2, 150_000, 0, "643")
    assert paid["cardAuthInfo"]["maskedPan"] == "555555**4444"
    by_number = sber.ask("getOrderStatusExtended", orderNumber=created["orderNumber"])
    assert by_number["attributes"] == [{"name": "mdOrder", "value": created["orderId"]}]
    eventually(lambda: operations(shop, created) == [("deposited", "1")])


def test_callbacks_are_of_the_interface_that_registered_the_order(sandbox: Sandbox, shop: Shop) -> None:
    new, old = SberShop(sandbox, "partner"), SberShop(sandbox, "legacy")
    first, second = new.paid(), old.paid(dynamicCallbackUrl=f"{shop.url}/mine?shop=1")
    eventually(lambda: shop.told(first["orderNumber"]) and shop.told(second["orderNumber"]))
    ours = [
        told for told in shop.received if told[2].get("orderNumber") in (first["orderNumber"], second["orderNumber"])
    ]
    found = {body["orderNumber"]: (path, headers["method"], body) for path, headers, body in ours}
    path, method, body = found[first["orderNumber"]]
    assert (path, method, "checksum" in body) == ("/webhooks/sberpay", "POST", False)
    path, method, body = found[second["orderNumber"]]
    assert (path, method, body.pop("shop")) == ("/mine", "GET", "1")
    assert body["checksum"] == hmac_checksum(body, CALLBACK_KEY)


def test_the_old_interface_can_post_forms(sandbox: Sandbox, shop: Shop) -> None:
    old = SberShop(sandbox, "legacy")
    created = old.register()
    sandbox.knobs(created["orderId"], sber_post_callback=True, sber_rsa_checksum=True)
    old.act(created, "pay")
    [body] = eventually(lambda: shop.told(created["orderNumber"]))
    assert (body["sign_alias"], len(body["checksum"])) == ("SHA-512 with RSA", 512)
    methods = {headers["method"] for _, headers, told in shop.received if told is body}
    assert methods == {"POST"}
    assert sandbox.request("GET", "/sber/callback-key.pem").text.startswith("-----BEGIN PUBLIC KEY-----")


def test_a_callback_is_tried_three_times(sandbox: Sandbox, shop: Shop) -> None:
    sber = SberShop(sandbox, "partner")
    created = sber.register()
    shop.refusing[created["orderNumber"]] = [201, 500, 302]
    sber.act(created, "pay")
    eventually(lambda: sandbox.webhooks(created["orderId"])[0]["state"] == "given_up")
    assert operations(shop, created) == [("deposited", "1")] * 3


def test_a_number_is_used_once(sber: SberShop) -> None:
    created = sber.register()
    again = sber.ask("register", orderNumber=created["orderNumber"], amount=100, returnUrl=RETURN_URL)
    assert (again["errorCode"], again["errorMessage"]) == ("1", "Заказ с таким номером уже обработан")


def test_a_lost_answer_is_looked_up_and_declined(sber: SberShop) -> None:
    sber.sandbox.knobs(error_after_commit=1)
    number = uuid4().hex
    fields = {"userName": "cyclorama-api", "password": "cyclorama", "amount": 100, "returnUrl": RETURN_URL}
    assert sber.send("register", fields | {"orderNumber": number}).status == 500
    found = sber.ask("getOrderStatusExtended", orderNumber=number)
    order_id = found["attributes"][0]["value"]
    assert (found["orderStatus"], sber.code("decline", orderId=order_id)) == (0, "0")
    assert sber.ask("getOrderStatusExtended", orderId=order_id)["orderStatus"] == 6
    assert sber.act({"orderId": order_id}, "pay").status == 409


def test_access_is_by_name_and_password_or_in_the_old_interface_by_token(sber: SberShop) -> None:
    created = sber.register()
    wrong = {"userName": "cyclorama-api", "password": "wrong"}
    assert sber.ask("getOrderStatusExtended", wrong, orderId=created["orderId"])["errorCode"] == "5"
    by_token = sber.ask("getOrderStatusExtended", TOKEN, orderId=created["orderId"])
    assert by_token["errorCode"] == ("0" if sber.wire == "legacy" else "5")
    assert sber.ask("getOrderStatusExtended", {"token": "wrong"}, orderId=created["orderId"])["errorCode"] == "5"


def test_an_unpaid_order_dies_after_its_session(sber: SberShop, shop: Shop) -> None:
    created = sber.register(sessionTimeoutSecs=300)
    sber.sandbox.ahead(301)
    dead = sber.order(created)
    assert (dead["orderStatus"], dead["actionCode"]) == (6, -2007)
    eventually(lambda: operations(shop, created) == [("declinedByTimeout", "0")])


def test_an_unpaid_order_dies_on_its_date_by_moscows_clocks(sber: SberShop) -> None:
    until = datetime.now(ZoneInfo("Europe/Moscow")) + timedelta(minutes=10)
    created = sber.register(expirationDate=until.strftime("%Y-%m-%dT%H:%M:%S"))
    sber.sandbox.ahead(500)
    assert sber.status(created) == 0
    sber.sandbox.ahead(601)
    assert sber.status(created) == 6


def test_a_refused_order_is_over(sber: SberShop, shop: Shop) -> None:
    created = sber.register()
    assert sber.act(created, "decline").headers["Location"].startswith(FAIL_URL)
    assert (sber.order(created)["actionCode"], sber.status(created)) == (116, 6)
    eventually(lambda: operations(shop, created) == [("deposited", "0")])


def test_three_d_secure_is_status_five(sber: SberShop, shop: Shop) -> None:
    passed, failed = sber.register(), sber.register()
    for created in (passed, failed):
        assert sber.act(created, "check").headers["Location"] == f"/pay/{created['orderId']}"
        assert sber.status(created) == 5
        assert sber.code("decline", orderId=created["orderId"]) == "7"
    sber.act(passed, "confirm")
    sber.act(failed, "fail")
    assert [sber.status(created) for created in (passed, failed)] == [2, 6]


def test_held_money_is_deposited_in_part_or_reversed(sber: SberShop, shop: Shop) -> None:
    taken, freed = sber.paid("registerPreAuth"), sber.paid("registerPreAuth")
    assert sber.status(taken) == 1
    assert sber.code("deposit", orderId=taken["orderId"], amount=150_001) == "7"
    assert sber.code("deposit", orderId=taken["orderId"], amount=100_000) == "0"
    amounts = sber.order(taken)["paymentAmountInfo"]
    assert (amounts["approvedAmount"], amounts["depositedAmount"]) == (150_000, 100_000)
    assert sber.code("deposit", orderId=taken["orderId"], amount=0) == "7"
    assert sber.code("reverse", orderId=freed["orderId"]) == "0"
    assert sber.status(freed) == 3
    eventually(lambda: operations(shop, freed) == [("approved", "1"), ("reversed", "1")])
    eventually(lambda: operations(shop, taken) == [("approved", "1"), ("deposited", "1")])


def test_a_payment_is_reversed_once_and_on_its_own_day(sber: SberShop) -> None:
    today, yesterday = sber.paid(), sber.paid()
    assert sber.code("reverse", orderId=today["orderId"], amount=50_000) == "0"
    assert sber.code("reverse", orderId=today["orderId"], amount=50_000) == "7"
    assert (sber.status(today), sber.order(today)["paymentAmountInfo"]["depositedAmount"]) == (2, 100_000)
    sber.sandbox.ahead(DAY)
    assert sber.code("reverse", orderId=yesterday["orderId"]) == "7"
    assert sber.code("refund", orderId=yesterday["orderId"], amount=0) == "0"
    assert sber.status(yesterday) == 4


def test_a_refund_with_an_id_happens_once(sber: SberShop, shop: Shop) -> None:
    created = sber.paid()
    part = {"orderId": created["orderId"], "amount": 50_000, "jsonParams": {"externalRefundId": "r1"}}
    assert [sber.code("refund", **part) for _ in range(2)] == ["0", "0"]
    order = sber.order(created)
    assert (order["orderStatus"], order["paymentAmountInfo"]["refundedAmount"]) == (4, 50_000)
    assert sber.code("refund", **(part | {"amount": 60_000})) == "5"
    assert sber.code("refund", orderId=created["orderId"], amount=50_000) == "0"
    assert sber.code("refund", orderId=created["orderId"], amount=50_001) == "7"
    assert sber.code("refund", orderId=created["orderId"], amount=0) == "0"
    assert sber.order(created)["paymentAmountInfo"]["refundedAmount"] == 150_000
    assert sber.code("refund", orderId=created["orderId"], amount=0) == "7"
    eventually(lambda: operations(shop, created).count(("refunded", "1")) == 3)


def test_a_bank_may_refuse_a_refund(sber: SberShop) -> None:
    created = sber.paid()
    refund = {"orderId": created["orderId"], "amount": 0, "jsonParams": {"externalRefundId": "r1"}}
    sber.sandbox.knobs(refund_canceled=1)
    assert (sber.code("refund", **refund), sber.status(created)) == ("7", 2)
    assert (sber.code("refund", **refund), sber.status(created)) == ("0", 4)


def test_a_code_of_the_faster_payments_system_is_paid_by_it_alone(sber: SberShop) -> None:
    created = sber.register(jsonParams=SBP)
    external = created["externalParams"]
    assert len(external["qrcId"]) == 32
    assert "Pay" in sber.sandbox.request("GET", external["sbpPayload"]).text
    sber.act(created, "pay", method="sbp")
    order = sber.order(created)
    assert (order["orderStatus"], order["paymentWay"], "cardAuthInfo" in order) == (2, "SBP_C2B", False)
    assert sber.code("reverse", orderId=created["orderId"]) == "7"
    held = {"orderNumber": uuid4().hex, "amount": 100, "returnUrl": RETURN_URL, "jsonParams": SBP}
    assert sber.code("registerPreAuth", **held) == "5"


@pytest.mark.parametrize(
    ("method", "fields", "code"),
    [
        ("register", {"orderNumber": "n", "returnUrl": RETURN_URL}, "12"),
        ("register", {"orderNumber": "n", "amount": 100}, "5"),
        ("getOrderStatusExtended", {"orderId": "nothing"}, "6"),
        ("getOrderStatusExtended", {"orderNumber": "nothing"}, "6"),
        ("getOrderStatusExtended", {}, "5"),
        ("refund", {"orderId": "nothing", "amount": 1}, "6"),
        ("deposit", {"orderId": "nothing", "amount": -1}, "5"),
    ],
)
def test_refusals_have_http_200_and_a_code(sber: SberShop, method: str, fields: dict[str, Any], code: str) -> None:
    assert sber.code(method, **fields) == code


@pytest.mark.parametrize(
    ("wire", "content_type", "body"),
    [
        ("partner", "application/json", b"{"),
        ("partner", "application/json", b"[]"),
        ("partner", "application/json", b'{"userName": "\\ud800"}'),
        ("legacy", "application/x-www-form-urlencoded", b"\xff=\xfe"),
        ("legacy", "application/x-www-form-urlencoded", b"jsonParams={"),
        ("legacy", "multipart/form-data", b"userName=a"),
    ],
)
def test_bodies_that_cannot_be_read_are_refused(sandbox: Sandbox, wire: Wire, content_type: str, body: bytes) -> None:
    path = f"/sber{PATHS[wire]}/register.do"
    answer = sandbox.request("POST", path, body=body, headers={"Content-Type": content_type})
    assert (answer.status, answer.body["errorCode"]) == (400, "5")


def test_an_early_callback_is_there_before_the_answer(sber: SberShop, shop: Shop) -> None:
    sber.sandbox.knobs(early_webhook=1)
    created = sber.register()
    assert operations(shop, created) == [("deposited", "1")]
