"""Receipts of money that goes back."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.support.payment.receipts import Bookkeeper
from tests.support.payment.refunds import cancelled, refused

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_refunds_add_up_to_the_payment_line_by_line(studio: Bookkeeper) -> None:
    payment = studio.paid()
    for amount in (1, 99_999, 33_333, None):
        studio.refund(payment, amount)
    lines: dict[str, int] = {}
    for number, (kind, _) in enumerate(studio.gateway.given):
        for name, amount in studio.gateway.lines(number):
            lines[name] = lines.get(name, 0) + (-amount if kind == "refund" else amount)
    assert lines == {"Аренда зала «Белый»": 0, "Кофе": 0}
    back = {receipt.amount.amount for receipt in studio.receipts_of(payment) if receipt.kind == "refund"}
    assert back == {1, 99_999, 33_333, 66_667}


def test_a_refunds_receipt_goes_its_own_way(studio: Bookkeeper) -> None:
    payment = studio.paid()
    studio.gateway.outcome = {"status": "pending", "receipt": "pending"}
    studio.refund(payment, 50_000)
    assert studio.receipt(payment, "refund").status == "planned"
    studio.gateway.decide(status="succeeded", receipt="pending")
    studio.later(HOUR)
    studio.poll_refunds()
    assert studio.receipt(payment, "refund").status == "pending"
    studio.gateway.decide(status="succeeded", receipt="succeeded")
    studio.later(MINUTE)
    studio.poll_receipts()
    assert studio.receipt(payment, "refund").status == "succeeded"


def test_staff_hear_of_a_refund_without_its_receipt(studio: Bookkeeper) -> None:
    payment = studio.paid()
    studio.gateway.outcome = {"receipt": "canceled"}
    studio.refund(payment, 50_000)
    assert studio.receipt(payment, "refund").status == "canceled"
    assert (studio.of(payment)[0].status, studio.alarms()) == ("succeeded", ["receipt_not_registered"])


def test_a_refund_that_fails_gives_its_lines_back(studio: Bookkeeper) -> None:
    payment = studio.paid()
    studio.gateway.outcome = {"status": "failed", "reason": "rejected_by_payee"}
    studio.refund(payment)
    assert studio.receipt(payment, "refund").status == "void"
    studio.gateway.outcome = {}
    studio.refund(payment)
    assert studio.gateway.lines() == studio.gateway.lines(0)


def test_money_waits_a_little_for_its_receipts_address(studio: Bookkeeper) -> None:
    payment = studio.paid()
    studio.contacts.away = True
    refund = studio.refund(payment, 50_000)
    assert (refund.status, studio.gateway.orders) == ("creating", [])
    studio.contacts.away = False
    studio.later(HOUR)
    assert studio.poll_refunds() == 1
    (order,) = studio.gateway.orders
    assert order.receipt is not None
    assert (order.tried, order.receipt.total) == (False, 50_000)


@pytest.mark.parametrize("bring_about", [lambda payment: cancelled(payment, 60_000), refused])
def test_what_bookings_give_back_has_its_receipt(studio: Bookkeeper, bring_about: Any) -> None:
    payment = studio.paid()
    studio.booking_events.handle(uuid4(), bring_about(payment))
    order = studio.gateway.orders[-1]
    assert order.receipt is not None
    assert order.receipt.total == order.amount


def test_what_was_paid_twice_goes_back_with_its_receipt(studio: Bookkeeper) -> None:
    booking = studio.booked()
    first, second = studio.pay(booking), studio.pay(booking, method="sbp")
    studio.settle(first, status="succeeded")
    studio.settle(second, status="succeeded")
    studio.poll_refunds()
    order = studio.gateway.orders[-1]
    assert order.receipt is not None
    assert (order.receipt.total, studio.receipt(second, "refund").status) == (200_000, "pending")
