"""Fiscal receipts on a real database: with payments, and when things break."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.identity import Identity
from core.jobs import Turn
from payment.attempts.errors import PaymentNotFoundError
from payment.paying.errors import GatewayUnavailableError
from payment.receipts.errors import ContactUnavailableError, ReceiptNotFoundError, ReceiptNotRetriableError
from shared_schemas.common import Role
from tests.support.payment.receipts import Bookkeeper

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def test_a_payment_takes_its_receipt_along_which_adds_up(studio: Bookkeeper) -> None:
    payment = studio.pay()
    (kind, receipt), row = studio.gateway.given[-1], studio.receipt(payment)
    assert (kind, row.status, row.amount.amount) == ("create", "planned", 200_000)
    assert receipt is not None
    assert (receipt.email, receipt.phone, receipt.tax_system, receipt.total) == (
        "anna@example.com",
        None,
        "osn",
        200_000,
    )
    assert studio.gateway.lines() == [("Аренда зала «Белый»", 150_501), ("Кофе", 49_499)]
    assert {item.mode for item in receipt.items} == {"partial_prepayment"}


def test_who_gets_it_is_kept_nowhere(studio: Bookkeeper) -> None:
    studio.paid()
    with studio.engine.connect() as connection:
        for table in ("receipts", "payments", "attempts", "outbox"):
            rows = connection.execute(text(f"SELECT t::text FROM payment.{table} t")).scalars()  # noqa: S608
            assert not any("anna@example.com" in line for line in rows)


def test_its_registration_is_followed_apart_from_the_payment(studio: Bookkeeper) -> None:
    payment = studio.pay()
    studio.settle(payment, status="succeeded", receipt="pending")
    assert (studio.status(payment), studio.receipt(payment).status) == ("succeeded", "pending")
    assert studio.poll_receipts() == 0
    studio.later(MINUTE)
    studio.gateway.change(studio.gateway_id(payment), receipt="canceled")
    assert (studio.poll_receipts(), studio.receipt(payment).failure) == (1, "not_registered")
    studio.later(DAY)
    assert (studio.poll_receipts(), studio.status(payment)) == (0, "succeeded")
    assert studio.alarms() == ["receipt_not_registered"]


def test_what_the_gateway_says_with_the_payment_needs_no_question(studio: Bookkeeper) -> None:
    payment = studio.pay()
    studio.settle(payment, status="succeeded", receipt="succeeded")
    studio.later(DAY)
    assert (studio.receipt(payment).status, studio.poll_receipts()) == ("succeeded", 0)


def test_a_gateway_that_never_says_is_asked_twice(studio: Bookkeeper) -> None:
    payment = studio.paid()
    studio.later(MINUTE)
    assert [studio.poll_receipts() for _ in range(2)] == [1, 0]
    studio.later(DAY)
    assert studio.poll_receipts() == 1
    receipt = studio.receipt(payment)
    assert (receipt.status, receipt.failure, studio.alarms()) == ("unsupported", "not_told", [])


def test_who_does_not_pay_gets_no_receipt(studio: Bookkeeper) -> None:
    payment = studio.pay()
    studio.settle(payment, status="failed", reason="expired_on_confirmation", receipt="canceled")
    assert (studio.receipt(payment).status, studio.alarms()) == ("void", [])
    studio.settle(payment, status="succeeded", receipt=None)
    assert studio.receipt(payment).status == "pending"


def test_a_link_that_was_never_made_leaves_no_receipt(studio: Bookkeeper) -> None:
    studio.gateway.fault = "down"
    booking = studio.booked()
    with pytest.raises(GatewayUnavailableError):
        studio.pay(booking)
    studio.later(HOUR)
    studio.gateway.fault = None
    studio.poll()
    (payment,) = studio.payments.of_booking(booking, studio.customer).data
    assert (payment.status, studio.receipt(payment).status) == ("failed", "void")


def test_two_requests_for_the_same_money_share_one_receipt(studio: Bookkeeper) -> None:
    booking = studio.booked()
    assert studio.pay(booking).id == studio.pay(booking).id
    assert studio.rows("receipts") == 1


def test_a_link_that_is_there_already_gets_no_receipt_afterwards(studio: Bookkeeper) -> None:
    booking = studio.booked(lines=[])
    first = studio.pay(booking)
    lines = studio.booking.known[studio.booked()].lines
    studio.booking.known[booking] = studio.booking.known[booking].model_copy(update={"lines": lines})
    assert (studio.pay(booking).id, studio.rows("receipts")) == (first.id, 0)


def test_a_repeat_gives_the_same_receipt(studio: Bookkeeper) -> None:
    studio.gateway.fault = "answer_lost"
    booking, key = studio.booked(), studio.key()
    with pytest.raises(GatewayUnavailableError):
        studio.pay(booking, key)
    studio.gateway.fault = None
    studio.booking.known[booking] = studio.booking.known[booking].model_copy(update={"lines": []})
    studio.later(2 * MINUTE)
    studio.poll()
    assert studio.gateway.given[0] == studio.gateway.given[1]


def test_nobody_knows_the_address_now_and_the_payment_can_be_carried_on(studio: Bookkeeper) -> None:
    studio.contacts.away = True
    booking, key = studio.booked(), studio.key()
    with pytest.raises(ContactUnavailableError):
        studio.pay(booking, key)
    studio.later(2 * MINUTE)
    assert (studio.poll(), studio.gateway.calls) == (1, 0)
    studio.contacts.away = False
    payment = studio.pay(booking, key)
    assert (payment.status, studio.rows("payments")) == ("pending", 1)
    assert studio.gateway.given[-1][1] is not None


def test_who_is_not_known_any_more_pays_without_and_staff_hear_of_it(studio: Bookkeeper) -> None:
    studio.contacts.known = None
    payment = studio.pay()
    assert (studio.gateway.given, studio.receipt(payment).failure) == ([("create", None)], "no_recipient")
    assert studio.alarms() == []
    studio.settle(payment, status="succeeded")
    assert (studio.receipt(payment).status, studio.alarms()) == ("canceled", ["receipt_not_registered"])


def test_the_studio_may_name_an_address_for_them(studio: Bookkeeper) -> None:
    studio = Bookkeeper(studio.engine, studio.gateway, receipt_email="studio@example.com")
    studio.contacts.known = None
    payment = studio.pay()
    receipt = studio.gateway.given[-1][1]
    assert receipt is not None
    assert (receipt.email, studio.receipt(payment).failure) == ("studio@example.com", None)


def test_held_money_is_taken_with_its_receipt(studio: Bookkeeper) -> None:
    studio = Bookkeeper(studio.engine, studio.gateway, payment_stages="two")
    payment = studio.pay()
    studio.contacts.away = True
    with pytest.raises(ContactUnavailableError):
        studio.settle(payment, status="held")
    studio.later(MINUTE)
    assert (studio.poll(), studio.status(payment)) == (1, "pending")
    studio.contacts.away = False
    studio.later(HOUR)
    studio.poll()
    assert studio.status(payment) == "succeeded"
    assert [kind for kind, _ in studio.gateway.given] == ["create", "capture"]
    assert studio.gateway.given[0][1] == studio.gateway.given[1][1]


def test_nothing_is_ordered_where_receipts_are_off_or_nobody_says_what_is_sold(studio: Bookkeeper) -> None:
    studio.pay(studio.booked(lines=[]))
    off = Bookkeeper(studio.engine, studio.gateway, receipts="off")
    payment = off.paid()
    off.refund(payment, 1_000)
    off.complete(payment)
    assert {receipt for _, receipt in studio.gateway.given} == {None}
    assert studio.rows("receipts") == 0


def test_an_order_whose_answer_got_lost_is_repeated_under_the_same_id(studio: Bookkeeper) -> None:
    payment = studio.paid()
    studio.gateway.fault = "answer_lost"
    studio.complete(payment)
    studio.gateway.fault = None
    assert studio.receipt(payment, "settlement").status == "planned"
    studio.later(HOUR)
    studio.poll_receipts()
    first, second = studio.gateway.closings
    assert (first.id, first.receipt, first.tried, second.tried) == (second.id, second.receipt, False, True)
    assert studio.receipt(payment, "settlement").status == "pending"


def test_what_could_be_there_twice_is_for_staff_to_look_at(studio: Bookkeeper) -> None:
    """T-Kassa knows no key: after a lost answer only a human can say whether the receipt was issued."""
    payment = studio.paid()
    studio.gateway.keyless, studio.gateway.fault = True, "answer_lost"
    studio.complete(payment)
    studio.gateway.fault = None
    studio.later(HOUR)
    studio.poll_receipts()
    settled = studio.receipt(payment, "settlement")
    assert (settled.status, settled.failure, len(studio.gateway.closings)) == ("canceled", "receipt_uncertain", 1)
    assert studio.alarms() == ["receipt_not_registered"]

    again = studio.fiscal.retry(settled.id)
    assert (again.status, len({closing.id for closing in studio.gateway.closings})) == ("pending", 2)
    with pytest.raises(ReceiptNotRetriableError):
        studio.fiscal.retry(settled.id)
    with pytest.raises(ReceiptNotFoundError):
        studio.fiscal.retry(uuid4())


@pytest.mark.parametrize("obstacle", ["shut", "away"])
def test_what_never_left_is_no_reason_to_fear_a_second_one(studio: Bookkeeper, obstacle: str) -> None:
    payment = studio.paid()
    studio.gateway.keyless = True
    studio.gateway.shut, studio.contacts.away = obstacle == "shut", obstacle == "away"
    studio.complete(payment)
    studio.gateway.shut = studio.contacts.away = False
    studio.later(HOUR)
    studio.poll_receipts()
    assert studio.receipt(payment, "settlement").status == "pending"


def test_a_settlement_that_is_refused_or_has_nobody_to_go_to_is_for_staff(studio: Bookkeeper) -> None:
    first, second = studio.paid(), studio.paid()
    studio.gateway.fault = "refuses"
    studio.complete(first)
    studio.gateway.fault, studio.contacts.known = None, None
    studio.complete(second)
    failures = [studio.receipt(payment, "settlement").failure for payment in (first, second)]
    assert failures == ["invalid_request", "no_recipient"]
    assert studio.alarms() == ["receipt_not_registered"] * 2


def test_a_silent_gateway_is_left_alone_for_the_rest_of_the_run(studio: Bookkeeper) -> None:
    for _ in range(3):
        studio.paid()
    studio.later(HOUR)
    studio.gateway.fault, studio.gateway.calls = "down", 0
    assert (studio.poll_receipts(), studio.gateway.calls) == (1, 1)
    assert studio.fiscal.run(Turn(lambda: False)) == 0


def test_only_the_payer_and_staff_see_receipts(studio: Bookkeeper) -> None:
    payment = studio.pay()
    assert studio.receipts.of(payment.id, studio.customer).data == studio.receipts_of(payment)
    with pytest.raises(PaymentNotFoundError):
        studio.receipts.of(payment.id, Identity(str(uuid4()), Role.CLIENT))
