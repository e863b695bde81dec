"""The service's handlers as Lambda calls them, on a real database."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from core.identity import Identity
from payment import composition, consumers, jobs
from payment.app import api
from payment.gateways.port import WebhookRequest
from shared_schemas.common import Problem, Role
from shared_schemas.payment.payments import Payment, Refund
from tests.support.payment.cashier import RETURN_URL, Cashier, webhook
from tests.support.rest import Answer, ask
from tests.support.samples import envelope, sample

EVENTS = Path(__file__).parents[3] / "events"
CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000, aws_request_id="r1", function_name="f")


@pytest.fixture(autouse=True)
def composed(cashier: Cashier) -> Iterator[None]:
    """Handlers use the app of the test's own cashier."""
    with composition.app.replaced(cashier.app):
        yield


def staff() -> Identity:
    return Identity(str(uuid4()), Role.MANAGER)


def pay(cashier: Cashier, **changes: Any) -> Answer:
    body = {"booking_id": str(cashier.booked()), "provider": "yookassa", "return_url": RETURN_URL}
    headers = {"Idempotency-Key": uuid4(), "Accept-Language": "ru"}
    return ask(api, cashier.customer, "POST /v1/payments", body | changes, headers=headers)


def test_a_payment_is_started_and_looked_up(cashier: Cashier) -> None:
    answer = pay(cashier, method="sbp")
    payment = Payment.model_validate(answer.body)
    found = ask(api, cashier.customer, "GET /v1/payments/{payment_id}", path={"payment_id": payment.id})
    listed = ask(api, cashier.customer, "GET /v1/payments", query={"booking_id": payment.booking_id})

    assert (answer.status, found.status, listed.status) == (201, 200, 200)
    assert Payment.model_validate(found.body) == payment
    assert [item["id"] for item in listed.body["data"]] == [str(payment.id)]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"booking_id": str(uuid4())}, 404, "booking_not_found"),
        ({"provider": "tkassa"}, 422, "provider_unavailable"),
        ({"provider": "paypal"}, 422, "invalid_request"),
        ({"amount": 1}, 422, "invalid_request"),
        ({"return_url": "javascript:alert(1)"}, 422, "invalid_request"),
        ({"return_url": "https://" + "x" * 2048}, 422, "invalid_request"),
    ],
)
def test_each_refusal_has_its_status_and_code(
    cashier: Cashier, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = pay(cashier, **changes)
    assert (answer.status, Problem.model_validate(answer.body).code) == (status, code)


def test_a_gateway_that_is_down_says_when_to_come_again(cashier: Cashier) -> None:
    cashier.gateway.fault = "down"
    answer = pay(cashier)
    assert (answer.status, answer.code) == (503, "gateway_unavailable")
    assert int(answer.headers["retry-after"]) > 0


def test_health_asks_the_database() -> None:
    answer = ask(api, None, "GET /health/payment")
    assert (answer.status, answer.body["checks"]["database"]) == (200, "ok")


def test_the_queue_settles_the_payment_and_keeps_what_it_could_not_do(cashier: Cashier) -> None:
    payment = cashier.pay()
    cashier.gateway.change(cashier.gateway_id(payment), status="succeeded")
    cashier.notifications.receive("yookassa", WebhookRequest(webhook(cashier.gateway_id(payment))))
    sample = json.loads((EVENTS / "sqs_payment_notification.json").read_text())
    unknown = sample["Records"][0]
    body = json.loads(unknown["body"]) | {"detail": cashier.notified()[0].model_dump(mode="json")}
    known = unknown | {"messageId": "known", "body": json.dumps(body)}

    answer = consumers.process_notifications({"Records": [unknown, known]}, CONTEXT)

    # The sample's own notification was never stored here.
    assert answer == {"batchItemFailures": [{"itemIdentifier": unknown["messageId"]}]}
    assert cashier.status(payment) == "succeeded"
    told = cashier.broker.taken[-1]
    assert (told.type, told.causation_id) == ("payment.succeeded", str(cashier.notified()[0].id))


def test_the_schedules_ask_and_publish(cashier: Cashier) -> None:
    cashier.pay()
    cashier.clock.advance(minutes=1)
    assert jobs.poll_attempts({}, CONTEXT) == {"done": 1, "failed": 0, "more": False}
    assert jobs.relay_outbox({}, CONTEXT) == {"done": 0, "published": 0, "replayed": 0, "failed": 0, "more": False}


def test_a_job_with_no_time_left_asks_nobody(cashier: Cashier) -> None:
    cashier.pay()
    cashier.clock.advance(minutes=1)
    hurried = SimpleNamespace(get_remaining_time_in_millis=lambda: 19_000)
    assert jobs.poll_attempts({}, hurried) == {"done": 0, "failed": 0, "more": True}


REFUNDS = "/v1/payments/{payment_id}/refunds"


def test_staff_refund_a_payment_and_the_payer_sees_it(cashier: Cashier) -> None:
    payment = cashier.pay()
    cashier.settle(payment, status="succeeded")
    path = {"payment_id": payment.id}
    body = {"amount": {"amount": 1_000}, "reason": "The heating failed"}

    answer = ask(api, staff(), f"POST {REFUNDS}", body, path=path)
    listed = ask(api, cashier.customer, f"GET {REFUNDS}", path=path)

    assert answer.status == 201
    refund = Refund.model_validate(answer.body)
    assert (refund.status, refund.comment) == ("succeeded", "The heating failed")
    assert [item["id"] for item in listed.body["data"]] == [str(refund.id)]
    assert "comment" not in listed.body["data"][0]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"amount": {"amount": 200_001}, "reason": "x"}, 422, "refund_too_large"),
        ({"amount": {"amount": 0}, "reason": "x"}, 422, "invalid_request"),
        ({"amount": {"amount": -1}, "reason": "x"}, 422, "invalid_request"),
        ({"amount": 1, "reason": "x"}, 422, "invalid_request"),
        ({"amount": {"amount": 1}}, 422, "invalid_request"),
    ],
)
def test_each_refused_refund_has_its_code(cashier: Cashier, body: Any, status: int, code: str) -> None:
    payment = cashier.pay()
    cashier.settle(payment, status="succeeded")
    answer = ask(api, staff(), f"POST {REFUNDS}", body, path={"payment_id": payment.id})
    problem = Problem.model_validate(answer.body)
    assert (answer.status, problem.code) == (status, code)
    if code == "refund_too_large":
        assert problem.model_extra and problem.model_extra["available"] == 200_000


def test_refunds_are_for_staff_and_of_payments_that_are_there(cashier: Cashier) -> None:
    payment = cashier.pay()
    asked = [(cashier.customer, payment.id), (staff(), payment.id), (staff(), uuid4())]
    answers = [ask(api, who, f"POST {REFUNDS}", {"reason": "x"}, path={"payment_id": of}) for who, of in asked]
    codes = [(answer.status, answer.code) for answer in answers]
    assert codes == [(403, "forbidden"), (409, "payment_not_refundable"), (404, "payment_not_found")]


def test_a_booking_that_is_called_off_gets_its_money_back_through_the_queue(cashier: Cashier) -> None:
    event = envelope("sqs_booking_cancelled")
    payment = cashier.pay(cashier.booked(booking_id=event.data["booking_id"]))
    cashier.settle(payment, status="succeeded")

    answer = consumers.refund_bookings(sample("sqs_booking_cancelled"), CONTEXT)

    assert answer == {"batchItemFailures": []}
    assert cashier.payments.get(payment.id, cashier.customer).refunded.amount == 75_000
    told = cashier.broker.taken[-1]
    assert (told.type, told.causation_id) == ("payment.refunded", str(event.id))


def test_the_schedule_asks_for_refunds_that_did_not_get_through(cashier: Cashier) -> None:
    payment = cashier.pay()
    cashier.settle(payment, status="succeeded")
    cashier.gateway.fault = "down"
    answer = ask(api, staff(), f"POST {REFUNDS}", {"reason": "x"}, path={"payment_id": payment.id})
    assert answer.body["status"] == "creating"
    cashier.gateway.fault = None
    cashier.clock.advance(minutes=1)
    assert jobs.poll_refunds({}, SimpleNamespace(get_remaining_time_in_millis=lambda: 19_000)) == {
        "done": 0,
        "failed": 0,
        "more": True,
    }
    assert jobs.poll_refunds({}, CONTEXT) == {"done": 1, "failed": 0, "more": False}
    assert cashier.payments.get(payment.id, cashier.customer).refunded == payment.amount
