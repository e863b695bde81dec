"""What receipts need of the network: whom they go to, and each gateway's own words for them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from core.clock import SystemClock
from core.service_client import ServiceCallError, ServiceClient
from core.tokens import verify
from payment.gateways.port import (
    ClosingReceipt,
    GatewayRefusedError,
    GatewayUnreachableError,
    RequestNeverSentError,
)
from payment.gateways.words import RefundOrder
from payment.receipts.contacts import GatewayContacts
from payment.receipts.errors import ContactUnavailableError
from payment.receipts.ports import Recipient
from tests.support.database import free_port
from tests.support.keys import FixedKeys
from tests.support.payment.gateways import receipt, sberpay, tkassa, yookassa
from tests.support.scripted_server import Script, scripted_server

KEY = "k" * 32
ANNA = {"email": "anna@example.com", "phone": "+79161234567", "full_name": "Anna Petrova", "locale": "ru"}


@pytest.fixture
def server() -> Iterator[Script]:
    with scripted_server() as script:
        yield script


def contacts(url: str) -> GatewayContacts:
    return GatewayContacts(ServiceClient("payment", url, KEY, SystemClock()))


def test_the_address_is_asked_for_as_this_service(server: Script) -> None:
    customer = uuid4()
    server.answers = [(200, ANNA | {"id": str(customer)})]
    assert contacts(server.url).recipient(customer) == Recipient(email="anna@example.com")
    (asked,) = server.asked
    assert asked.path == f"/v1/accounts/{customer}/contact"
    assert (
        verify(asked.headers["authorization"].removeprefix("Bearer "), FixedKeys({"payment": KEY})).subject == "payment"
    )


def test_who_has_no_mail_gets_receipts_by_telephone(server: Script) -> None:
    """54-FZ leaves the choice; a guest need not have any e-mail."""
    told = {name: value for name, value in ANNA.items() if name != "email"}
    server.answers = [(200, told | {"id": str(uuid4())})]
    assert contacts(server.url).recipient(uuid4()) == Recipient(phone=told["phone"])


def test_who_is_gone_is_nobody_and_who_does_not_answer_may_do_so_later(server: Script) -> None:
    server.answers = [(404, {"code": "account_not_found"}), (503, {}), (403, {"code": "forbidden"})]
    assert contacts(server.url).recipient(uuid4()) is None
    with pytest.raises(ContactUnavailableError):
        contacts(server.url).recipient(uuid4())
    with pytest.raises(ServiceCallError):
        contacts(server.url).recipient(uuid4())


PAID = {"errorCode": "0", "orderNumber": uuid4().hex, "orderStatus": 2, "amount": 200_000, "currency": "643"}


def order(**changes: Any) -> RefundOrder:
    return replace(RefundOrder(uuid4(), "g1", amount=50_000, paid=200_000), **changes)


@pytest.mark.parametrize("dialect", ["new", "legacy"])
def test_sber_is_told_which_positions_of_the_order_go_back(server: Script, dialect: Any) -> None:
    """The new gateway by a receipt of the return, the old platform by items of the order."""
    back = {"paymentAmountInfo": {"refundedAmount": 50_000}}
    server.answers = [(200, PAID), (200, {"errorCode": "0"}), (200, PAID | {"orderStatus": 4} | back)]
    whole = receipt(30_000, 20_000)
    lines = tuple(replace(item, position=position) for item, position in zip(whole.items, (2, 5), strict=True))

    sberpay(server.url, dialect=dialect).refund(order(receipt=replace(whole, items=lines)))

    body = server.asked[1].body
    items = json.loads(body["refundItems"]) if dialect == "legacy" else body["orderBundle"]["cartItems"]
    if dialect == "new":
        assert body["orderBundle"]["receiptType"] == "SELL_REFUND"
        assert "refundItems" not in body
    said = [(item["positionId"], item["itemCode"], item["name"], item["itemAmount"]) for item in items["items"]]
    assert said == [("2", "2", "Аренда зала 1", 30_000), ("5", "5", "Аренда зала 2", 20_000)]


def test_sber_is_told_of_no_positions_without_a_receipt(server: Script) -> None:
    back = {"paymentAmountInfo": {"refundedAmount": 50_000}}
    server.answers = [(200, PAID), (200, {"errorCode": "0"}), (200, PAID | {"orderStatus": 4} | back)]
    sberpay(server.url).refund(order())
    assert {"refundItems", "orderBundle"}.isdisjoint(server.asked[1].body)


def test_tkassa_is_never_asked_twice_for_a_closing_receipt(server: Script) -> None:
    with pytest.raises(GatewayRefusedError, match="receipt_uncertain"):
        tkassa(server.url).closing_receipt(ClosingReceipt(uuid4(), "77", receipt(200_000), tried=True))
    assert server.asked == []


def test_a_request_that_found_nobody_was_never_sent(server: Script) -> None:
    closing = ClosingReceipt(uuid4(), "77", receipt(200_000))
    with pytest.raises(RequestNeverSentError):
        tkassa(f"http://127.0.0.1:{free_port()}").closing_receipt(closing)
    confirmed = {"Success": True, "ErrorCode": "0", "PaymentId": "77", "Status": "CONFIRMED", "Amount": 200_000}
    server.answers = [(200, confirmed), (500, {})]
    with pytest.raises(GatewayUnreachableError) as raised:
        tkassa(server.url).closing_receipt(closing)
    assert not isinstance(raised.value, RequestNeverSentError)


@pytest.mark.parametrize("registration", ["pending", "succeeded", "canceled", None])
def test_yookassas_refund_tells_of_its_receipt(server: Script, registration: str | None) -> None:
    amount = {"value": "500.00", "currency": "RUB"}
    server.answers = [
        (200, {"id": "r1", "status": "succeeded", "amount": amount, "receipt_registration": registration})
    ]
    assert yookassa(server.url).refund(order()).receipt == registration
