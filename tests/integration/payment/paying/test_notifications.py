import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest

from core.context import flow
from payment.attempts.domain import settle
from payment.gateways.port import GatewayUnreachableError, WebhookRequest
from payment.paying.errors import MalformedNotificationError, UnknownPaymentError, UnknownProviderError
from payment.paying.settlement import Settlement
from payment.refunds.domain.refund import new_refund, returned_unasked
from shared_schemas.events.operations import ServiceError
from shared_schemas.events.payments import PaymentSucceeded
from tests.support.database import EngineFor, somebody_waits
from tests.support.payment.cashier import Cashier, webhook
from tests.support.waiting import PATIENCE_SECONDS, eventually


def test_a_paid_payment_succeeds_by_the_gateways_own_word(cashier: Cashier) -> None:
    payment = cashier.pay()

    cashier.settle(payment, status="succeeded")

    assert cashier.status(payment) == "succeeded"
    assert cashier.events() == ["payment.created", "payment.notification_received", "payment.succeeded"]
    told = cashier.broker.taken[-1].payload()
    assert isinstance(told, PaymentSucceeded)
    assert (told.payment_id, told.amount, told.gateway_payment_id) == (
        payment.id,
        payment.amount,
        cashier.gateway_id(payment),
    )


def test_a_webhook_is_only_a_hint(cashier: Cashier) -> None:
    payment = cashier.pay()

    cashier.notifications.receive("yookassa", WebhookRequest(webhook(cashier.gateway_id(payment), "succeeded")))
    cashier.process(cashier.notified()[0])

    assert cashier.status(payment) == "pending"
    assert "payment.succeeded" not in cashier.events()


def test_a_repeated_webhook_is_acknowledged_and_nothing_more(cashier: Cashier) -> None:
    payment = cashier.pay()
    for _ in range(3):
        cashier.settle(payment, status="succeeded")

    assert cashier.rows("notifications") == 1
    assert cashier.events().count("payment.notification_received") == 1
    assert cashier.events().count("payment.succeeded") == 1


def test_an_event_delivered_twice_acts_once(cashier: Cashier) -> None:
    payment = cashier.pay()
    cashier.settle(payment, status="succeeded")
    for _ in range(2):
        cashier.process(cashier.notified()[0])

    assert cashier.events().count("payment.succeeded") == 1
    assert cashier.rows("inbox") == 1


def test_webhook_and_poll_at_once_tell_of_one_success(engine_for: EngineFor, cashier: Cashier) -> None:
    payment = cashier.pay()
    cashier.gateway.change(cashier.gateway_id(payment), status="succeeded")
    found = cashier.gateway.payments[cashier.gateway_id(payment)]
    racers = [cashier.beside(engine_for("payment")) for _ in range(4)]

    with ThreadPoolExecutor(len(racers)) as pool:
        settled = list(
            pool.map(lambda racer: Settlement(racer.unit_of_work, racer.clock).apply(payment.id, found), racers)
        )

    assert {attempt.status for attempt in settled} == {"succeeded"}
    assert [event for racer in racers for event in racer.events()] == ["payment.succeeded"]


def test_what_is_heard_twice_at_once_is_applied_one_after_the_other(engine_for: EngineFor, cashier: Cashier) -> None:
    """What the race above may miss: the second looks at the payment only after the first has committed."""
    payment = cashier.pay()
    cashier.gateway.change(cashier.gateway_id(payment), status="succeeded")
    found = cashier.gateway.payments[cashier.gateway_id(payment)]
    rival, observer = cashier.beside(engine_for("payment")), engine_for("payment")

    with ThreadPoolExecutor(1) as pool, cashier.unit_of_work() as work:
        before = work.attempts.get(payment.id, lock=True)
        second = pool.submit(rival.settlement.apply, payment.id, found)
        eventually(lambda: second.done() or somebody_waits(observer))
        work.attempts.update(before, settle(before, found))
        work.commit()
        assert second.result(PATIENCE_SECONDS).status == "succeeded"

    assert rival.events() == []


def test_who_waited_for_a_payment_sees_what_became_of_it_meanwhile(engine_for: EngineFor, cashier: Cashier) -> None:
    """Its page and what went back are in other tables, which a statement that waits has read already."""
    payment = cashier.pay()
    booking_id, page = payment.booking_id, f"https://pay.example/{payment.id}"
    rival, observer = cashier.beside(engine_for("payment")), engine_for("payment")

    def looked() -> list[tuple[str | None, int]]:
        with rival.unit_of_work() as work:
            attempt = work.attempts.get(payment.id, lock=True)
            found = [attempt, *work.attempts.counted(booking_id)]
        return [(each.confirmation_url, each.refunded) for each in found]

    with ThreadPoolExecutor(1) as pool, cashier.unit_of_work() as work:
        before = work.attempts.get(payment.id, lock=True)
        second = pool.submit(looked)
        eventually(lambda: second.done() or somebody_waits(observer))
        after = replace(before, status="succeeded", taken=before.amount.amount, version=before.version + 1)
        work.attempts.update(before, replace(after, confirmation_url=page))
        refund = new_refund(uuid4(), after, 500, "requested", cashier.clock.now())
        work.refunds.add(returned_unasked(refund, cashier.clock.now()))
        work.commit()
        assert second.result(PATIENCE_SECONDS) == [(page, 500), (page, 500)]


def test_webhooks_in_any_order_never_undo_success(cashier: Cashier) -> None:
    payment = cashier.pay()
    cashier.settle(payment, status="succeeded")

    cashier.settle(payment, status="failed", reason="expired_on_confirmation")

    assert cashier.status(payment) == "succeeded"
    assert "payment.failed" not in cashier.events()


def test_a_refused_payment_fails_and_says_why(cashier: Cashier) -> None:
    payment = cashier.pay()
    cashier.gateway.change(cashier.gateway_id(payment), status="failed", reason="insufficient_funds")

    cashier.notifications.receive("yookassa", WebhookRequest(webhook(cashier.gateway_id(payment), "canceled")))
    cashier.process(cashier.notified()[0])

    assert cashier.payments.get(payment.id, cashier.customer).reason == "insufficient_funds"
    assert cashier.broker.taken[-1].data["reason"] == "insufficient_funds"


@pytest.mark.parametrize("amount", [1, 199_999, 200_001])
def test_another_amount_goes_to_review_and_confirms_nothing(cashier: Cashier, amount: int) -> None:
    payment = cashier.pay(cashier.booked(due=200_000))

    cashier.settle(payment, status="succeeded", amount=amount)

    assert cashier.status(payment) == "review"
    assert "payment.succeeded" not in cashier.events()
    told = cashier.broker.taken[-1].payload()
    assert isinstance(told, ServiceError)
    assert (told.code, told.payment_id) == ("amount_mismatch", payment.id)


def test_a_webhook_may_overtake_the_answer_to_the_creation(cashier: Cashier) -> None:
    booking_id, key = cashier.booked(), cashier.key()
    cashier.gateway.fault = "answer_lost"
    with pytest.raises(Exception, match="gateway_unavailable"):
        cashier.pay(booking_id, key)
    cashier.gateway.fault = None
    (attempt_id, gateway_id), *_ = cashier.gateway.keys.items()
    cashier.gateway.change(gateway_id, status="succeeded")

    cashier.notifications.receive("yookassa", WebhookRequest(webhook(gateway_id, attempt_id=attempt_id)))
    cashier.process(cashier.notified()[0])

    assert cashier.events() == ["payment.notification_received", "payment.created", "payment.succeeded"]
    assert cashier.pay(booking_id, key).status == "succeeded"


def test_money_after_the_payment_was_given_up_still_counts(cashier: Cashier) -> None:
    payment = cashier.pay()
    cashier.settle(payment, status="failed", reason="expired_on_confirmation")

    cashier.settle(payment, status="succeeded", reason=None)

    assert cashier.status(payment) == "succeeded"
    assert cashier.events()[-1] == "payment.succeeded"


def test_another_payment_cannot_pose_as_ours(cashier: Cashier) -> None:
    mine, other = cashier.pay(), cashier.pay(cashier.booked(due=100))
    cashier.gateway.change(cashier.gateway_id(other), status="succeeded")
    paid_elsewhere = str(uuid4())
    cashier.gateway.payments[paid_elsewhere] = cashier.gateway.payments[cashier.gateway_id(other)]

    cashier.notifications.receive(
        "yookassa", WebhookRequest(webhook(paid_elsewhere, attempt_id=cashier.attempt(mine).id))
    )
    cashier.process(cashier.notified()[0])

    assert cashier.status(mine) == "pending"
    assert cashier.broker.taken[-1].data["code"] == "foreign_gateway_payment"


def test_what_the_gateway_does_not_know_is_dropped(cashier: Cashier) -> None:
    payment = cashier.pay()
    cashier.notifications.receive(
        "yookassa", WebhookRequest(webhook(str(uuid4()), attempt_id=cashier.attempt(payment).id))
    )

    cashier.process(cashier.notified()[0])

    assert cashier.status(payment) == "pending"


def test_a_gateway_that_is_down_leaves_the_event_to_its_queue(cashier: Cashier) -> None:
    payment = cashier.pay()
    cashier.gateway.fault = "down"
    with pytest.raises(GatewayUnreachableError):
        cashier.settle(payment, status="succeeded")
    assert cashier.status(payment) == "pending"
    cashier.gateway.fault = None

    cashier.process(cashier.notified()[0])

    assert cashier.status(payment) == "succeeded"


@pytest.mark.parametrize("attempt_id", [None, uuid4(), "x'; DROP TABLE payment.payments; --"])
def test_a_payment_we_do_not_know_is_not_acknowledged(cashier: Cashier, attempt_id: object) -> None:
    with pytest.raises(UnknownPaymentError):
        cashier.notifications.receive("yookassa", WebhookRequest(webhook(str(uuid4()), attempt_id=attempt_id)))
    assert cashier.rows("notifications") == 0


def test_what_is_about_nothing_we_follow_is_acknowledged(cashier: Cashier) -> None:
    about = {"type": "notification", "event": "payment_method.active", "object": {"id": "pm-1", "status": "active"}}
    told = cashier.notifications.receive("yookassa", WebhookRequest(json.dumps(about).encode()))
    assert told.status == 200
    assert not cashier.broker.taken


def test_a_provider_we_do_not_know_is_refused(cashier: Cashier) -> None:
    with pytest.raises(UnknownProviderError):
        cashier.notifications.receive("paypal", WebhookRequest(webhook("g1")))


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"type":"notification"}', b"\xff\xfe", b"\x00"])
def test_what_is_no_notification_is_refused(cashier: Cashier, body: bytes) -> None:
    with pytest.raises(MalformedNotificationError):
        cashier.notifications.receive("yookassa", WebhookRequest(body))


def test_a_notification_may_hold_any_text_that_json_may(cashier: Cashier) -> None:
    payment = cashier.pay()
    body = webhook(cashier.gateway_id(payment)).replace(b'"metadata"', b'"description": "\\u0000", "metadata"')
    cashier.notifications.receive("yookassa", WebhookRequest(body))
    assert cashier.rows("notifications") == 1


def test_a_webhook_continues_the_bookings_flow(cashier: Cashier) -> None:
    payment = cashier.pay()
    with flow(None, "the-webhooks-request"):
        cashier.settle(payment, status="succeeded")

    expected = cashier.booking.known[payment.booking_id].correlation_id
    assert {envelope.correlation_id for envelope in cashier.broker.taken} == {expected}
    assert cashier.notified()[0].causation_id == "the-webhooks-request"
