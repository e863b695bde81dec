"""Refunds on their way: gateways that are silent, slow, refuse or will not say, and several workers at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from core.jobs import Turn
from payment.gateways.port import WebhookRequest
from payment.refunds.errors import RefundNotFoundError, RefundNotInDoubtError, RefundTooLargeError
from payment.refunds.sending import Refunding
from shared_schemas.events.operations import ServiceError
from shared_schemas.events.payments import PaymentRefundFailed
from shared_schemas.payment.payments import RefundDecision
from tests.support.database import EngineFor
from tests.support.payment.cashier import CrashError, crash, webhook
from tests.support.payment.refunds import STAFF, Treasury


@pytest.mark.parametrize("fault", ["down", "answer_lost"])
def test_a_gateway_that_does_not_answer_is_asked_again(treasury: Treasury, fault: Any) -> None:
    payment = treasury.paid()
    treasury.gateway.fault = fault
    assert treasury.refund(payment).status == "creating"
    treasury.gateway.fault = None
    treasury.clock.advance(minutes=1)

    treasury.poll_refunds()

    assert (treasury.gateway.given_back(), treasury.balance(payment)) == (200_000, 0)


def test_one_silent_gateway_does_not_end_the_run_for_others(treasury: Treasury) -> None:
    payments = [treasury.paid() for _ in range(3)]
    treasury.gateway.fault = "down"
    for payment in payments:
        treasury.refund(payment)
    treasury.clock.advance(minutes=1)
    calls = len(treasury.gateway.orders)

    assert treasury.poll_refunds() == 1

    assert len(treasury.gateway.orders) == calls + 1


def test_what_the_gateway_refuses_has_failed_and_may_be_asked_for_again(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.gateway.fault = "refuses"
    refund = treasury.refund(payment)
    assert (refund.status, refund.failure) == ("failed", "invalid_request")
    (told,) = treasury.told("payment.refund_failed")
    assert isinstance(told, PaymentRefundFailed)
    assert (told.refund_id, told.reason, told.amount.amount) == (refund.id, "invalid_request", 200_000)
    (alarm,) = treasury.told("service.error")
    assert isinstance(alarm, ServiceError)
    assert (alarm.code, alarm.payment_id) == ("refund_failed", payment.id)
    treasury.gateway.fault = None

    assert treasury.refund(payment).status == "succeeded"
    assert treasury.balance(payment) == 0


def test_a_pending_refund_is_polled_until_it_is_over(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.gateway.outcome = {"status": "pending"}
    assert treasury.refund(payment).status == "pending"
    assert (treasury.balance(payment), treasury.told("payment.refunded")) == (200_000, [])
    treasury.clock.advance(minutes=1)
    assert (treasury.poll_refunds(), treasury.of(payment)[0].status) == (1, "pending")
    treasury.gateway.decide(status="succeeded")
    treasury.clock.advance(minutes=2)

    treasury.poll_refunds()

    assert (treasury.of(payment)[0].status, treasury.balance(payment)) == ("succeeded", 0)
    treasury.clock.advance(hours=2)
    assert treasury.poll_refunds() == 0
    assert len(treasury.gateway.orders) == 1


def test_a_pending_refund_takes_its_part_of_the_payment(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.gateway.outcome = {"status": "pending"}
    treasury.refund(payment, 150_000)
    with pytest.raises(RefundTooLargeError):
        treasury.refund(payment, 50_001)


def test_refunds_of_a_payment_go_to_the_gateway_one_after_the_other(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.gateway.outcome = {"status": "pending"}
    treasury.refund(payment, 1_000)
    assert treasury.refund(payment, 2_000).status == "creating"
    treasury.gateway.decide(status="succeeded")
    treasury.clock.advance(minutes=1)

    treasury.poll_refunds()

    assert [(order.amount, order.refunded_before) for order in treasury.gateway.orders] == [(1_000, 0), (2_000, 1_000)]


def test_only_a_passing_failure_gets_a_new_key(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.gateway.outcome = {"status": "failed", "reason": "rejected_by_timeout", "needs_new_id": True}
    assert treasury.refund(payment).status == "creating"
    treasury.gateway.outcome = {}
    treasury.clock.advance(minutes=1)

    treasury.poll_refunds()

    first, second = treasury.gateway.orders
    assert first.id != second.id
    assert not second.tried
    assert treasury.of(payment)[0].status == "succeeded"
    assert (treasury.gateway.given_back(), treasury.balance(payment)) == (200_000, 0)


def test_a_failure_that_does_not_pass_within_a_day_is_one(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.gateway.outcome = {"status": "failed", "reason": "rejected_by_timeout", "needs_new_id": True}
    treasury.refund(payment)
    treasury.clock.advance(hours=25)
    treasury.poll_refunds()
    assert (treasury.of(payment)[0].status, treasury.of(payment)[0].failure) == ("failed", "rejected_by_timeout")
    assert len(treasury.told("payment.refund_failed")) == 1


def test_where_nobody_knows_a_human_is_told_once_and_nothing_goes_back_twice(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.gateway.uncertain = True
    refund = treasury.refund(payment)
    assert (refund.status, refund.failure) == ("pending", "refund_uncertain")
    for _ in range(3):
        treasury.clock.advance(hours=2)
        treasury.poll_refunds()

    (told,) = treasury.told("service.error")
    assert isinstance(told, ServiceError)
    assert (told.code, told.payment_id) == ("refund_uncertain", payment.id)
    assert len(treasury.gateway.orders) == 1
    with pytest.raises(RefundTooLargeError):
        treasury.refund(payment)


def test_another_amount_than_asked_for_is_no_success(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.gateway.outcome = {"amount": 1}
    refund = treasury.refund(payment)
    assert (refund.status, refund.failure) == ("pending", "amount_mismatch")
    assert treasury.balance(payment) == 200_000


def test_racers_take_no_more_than_there_is(engine_for: EngineFor, treasury: Treasury) -> None:
    payment = treasury.paid()
    racers = [treasury.beside(engine_for("payment")) for _ in range(4)]

    def take(racer: Treasury) -> int:
        try:
            return racer.refund(payment, 80_000).amount.amount
        except RefundTooLargeError:
            return 0

    with ThreadPoolExecutor(len(racers)) as pool:
        taken = sorted(pool.map(take, racers))
    treasury.clock.advance(minutes=1)
    treasury.poll_refunds()

    assert taken == [0, 0, 80_000, 80_000]
    assert (treasury.gateway.given_back(), treasury.balance(payment)) == (160_000, 40_000)
    assert treasury.differences() == []


def test_two_workers_never_ask_for_one_refund_at_once(
    engine_for: EngineFor, treasury: Treasury, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = treasury.paid()
    with monkeypatch.context() as broken, pytest.raises(CrashError):
        broken.setattr(Refunding, "carry_out", crash)
        treasury.refund(payment)
    racers = [treasury.beside(engine_for("payment")) for _ in range(4)]

    with ThreadPoolExecutor(len(racers)) as pool:
        asked = list(pool.map(lambda racer: racer.poll_refunds(), racers))

    assert (sum(asked), len(treasury.gateway.orders)) == (1, 1)


def test_an_answer_that_comes_after_anothers_changes_nothing(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.gateway.outcome = {"status": "pending"}
    treasury.refund(payment)
    treasury.clock.advance(minutes=1)
    slow = treasury.refunding._claim(None, ())
    assert slow
    treasury.gateway.decide(status="succeeded")
    treasury.clock.advance(minutes=1)
    treasury.poll_refunds()

    treasury.refunding._ask(*slow)

    assert (treasury.balance(payment), len(treasury.told("payment.refunded"))) == (0, 1)


def test_a_run_stops_when_its_time_is_up(treasury: Treasury) -> None:
    treasury.gateway.outcome = {"status": "pending"}
    for _ in range(3):
        treasury.refund(treasury.paid())
    treasury.clock.advance(minutes=1)
    time_left = iter([True, True, False])
    assert treasury.refunding.run(Turn(lambda: next(time_left))) == 2


def test_the_wait_grows_with_the_refunds_age(treasury: Treasury) -> None:
    treasury.gateway.outcome = {"status": "pending"}
    treasury.refund(treasury.paid())
    asked = []
    for _ in range(60):
        treasury.clock.advance(minutes=1)
        asked.append(treasury.poll_refunds())
    assert asked[0] == 1
    assert 5 < sum(asked) < 25


def test_a_notification_about_a_refund_has_it_looked_at_at_once(treasury: Treasury) -> None:
    treasury.gateway.outcome = {"status": "pending"}
    payment = treasury.paid()
    treasury.refund(payment)
    treasury.gateway.outcome = {}
    treasury.gateway.decide(status="succeeded")

    about = webhook(treasury.gateway_id(payment), "refunded")
    treasury.notifications.receive("yookassa", WebhookRequest(about))
    treasury.process(treasury.notified()[-1])

    assert [refund.status for refund in treasury.of(payment)] == ["succeeded"]
    assert treasury.told("payment.refunded")


@pytest.mark.parametrize(
    ("outcome", "balance", "event"), [("succeeded", 0, "refunded"), ("failed", 200_000, "refund_failed")]
)
def test_staff_decide_on_a_refund_of_which_nobody_can_tell(
    treasury: Treasury, outcome: str, balance: int, event: str
) -> None:
    payment = treasury.paid()
    treasury.gateway.uncertain = True
    refund = treasury.refund(payment)
    decision = RefundDecision.model_validate({"outcome": outcome, "reason": "seen in the cabinet"})

    shown = treasury.refunds.decide(payment.id, refund.id, decision, STAFF)

    assert (shown.status, shown.decided_by, shown.decision) == (outcome, STAFF.subject, "seen in the cabinet")
    assert (treasury.balance(payment), treasury.differences()) == (balance, [])
    assert len(treasury.told(f"payment.{event}")) == 1
    (seen,) = treasury.refunds.of_payment(payment.id, treasury.customer).data
    assert (seen.decided_by, seen.decision) == (None, None)
    treasury.clock.advance(hours=2)
    assert treasury.poll_refunds() == 0
    with pytest.raises(RefundNotInDoubtError):
        treasury.refunds.decide(payment.id, refund.id, decision, STAFF)


def test_nobody_decides_where_the_gateway_has_the_word(treasury: Treasury) -> None:
    treasury.gateway.outcome = {"status": "pending"}
    payment, other = treasury.paid(), treasury.paid()
    refund = treasury.refund(payment)
    decision = RefundDecision(outcome="succeeded", reason="x")
    with pytest.raises(RefundNotInDoubtError):
        treasury.refunds.decide(payment.id, refund.id, decision, STAFF)
    for payment_id, refund_id in ((other.id, refund.id), (payment.id, uuid4())):
        with pytest.raises(RefundNotFoundError):
            treasury.refunds.decide(payment_id, refund_id, decision, STAFF)
