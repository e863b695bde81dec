"""Receipts from the payment to the settled visit, through the real clients and the sandbox gateways."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from core.clock import SystemClock
from payment.gateways.port import Gateway, WebhookRequest
from payment.gateways.sberpay.client import SberPay
from payment.gateways.tkassa.client import TKassa
from payment.gateways.yookassa.client import YooKassa
from shared_schemas.payment.payments import Payment
from tests.support.payment.at_sandbox import act, set_knobs
from tests.support.payment.gateways import SBER_CREDENTIALS, SELLER, TKASSA_CREDENTIALS, YOOKASSA_CREDENTIALS, transport
from tests.support.payment.receipts import Bookkeeper
from tests.support.scripted_server import Script
from tests.support.waiting import eventually

SBER = "/sber/ecomm/gw/partner/api/v1"
CLIENTS: dict[str, Callable[[str], Gateway]] = {
    "yookassa": lambda url: YooKassa(transport(f"{url}/yookassa/v3"), YOOKASSA_CREDENTIALS),
    "tkassa": lambda url: TKassa(transport(f"{url}/tkassa"), TKASSA_CREDENTIALS),
    "sber": lambda url: SberPay(transport(f"{url}{SBER}"), SBER_CREDENTIALS, seller=SELLER),
    "sber_1.2": lambda url: SberPay(transport(f"{url}{SBER}"), SBER_CREDENTIALS, seller=replace(SELLER, ffd="1.2")),
    "sber_legacy": lambda url: SberPay(
        transport(f"{url}/sber/payment/rest"), SBER_CREDENTIALS, "legacy", seller=SELLER
    ),
}
# As the service ends: the receipts of Sber's old platform are issued, and nothing tells of it.
EVERYTHING = {"payment": "succeeded", "refund": "succeeded", "settlement": "succeeded"}
# T-Kassa takes no closing receipt once a part of the payment went back: staff are told to issue it at the till.
BY_HAND = EVERYTHING | {"settlement": "canceled"}
UNTOLD = {"payment": "unsupported", "refund": "unsupported", "settlement": "unsupported"}


def studio(engine: Engine, gateway: Gateway) -> Bookkeeper:
    made = Bookkeeper(engine, gateway)  # type: ignore[arg-type]
    made.clock.go_to(SystemClock().now())
    return made


def paid_at(books: Bookkeeper) -> Payment:
    payment = books.pay()
    act(payment.confirmation_url)
    books.clock.advance(minutes=1)
    books.poll()
    assert books.status(payment) == "succeeded"
    return payment


def listen(books: Bookkeeper, webhooks: Script, payment: Payment) -> None:
    """What T-Kassa has sent of a payment so far, however often."""
    for asked in list(webhooks.asked):
        if isinstance(asked.body, dict) and str(asked.body.get("PaymentId")) == books.gateway_id(payment):
            books.notifications.receive("yookassa", WebhookRequest(json.dumps(asked.body).encode()))


def states(books: Bookkeeper, payment: Payment) -> dict[str, str]:
    return {receipt.kind: receipt.status for receipt in books.receipts_of(payment)}


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("yookassa", EVERYTHING),
        ("tkassa", BY_HAND),
        ("sber", EVERYTHING),
        ("sber_1.2", EVERYTHING),
        ("sber_legacy", UNTOLD),
    ],
)
def test_a_visit_is_receipted_from_the_prepayment_to_the_end(
    engine: Engine, emptied: None, sandbox: str, webhooks: Script, name: str, end: dict[str, str]
) -> None:
    books = studio(engine, CLIENTS[name](sandbox))
    payment = paid_at(books)
    refund = books.refund(payment, 33_333)

    def refunded() -> bool:
        books.clock.advance(minutes=10)
        books.poll_refunds()
        return {row.id: row.status for row in books.of(payment)}[refund.id] == "succeeded"

    eventually(refunded)
    books.complete(payment)

    def registered() -> bool:
        books.clock.advance(hours=7)
        listen(books, webhooks, payment)
        books.poll_receipts()
        return states(books, payment) == end

    eventually(registered)
    assert books.receipt(payment, "settlement").amount.amount == 200_000 - 33_333


def test_tkassa_registers_the_closing_receipt_of_a_visit_paid_for_in_advance(
    engine: Engine, emptied: None, sandbox: str, webhooks: Script
) -> None:
    books = studio(engine, CLIENTS["tkassa"](sandbox))
    payment = paid_at(books)
    books.complete(payment)

    def registered() -> bool:
        listen(books, webhooks, payment)
        return states(books, payment) == {"payment": "succeeded", "settlement": "succeeded"}

    eventually(registered)


@pytest.mark.parametrize("name", ["yookassa", "tkassa"])
@pytest.mark.parametrize("omits", [True, False])
def test_the_receipt_of_a_whole_refund_is_registered_either_way(
    engine: Engine, emptied: None, sandbox: str, webhooks: Script, name: str, omits: bool
) -> None:
    gateway = CLIENTS[name](sandbox)
    gateway._omits = omits  # type: ignore[attr-defined]
    books = studio(engine, gateway)
    payment = paid_at(books)
    books.refund(payment)

    def registered() -> bool:
        books.clock.advance(minutes=10)
        listen(books, webhooks, payment)
        books.poll_refunds()
        books.poll_receipts()
        return states(books, payment) == {"payment": "succeeded", "refund": "succeeded"}

    eventually(registered)


def test_a_visit_that_tkassa_cannot_close_is_told_to_staff(
    engine: Engine, emptied: None, sandbox: str, webhooks: Script
) -> None:
    books = studio(engine, CLIENTS["tkassa"](sandbox))
    payment = paid_at(books)
    books.refund(payment, 33_333)
    books.complete(payment)
    settlement = books.receipt(payment, "settlement")
    assert (settlement.status, settlement.failure) == ("canceled", "closing_after_refund")
    assert settlement.printed_by == "till"
    assert books.alarms() == ["receipt_not_registered"]


def test_a_receipt_that_was_not_registered_is_told_once_and_the_payment_stands(
    engine: Engine, emptied: None, sandbox: str, webhooks: Script
) -> None:
    books = studio(engine, CLIENTS["tkassa"](sandbox))
    set_knobs(sandbox, {"receipt_canceled": 1})
    payment = paid_at(books)

    def told() -> bool:
        listen(books, webhooks, payment)
        return states(books, payment) == {"payment": "canceled"}

    eventually(told)
    listen(books, webhooks, payment)
    assert (books.status(payment), books.alarms()) == ("succeeded", ["receipt_not_registered"])


def test_sber_gives_back_by_the_positions_of_the_order(engine: Engine, emptied: None, sandbox: str) -> None:
    books = studio(engine, CLIENTS["sber"](sandbox))
    payment = paid_at(books)
    books.refund(payment, 150_501)
    books.refund(payment)
    given: list[Any] = [row.amount.amount for row in books.of(payment) if row.status == "succeeded"]
    assert given == [150_501, 49_499]


@pytest.mark.parametrize("name", ["sber", "sber_1.2", "sber_legacy"])
def test_what_was_paid_today_goes_back_whole_with_its_receipt(
    engine: Engine, emptied: None, sandbox: str, name: str
) -> None:
    books = studio(engine, CLIENTS[name](sandbox))
    payment = paid_at(books)
    books.refund(payment)
    assert [row.status for row in books.of(payment)] == ["succeeded"]
    assert books.alarms() == []
