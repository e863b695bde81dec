"""Receipts from outside: what notifications tell of them, the queue, the clock, and their routes."""

import json
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from payment import composition, consumers, jobs
from payment.app import api
from payment.gateways.port import WebhookRequest
from shared_schemas.events.bookings import BookingCompleted
from shared_schemas.payment.receipts import FiscalReceipt
from tests.support.payment.gateways import tkassa, tkassa_notice
from tests.support.payment.receipts import Bookkeeper
from tests.support.payment.refunds import STAFF, visit
from tests.support.rest import ask
from tests.support.samples import sample

MINUTE = timedelta(minutes=1)


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
    terminal.later(MINUTE)
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
    studio.later(MINUTE)
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
