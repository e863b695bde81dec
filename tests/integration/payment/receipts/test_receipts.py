"""Fiscal receipts on a real database: with payments, after visits, with refunds, and when things break."""

import json
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from core.identity import Identity
from core.jobs import Turn
from payment import composition, consumers, jobs
from payment.app import api
from payment.attempts.errors import PaymentNotFoundError
from payment.gateways.port import WebhookRequest
from payment.paying.errors import GatewayUnavailableError
from payment.receipts.errors import ContactUnavailableError, ReceiptNotFoundError, ReceiptNotRetriableError
from shared_schemas.common import Role
from shared_schemas.events import BookingCompleted
from shared_schemas.payment.receipts import FiscalReceipt
from tests.support.payment.gateways import tkassa, tkassa_notice
from tests.support.payment.receipts import Bookkeeper, FiscalGateway
from tests.support.payment.refunds import STAFF, cancelled, refused, visit
from tests.support.rest import ask
from tests.support.samples import sample

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def studio(engine: Engine, emptied: None) -> Bookkeeper:
    return Bookkeeper(engine, FiscalGateway())


def later(studio: Bookkeeper, wait: timedelta) -> None:
    studio.clock.advance(minutes=wait / MINUTE)


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
    later(studio, MINUTE)
    studio.gateway.change(studio.gateway_id(payment), receipt="canceled")
    assert (studio.poll_receipts(), studio.receipt(payment).failure) == (1, "not_registered")
    later(studio, DAY)
    assert (studio.poll_receipts(), studio.status(payment)) == (0, "succeeded")
    assert studio.alarms() == ["receipt_not_registered"]


def test_what_the_gateway_says_with_the_payment_needs_no_question(studio: Bookkeeper) -> None:
    payment = studio.pay()
    studio.settle(payment, status="succeeded", receipt="succeeded")
    later(studio, DAY)
    assert (studio.receipt(payment).status, studio.poll_receipts()) == ("succeeded", 0)


def test_a_gateway_that_never_says_is_asked_twice(studio: Bookkeeper) -> None:
    payment = studio.paid()
    later(studio, MINUTE)
    assert [studio.poll_receipts() for _ in range(2)] == [1, 0]
    later(studio, DAY)
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
    later(studio, HOUR)
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
    later(studio, 2 * MINUTE)
    studio.poll()
    assert studio.gateway.given[0] == studio.gateway.given[1]


def test_nobody_knows_the_address_now_and_the_payment_can_be_carried_on(studio: Bookkeeper) -> None:
    studio.contacts.away = True
    booking, key = studio.booked(), studio.key()
    with pytest.raises(ContactUnavailableError):
        studio.pay(booking, key)
    later(studio, 2 * MINUTE)
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
    later(studio, MINUTE)
    assert (studio.poll(), studio.status(payment)) == (1, "pending")
    studio.contacts.away = False
    later(studio, HOUR)
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
    later(studio, HOUR)
    studio.poll_refunds()
    assert studio.receipt(payment, "refund").status == "pending"
    studio.gateway.decide(status="succeeded", receipt="succeeded")
    later(studio, MINUTE)
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
    later(studio, HOUR)
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


def test_a_visit_is_settled_for_what_is_left_once_and_followed(studio: Bookkeeper) -> None:
    payment = studio.paid()
    studio.refund(payment, 50_000)
    for _ in range(3):
        studio.complete(payment)
    (closing,) = studio.gateway.closings
    settled = studio.receipt(payment, "settlement")
    assert (closing.id, closing.gateway_payment_id) == (settled.id, studio.gateway_id(payment))
    assert (closing.receipt.total, settled.status) == (150_000, "pending")
    assert {(item.mode, item.vat) for item in closing.receipt.items} == {("full_payment", "22")}
    studio.gateway.registration = "succeeded"
    later(studio, HOUR)
    studio.poll_receipts()
    assert studio.receipt(payment, "settlement").status == "succeeded"


def test_each_payment_of_a_visit_is_settled(studio: Bookkeeper) -> None:
    booking = studio.booked()
    first = studio.paid(booking)
    known = studio.booking.known[booking]
    confirmed = {"status": "confirmed", "due": known.due.model_copy(update={"amount": 0}), "kept": known.due}
    studio.booking.known[booking] = known.model_copy(update=confirmed | {"balance": known.due})
    second = studio.paid(booking)
    assert {line.mode for line in studio.receipt(second).lines} == {"full_prepayment"}
    studio.complete(first)
    lines: dict[str, int] = {}
    for item in (item for closing in studio.gateway.closings for item in closing.receipt.items):
        lines[item.name] = lines.get(item.name, 0) + item.amount
    assert lines == {"Аренда зала «Белый»": 301_001, "Кофе": 98_999}


def test_a_gateway_without_closing_receipts_leaves_it_to_staff(studio: Bookkeeper) -> None:
    studio.gateway.registration = None
    payment = studio.paid()
    studio.complete(payment)
    settled = studio.receipt(payment, "settlement")
    assert (settled.status, settled.failure) == ("unsupported", "no_such_call")


def test_an_order_whose_answer_got_lost_is_repeated_under_the_same_id(studio: Bookkeeper) -> None:
    payment = studio.paid()
    studio.gateway.fault = "answer_lost"
    studio.complete(payment)
    studio.gateway.fault = None
    assert studio.receipt(payment, "settlement").status == "planned"
    later(studio, HOUR)
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
    later(studio, HOUR)
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
    later(studio, HOUR)
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
    later(studio, HOUR)
    studio.gateway.fault, studio.gateway.calls = "down", 0
    assert (studio.poll_receipts(), studio.gateway.calls) == (1, 1)
    assert studio.fiscal.run(Turn(lambda: False)) == 0


def test_only_the_payer_and_staff_see_receipts(studio: Bookkeeper) -> None:
    payment = studio.pay()
    assert studio.receipts.of(payment.id, studio.customer).data == studio.receipts_of(payment)
    with pytest.raises(PaymentNotFoundError):
        studio.receipts.of(payment.id, Identity(str(uuid4()), Role.CLIENT))


@pytest.fixture
def terminal(studio: Bookkeeper, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bookkeeper]:
    """T-Kassa's own notifications come in."""
    monkeypatch.setattr(studio.gateway, "parse_webhook", tkassa("https://unused.example").parse_webhook)
    yield studio


def tell(studio: Bookkeeper, payment: Any, **changes: Any) -> None:
    lines = {"Receipt": {"Items": [{"Amount": 200_000, "PaymentMethod": changes.pop("mode", "prepayment")}]}}
    fields = {"Status": "RECEIPT", "Type": "Income", "FiscalDocumentNumber": 1, **lines, **changes}
    notice = tkassa_notice(OrderId=str(studio.attempt(payment).id), PaymentId=7, **fields)
    studio.notifications.receive("yookassa", WebhookRequest(json.dumps(notice).encode()))


def test_a_notification_tells_how_a_registration_went(terminal: Bookkeeper) -> None:
    payment = terminal.pay()
    for _ in range(2):
        tell(terminal, payment)
    assert (terminal.receipt(payment).status, terminal.rows("notifications"), terminal.notified()) == (
        "succeeded",
        1,
        [],
    )


def test_notifications_tell_payment_settlement_and_refunds_apart(terminal: Bookkeeper) -> None:
    payment = terminal.pay()
    terminal.gateway.change(terminal.gateway_id(payment), status="succeeded")
    later(terminal, MINUTE)
    terminal.poll()
    terminal.complete(payment)
    tell(terminal, payment, mode="full_payment", Success=False)
    states = {receipt.kind: receipt.status for receipt in terminal.receipts_of(payment)}
    assert states == {"payment": "pending", "settlement": "canceled"}
    assert terminal.alarms() == ["receipt_not_registered"]
    tell(terminal, payment, mode="full_payment", FiscalDocumentNumber=2)
    tell(terminal, payment, FiscalDocumentNumber=3)
    assert {receipt.status for receipt in terminal.receipts_of(payment)} == {"succeeded"}
    tell(terminal, payment, Type="IncomeReturn", FiscalDocumentNumber=4)  # Nobody here gave anything back.
    assert len(terminal.receipts_of(payment)) == 2


CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000, aws_request_id="r1", function_name="f")


@pytest.fixture
def deployed(studio: Bookkeeper) -> Iterator[Bookkeeper]:
    """Handlers use its app."""
    with composition.app.replaced(studio.app):
        yield studio


def test_the_queue_and_the_clock_bring_it_about(deployed: Bookkeeper) -> None:
    studio = deployed
    payment = studio.paid()
    later(studio, MINUTE)
    assert jobs.poll_receipts({}, CONTEXT) == {"done": 1, "failed": 0, "more": False}
    for event in ("booking.completed", "booking.no_show"):
        record = sample("sqs_booking_cancelled")["Records"][0]
        body = json.loads(record["body"])
        data = visit(payment) | {"status": "completed"}
        said = BookingCompleted.model_validate(data).model_dump(mode="json")
        body["detail"] |= {"id": str(uuid4()), "type": event, "data": said}
        answer = consumers.settle_receipts({"Records": [record | {"body": json.dumps(body)}]}, CONTEXT)
        assert answer == {"batchItemFailures": []}
    assert len(studio.gateway.closings) == 1


def test_receipts_are_listed_and_ordered_anew_over_http(deployed: Bookkeeper) -> None:
    studio = deployed
    payment = studio.paid()
    studio.gateway.fault = "refuses"
    studio.complete(payment)
    studio.gateway.fault = None
    path = {"payment_id": payment.id}
    listed = ask(api, studio.customer, "GET /v1/payments/{payment_id}/receipts", path=path)
    found = {item["kind"]: item for item in listed.body["data"]}
    assert (listed.status, found["settlement"]["status"]) == (200, "canceled")

    path = {"receipt_id": found["settlement"]["id"]}
    retry = "POST /v1/receipts/{receipt_id}/retry"
    answers = [ask(api, who, retry, path=path) for who in (studio.customer, STAFF, STAFF)]
    assert [answer.status for answer in answers] == [403, 200, 409]
    assert FiscalReceipt.model_validate(answers[1].body).status == "pending"
    assert answers[2].code == "receipt_not_retriable"
