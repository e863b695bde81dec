"""Every body that we send, held against the published schemas, which take no name that they do not have."""

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

import pytest

import infra.sandbox.providers
from infra.sandbox.schemas import Schemas
from payment.gateways.fiscal_words import FfdVersion, PaymentMode, PaymentSubject, Receipt, ReceiptItem, TaxSystem, Vat
from payment.gateways.port import ClosingReceipt
from payment.gateways.sberpay.client import SberPay
from payment.gateways.tkassa.client import TKassa
from payment.gateways.words import RefundOrder
from payment.gateways.yookassa.client import YooKassa
from shared_schemas.common import Money
from tests.support.booking.made import FixedClock
from tests.support.payment.cashier import creating
from tests.support.payment.gateway_bodies import Recorder
from tests.support.payment.gateways import SBER_CREDENTIALS, SELLER, TKASSA_CREDENTIALS, YOOKASSA_CREDENTIALS

PROVIDERS = Path(str(infra.sandbox.providers.__file__)).parent
TKASSA = Schemas(PROVIDERS / "tkassa/schemas.json", closed=True)
SBER = Schemas(PROVIDERS / "sberpay/schemas.json", closed=True)
YOOKASSA = Schemas(PROVIDERS / "yookassa/schemas.json", closed=True)
FFD = get_args(FfdVersion)
LINES = tuple(
    ReceiptItem("Аренда зала «Циклорама» – 2 часа" * 5, 10_000, Decimal(quantity), vat, subject, mode)
    for vat in get_args(Vat)
    for subject in get_args(PaymentSubject)
    for mode, quantity in zip(get_args(PaymentMode), ("1", "2", "3", "0.333", "7", "12", "5"), strict=True)
)
RECEIPTS = [
    Receipt(LINES[first : first + 100], email="anna@example.com", phone="+79161234567", tax_system=system)
    for first, system in zip(range(0, len(LINES), 53), get_args(TaxSystem), strict=False)
]


def order(receipt: Receipt) -> RefundOrder:
    return RefundOrder(uuid4(), "77", receipt.total, receipt.total, description="Возврат " * 50, receipt=receipt)


def tkassa_answer(status: str) -> dict[str, Any]:
    ids = {"PaymentId": "77", "OrderId": "1", "Amount": 1, "Status": status, "PaymentURL": "https://pay.example/77"}
    return {"Success": True, "ErrorCode": "0", "Data": "https://qr.example/1", "Payments": []} | ids


def through_tkassa(client: TKassa, transport: Recorder, receipt: Receipt) -> None:
    attempt = creating(provider="tkassa", amount=Money(amount=receipt.total), method="sbp")
    calls: list[tuple[str, Callable[[], object]]] = [
        ("NEW", lambda: client.create(attempt.order, receipt=receipt)),
        ("NEW", lambda: client.find(attempt.order)),
        ("NEW", lambda: client.decline("77")),
        ("AUTHORIZED", lambda: client.capture("77", receipt.total, receipt)),
        ("AUTHORIZED", lambda: client.cancel("77")),
        ("CONFIRMED", lambda: client.refund(order(receipt))),
        ("CONFIRMED", lambda: client.closing_receipt(ClosingReceipt(uuid4(), "77", receipt))),
    ]
    for status, call in calls:
        transport.answer = tkassa_answer(status)
        call()


@pytest.mark.parametrize("ffd", FFD)
@pytest.mark.parametrize("receipt", RECEIPTS, ids=range(len(RECEIPTS)))
def test_tkassa_is_sent_what_it_publishes(receipt: Receipt, ffd: FfdVersion) -> None:
    transport = Recorder()
    client = TKassa(transport, TKASSA_CREDENTIALS, "https://hooks.example", FixedClock(), ffd)
    through_tkassa(client, transport, receipt)

    calls = [(sent.path.rpartition("/")[2], sent.body) for sent in transport.sent]
    assert {call for call, _ in calls} == {
        "Init", "GetQr", "CheckOrder", "GetState", "Cancel", "Confirm", "SendClosingReceipt"
    }  # fmt: skip
    assert [fault for call, body in calls if (fault := TKASSA.fault(call, body))] == []
    [closing] = [body["Receipt"] for call, body in calls if call == "SendClosingReceipt"]
    # Tag 1215: set off against the prepayment. Cashless money would be taxed a second time.
    assert closing["Payments"] == {"Electronic": 0, "AdvancePayment": receipt.total}
    assert all("Payments" not in body.get("Receipt", {}) for call, body in calls if call != "SendClosingReceipt")


SBER_ANSWER = {
    "errorCode": "0",
    "orderId": "g1",
    "formUrl": "https://pay.example/g1",
    "orderNumber": uuid4().hex,
    "currency": "643",
    "receipts": [],
    "receiptId": "r1",
}


def through_sber(client: SberPay, transport: Recorder, receipt: Receipt) -> None:
    attempt = creating(provider="sberpay", amount=Money(amount=receipt.total), method="sbp")
    today = int(FixedClock().now().timestamp() * 1000)
    paid = {"orderStatus": 2, "depositedDate": today}
    calls: list[tuple[dict[str, Any], Callable[[], object]]] = [
        ({}, lambda: client.create(attempt.order, receipt=receipt)),
        ({}, lambda: client.create(replace(attempt, method=None).order, capture=False, receipt=receipt)),
        ({"orderStatus": 0}, lambda: client.find(attempt.order)),
        ({"orderStatus": 0}, lambda: client.decline("g1")),
        ({"orderStatus": 1}, lambda: client.capture("g1", receipt.total, receipt)),
        ({"orderStatus": 1}, lambda: client.cancel("g1")),
        (paid, lambda: client.refund(order(receipt))),
        ({"orderStatus": 2}, lambda: client.refund(order(receipt))),
        ({"orderStatus": 2}, lambda: client.closing_receipt(ClosingReceipt(uuid4(), "g1", receipt))),
        ({"orderStatus": 2}, lambda: client.fetch_receipt("r1")),
        ({"orderStatus": 2}, lambda: client.receipt_status("g1", order(receipt))),
    ]
    for changes, call in calls:
        number = {"attributes": [{"name": "mdOrder", "value": "g1"}], "amount": receipt.total}
        transport.answer = SBER_ANSWER | number | changes
        call()


@pytest.mark.parametrize("ffd", FFD)
@pytest.mark.parametrize("receipt", RECEIPTS, ids=range(len(RECEIPTS)))
def test_sber_is_sent_what_it_publishes(receipt: Receipt, ffd: FfdVersion) -> None:
    transport = Recorder()
    client = SberPay(
        transport, SBER_CREDENTIALS, webhook_base="https://hooks.example", clock=FixedClock(),
        seller=replace(SELLER, ffd=ffd),
    )  # fmt: skip
    through_sber(client, transport, receipt)

    calls = [(sent.path.rpartition("/")[2].removesuffix(".do"), sent.body) for sent in transport.sent]
    assert {call for call, _ in calls} == {
        "register", "registerPreAuth", "getOrderStatusExtended", "decline", "deposit", "reverse", "refund",
        "doReceipt", "getReceiptStatus",
    }  # fmt: skip
    assert [(call, fault) for call, body in calls if (fault := SBER.fault(call, body))] == []
    kinds = {call: body["orderBundle"]["receiptType"] for call, body in calls if "orderBundle" in body}
    assert kinds == {
        "register": "SELL", "registerPreAuth": "SELL", "deposit": "SELL", "reverse": "SELL_REFUND",
        "refund": "SELL_REFUND", "doReceipt": "SELL",
    }  # fmt: skip
    [closing] = [body["orderBundle"] for call, body in calls if call == "doReceipt"]
    assert closing["payments"] == [{"type": 2, "sum": receipt.total}]


@pytest.mark.parametrize("receipt", RECEIPTS, ids=range(len(RECEIPTS)))
def test_sbers_old_platform_is_sent_carts_as_it_describes_them(receipt: Receipt) -> None:
    transport = Recorder()
    client = SberPay(transport, SBER_CREDENTIALS, "legacy", clock=FixedClock(), seller=SELLER)
    through_sber(client, transport, receipt)

    carts = {"orderBundle": "LegacyOrderBundle", "refundItems": "LegacyItems"}
    sent = [
        (sent.path, carts[name], json.loads(value))
        for sent in transport.sent
        for name, value in sent.body.items()
        if name in carts
    ]
    assert [path for path, _, _ in sent] == ["/register.do", "/registerPreAuth.do", "/refund.do", "/closeOfdReceipt.do"]
    assert [fault for _, schema, cart in sent if (fault := SBER.fault(schema, cart))] == []


@pytest.mark.parametrize(("omits", "as_paid", "sent"), [(True, True, []), (True, False, [1]), (False, True, [1, 1])])
def test_what_goes_back_as_it_came_takes_no_receipt_along(omits: bool, as_paid: bool, sent: list[int]) -> None:
    """Neither does a capture: both gateways ask for none, and make it of the payment's own."""
    receipt = RECEIPTS[0]
    refund = replace(order(receipt), as_paid=as_paid)
    terminal = Recorder(answer=tkassa_answer("CONFIRMED"))
    client = TKassa(terminal, TKASSA_CREDENTIALS, omits=omits)
    client.capture("77", receipt.total, receipt)
    client.refund(refund)
    assert [1 for message in terminal.sent if "Receipt" in message.body] == sent

    shop = Recorder(answer=yookassa_answer("succeeded"))
    at_yookassa = YooKassa(shop, YOOKASSA_CREDENTIALS, omits=omits)
    at_yookassa.capture("77", receipt.total, receipt)
    at_yookassa.refund(refund)
    assert [1 for message in shop.sent if "receipt" in message.body] == sent


def yookassa_answer(status: str) -> dict[str, Any]:
    return {"id": "77", "status": status, "amount": {"value": "1.00", "currency": "RUB"}, "items": []}


@pytest.mark.parametrize("receipt", RECEIPTS, ids=range(len(RECEIPTS)))
def test_yookassa_is_sent_what_it_publishes(receipt: Receipt) -> None:
    transport = Recorder(answer=yookassa_answer("succeeded"))
    client = YooKassa(transport, YOOKASSA_CREDENTIALS)
    client.create(creating(amount=Money(amount=receipt.total), method="sbp").order, receipt=receipt)
    client.capture("77", receipt.total, receipt)
    client.cancel("77")
    client.refund(order(receipt))
    client.closing_receipt(ClosingReceipt(uuid4(), "77", receipt))

    calls = ["CreatePayment", "CapturePayment", "CancelPayment", "CreateRefund", "CreateReceipt"]
    bodies = [sent.body for sent in transport.sent if sent.method == "POST"]
    assert [
        (call, fault) for call, body in zip(calls, bodies, strict=True) if (fault := YOOKASSA.fault(call, body))
    ] == []
