"""When webhooks are sent again, and what they say."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.sandbox.payments.model import Payment
from infra.sandbox.providers.yookassa.objects import Objects, YooKassaDialect, instant
from infra.sandbox.webhooks.backoff import DAY_AND_NIGHT, Schedule, after_attempt
from infra.sandbox.webhooks.model import Delivery

NOW = datetime(2026, 11, 23, 12, 0, 0, 129_400, tzinfo=UTC)


def payment(**changes: Any) -> Payment:
    fields: dict[str, Any] = {"id": "p", "provider": "yookassa", "amount": 10_000, "capture": True, "deadline": None}
    return Payment(**(fields | {"return_url": "https://shop.test", "created_at": NOW} | changes))


def delivery(**changes: Any) -> Delivery:
    fields: dict[str, Any] = {"provider": "yookassa", "payment_id": "p", "event": "e", "body": "{}"}
    fields |= {"content_type": "application/json", "created_at": NOW, "due_at": NOW}
    return Delivery(**(fields | changes))


def test_the_pause_doubles_up_to_a_minute() -> None:
    assert [DAY_AND_NIGHT.pause(attempts).total_seconds() for attempts in (1, 2, 3, 6, 7, 1000)] == [
        1,
        2,
        4,
        32,
        60,
        60,
    ]


def test_an_answer_that_is_taken_ends_the_delivery() -> None:
    done = after_attempt(delivery(), DAY_AND_NIGHT, True, 200, None)
    assert (done.state, done.attempts, done.last_status) == ("delivered", 1, 200)


def test_any_other_answer_postpones_it() -> None:
    done = after_attempt(delivery(attempts=1), DAY_AND_NIGHT, False, 503, None)
    assert (done.state, done.attempts, done.due_at - NOW) == ("queued", 2, timedelta(seconds=2))


def test_after_a_day_it_is_given_up() -> None:
    late = delivery(due_at=NOW + timedelta(hours=24), attempts=1500)
    assert after_attempt(late, DAY_AND_NIGHT, False, None, "TimeoutError").state == "given_up"


def test_a_gateway_may_give_up_after_a_few_attempts() -> None:
    thrice = Schedule(2, 2, attempts=3)
    assert after_attempt(delivery(attempts=1), thrice, False, 500, None).state == "queued"
    assert after_attempt(delivery(attempts=2), thrice, False, 500, None).state == "given_up"
    assert after_attempt(delivery(attempts=2), thrice, True, 200, None).state == "delivered"


@pytest.mark.parametrize(("status", "taken"), [(200, True), (201, False), (204, False), (302, False), (500, False)])
def test_yookassa_takes_200_and_nothing_else(status: int, taken: bool) -> None:
    assert YooKassaDialect(Objects("1", "http://x")).accepts(status, b"") is taken


@pytest.mark.parametrize(
    ("status", "event"),
    [("held", "payment.waiting_for_capture"), ("succeeded", "payment.succeeded"), ("canceled", "payment.canceled")],
)
def test_a_webhook_is_the_event_and_the_object_and_nothing_else(status: str, event: str) -> None:
    objects = Objects("100500", "http://x")
    changed = payment(status=status)
    [notice] = YooKassaDialect(objects).payment_notices(changed, "paid")
    assert json.loads(notice.body) == {"type": "notification", "event": event, "object": objects.payment(changed)}


def test_a_pending_payment_has_its_link_and_a_paid_one_its_money() -> None:
    objects = Objects("100500", "http://x")
    pending = objects.payment(payment())
    assert pending["confirmation"]["confirmation_url"] == "http://x/pay/p"
    assert (pending["paid"], pending["refundable"]) == (False, False)
    paid = objects.payment(payment(status="succeeded", captured_at=NOW, refunded=10_000))
    assert "confirmation" not in paid
    assert (paid["paid"], paid["refundable"], paid["refunded_amount"]["value"]) == (True, False, "100.00")
    assert paid["income_amount"]["value"] == "96.50"


@pytest.mark.parametrize(
    ("reason", "party"),
    [
        ("expired_on_confirmation", "yoo_money"),
        ("canceled_by_merchant", "merchant"),
        ("insufficient_funds", "payment_network"),
    ],
)
def test_a_cancelled_payment_says_who_and_why(reason: str, party: str) -> None:
    cancelled = Objects("1", "http://x").payment(payment(status="canceled", cancellation=reason))
    assert cancelled["cancellation_details"] == {"party": party, "reason": reason}


def test_instants_have_milliseconds_and_a_z() -> None:
    assert instant(NOW) == "2026-11-23T12:00:00.129Z"
