"""The service's handlers as Lambda calls them, on a real database."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from core.outbox_job import OutboxJob
from payment import app, consumers, jobs, wiring
from payment.providers.base import WebhookRequest
from payment.tables import delivery
from shared_schemas.common import Problem
from shared_schemas.payment import Payment, Refund
from tests.support.payment import RETURN_URL, Cashier, webhook
from tests.support.samples import envelope, sample

EVENTS = Path(__file__).parents[3] / "events"
CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000, aws_request_id="r1", function_name="f")


@pytest.fixture(autouse=True)
def wired(cashier: Cashier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "payments", lambda: cashier.payments)
    monkeypatch.setattr(wiring, "notifications", lambda: cashier.notifications)
    monkeypatch.setattr(wiring, "polling", lambda: cashier.polling)
    monkeypatch.setattr(wiring, "refunds", lambda: cashier.refunds)
    monkeypatch.setattr(wiring, "refunding", lambda: cashier.refunding)
    monkeypatch.setattr(wiring, "booking_events", lambda: cashier.booking_events)
    monkeypatch.setattr(wiring, "engine", lambda: cashier.engine)
    monkeypatch.setattr(wiring, "outbox_job", lambda: OutboxJob(cashier.engine, delivery, cashier.broker, 14))


def call(cashier: Cashier, method: str, resource: str, body: Any = None, **extra: Any) -> Any:
    event = {
        "resource": resource,
        "path": resource,
        "httpMethod": method,
        "headers": {"Content-Type": "application/json", "Accept-Language": "ru"} | extra.pop("headers", {}),
        "multiValueHeaders": {},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource,
            "path": resource,
            "httpMethod": method,
            "requestId": "the-request",
            "identity": {"sourceIp": "127.0.0.1"},
            "authorizer": {"subject": cashier.customer.subject, "role": "client"},
        }
        | extra.pop("identity", {}),
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }
    return app.app(event | extra, CONTEXT)


def pay(cashier: Cashier, **changes: Any) -> Any:
    body = {"booking_id": str(cashier.booked()), "provider": "yookassa", "return_url": RETURN_URL}
    return call(cashier, "POST", "/v1/payments", body | changes, headers={"Idempotency-Key": str(uuid4())})


def test_a_payment_is_started_and_looked_up(cashier: Cashier) -> None:
    answer = pay(cashier, method="sbp")
    payment = Payment.model_validate_json(answer["body"])
    found = call(cashier, "GET", "/v1/payments/{payment_id}", pathParameters={"payment_id": str(payment.id)})
    query = {"multiValueQueryStringParameters": {"booking_id": [str(payment.booking_id)]}}
    listed = call(cashier, "GET", "/v1/payments", **query)

    assert (answer["statusCode"], found["statusCode"], listed["statusCode"]) == (201, 200, 200)
    assert Payment.model_validate_json(found["body"]) == payment
    assert [item["id"] for item in json.loads(listed["body"])["data"]] == [str(payment.id)]


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
    assert (answer["statusCode"], Problem.model_validate_json(answer["body"]).code) == (status, code)


def test_a_gateway_that_is_down_says_when_to_come_again(cashier: Cashier) -> None:
    cashier.gateway.fault = "down"
    answer = pay(cashier)
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (503, "gateway_unavailable")
    assert int(answer["multiValueHeaders"].get("Retry-After", answer["headers"].get("Retry-After"))) > 0


def test_health_asks_the_database(cashier: Cashier) -> None:
    answer = call(cashier, "GET", "/health/payment")
    assert (answer["statusCode"], json.loads(answer["body"])["checks"]["database"]) == (200, "ok")


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


def staff(**extra: Any) -> dict[str, Any]:
    return {"authorizer": {"subject": str(uuid4()), "role": "manager"}} | extra


def test_staff_refund_a_payment_and_the_payer_sees_it(cashier: Cashier) -> None:
    payment = cashier.pay()
    cashier.settle(payment, status="succeeded")
    path = {"pathParameters": {"payment_id": str(payment.id)}}
    body = {"amount": {"amount": 1_000}, "reason": "The heating failed"}

    answer = call(cashier, "POST", "/v1/payments/{payment_id}/refunds", body, identity=staff(), **path)
    listed = call(cashier, "GET", "/v1/payments/{payment_id}/refunds", **path)

    assert answer["statusCode"] == 201
    refund = Refund.model_validate_json(answer["body"])
    assert (refund.status, refund.comment) == ("succeeded", "The heating failed")
    assert [item["id"] for item in json.loads(listed["body"])["data"]] == [str(refund.id)]
    assert "comment" not in json.loads(listed["body"])["data"][0]


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
    path = {"pathParameters": {"payment_id": str(payment.id)}}
    answer = call(cashier, "POST", "/v1/payments/{payment_id}/refunds", body, identity=staff(), **path)
    problem = Problem.model_validate_json(answer["body"])
    assert (answer["statusCode"], problem.code) == (status, code)
    if code == "refund_too_large":
        assert problem.model_extra and problem.model_extra["available"] == 200_000


def test_refunds_are_for_staff_and_of_payments_that_are_there(cashier: Cashier) -> None:
    payment = cashier.pay()
    resource, body = "/v1/payments/{payment_id}/refunds", {"reason": "x"}
    path = {"pathParameters": {"payment_id": str(payment.id)}}
    other = {"pathParameters": {"payment_id": str(uuid4())}}
    answers = [
        call(cashier, "POST", resource, body, **path),
        call(cashier, "POST", resource, body, identity=staff(), **path),
        call(cashier, "POST", resource, body, identity=staff(), **other),
    ]
    codes = [(answer["statusCode"], json.loads(answer["body"])["code"]) for answer in answers]
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
    path = {"pathParameters": {"payment_id": str(payment.id)}}
    answer = call(cashier, "POST", "/v1/payments/{payment_id}/refunds", {"reason": "x"}, identity=staff(), **path)
    assert json.loads(answer["body"])["status"] == "creating"
    cashier.gateway.fault = None
    cashier.clock.advance(minutes=1)
    assert jobs.poll_refunds({}, SimpleNamespace(get_remaining_time_in_millis=lambda: 19_000)) == {
        "done": 0,
        "failed": 0,
        "more": True,
    }
    assert jobs.poll_refunds({}, CONTEXT) == {"done": 1, "failed": 0, "more": False}
    assert cashier.payments.get(payment.id, cashier.customer).refunded == payment.amount
