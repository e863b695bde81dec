"""Refunds on their way to a gateway, on stores in memory: what counts as sent, what waits, what a human decides."""

from datetime import timedelta
from typing import Any

import pytest

from core.identity import Identity
from core.jobs import Turn
from payment.attempts.domain import Attempt
from payment.attempts.errors import ConcurrentUpdateError
from payment.gateways.port import GatewayFaultError, NeverAskedError, NotYetError, RequestNeverSentError
from payment.refunds.domain.refund import StoredRefund
from payment.refunds.errors import RefundNotInDoubtError
from shared_schemas.events.operations import ServiceError
from shared_schemas.events.payments import PaymentRefunded
from shared_schemas.payment.payments import PositiveMoney, RefundRequest
from tests.support.payment.cashier import MANAGER
from tests.support.payment.till import Till


def asked(till: Till, one: Attempt, amount: int = 50_000, caller: Identity = MANAGER) -> StoredRefund:
    """A refund that staff asked for, and that was carried out as far as it got."""
    request = RefundRequest(amount=PositiveMoney(amount=amount), reason="A goodwill gesture")
    refund_id = till.refunds.create(one.payment_id, request, caller, None).id
    return till.world.stored.refunds[refund_id]


def now(till: Till, refund: StoredRefund) -> StoredRefund:
    return till.world.stored.refunds[refund.id]


def failing(monkeypatch: pytest.MonkeyPatch, till: Till, error: Exception, call: str = "refund") -> None:
    def fail(_order: Any) -> Any:
        raise error

    monkeypatch.setattr(till.gateway, call, fail)


def test_money_that_went_back_is_in_the_ledger_and_told_in_the_bookings_flow(till: Till) -> None:
    paid = till.paid(correlation_id="the booking's flow")

    refund = asked(till, paid)

    assert (refund.status, refund.attempts, refund.settled_at) == ("succeeded", 1, till.clock.now())
    assert till.entered() == [("payment", 200_000), ("refund", -50_000)]
    (event,) = till.world.told("payment.refunded")
    assert isinstance(event, PaymentRefunded)
    assert (event.amount.amount, event.payment_id) == (50_000, paid.payment_id)
    assert ("the booking's flow", event) in till.world.stored.events
    assert [order.id for order in till.gateway.orders] == [refund.key]


def test_an_answer_that_got_lost_is_asked_for_again_under_the_same_key(till: Till) -> None:
    paid = till.paid()
    till.gateway.fault = "answer_lost"
    refund = asked(till, paid)
    assert (refund.status, refund.attempts) == ("creating", 1)
    assert refund.next_attempt_at and refund.next_attempt_at > till.clock.now()
    assert till.poll_refunds() == 0

    till.gateway.fault = None
    till.clock.advance(minutes=1)

    assert till.poll_refunds() == 1
    assert [order.tried for order in till.gateway.orders] == [False, True]
    assert till.gateway.given_back() == 50_000
    assert now(till, refund).status == "succeeded"


def test_who_does_not_answer_is_left_alone_for_the_rest_of_the_run(till: Till) -> None:
    till.gateway.fault = "down"
    refunds = [asked(till, till.paid()) for _ in range(3)]
    till.clock.advance(minutes=1)
    calls = till.gateway.calls

    assert till.poll_refunds() == 1

    assert till.gateway.calls == calls + 1
    assert sorted(now(till, refund).attempts for refund in refunds) == [1, 1, 2]


@pytest.mark.parametrize(
    ("error", "goes_on"),
    [
        (NotYetError("a refund is under way"), True),
        (RequestNeverSentError("no connection"), False),
        (GatewayFaultError("invalid_field"), True),
        (GatewayFaultError("invalid_credentials", general=True), False),
    ],
)
def test_what_was_never_sent_does_not_count_and_a_refusal_of_one_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, till: Till, error: Exception, goes_on: bool
) -> None:
    failing(monkeypatch, till, error)
    refunds = [asked(till, till.paid()) for _ in range(2)]
    assert [(refund.status, refund.attempts) for refund in refunds] == [("creating", 0)] * 2
    till.clock.advance(minutes=1)

    assert till.poll_refunds() == (2 if goes_on else 1)

    assert {(now(till, refund).status, now(till, refund).attempts) for refund in refunds} == {("creating", 0)}


def test_a_refund_of_a_gateway_that_is_switched_off_waits(till: Till) -> None:
    till.gateway.fault = "down"
    refund = asked(till, till.paid())
    till.gateways.clear()
    till.clock.advance(minutes=1)

    till.poll_refunds()

    assert (now(till, refund).status, now(till, refund).attempts) == ("creating", 1)


def test_a_no_fails_it_and_staff_are_told(till: Till) -> None:
    till.gateway.fault = "refuses"
    refund = asked(till, till.paid())
    assert (refund.status, refund.failure) == ("failed", "invalid_request")
    assert [event.type for _, event in till.world.stored.events][-2:] == ["payment.refund_failed", "service.error"]
    assert till.entered() == [("payment", 200_000)]


@pytest.mark.parametrize("never_asked", [False, True])
def test_what_nobody_can_tell_waits_for_a_human(monkeypatch: pytest.MonkeyPatch, till: Till, never_asked: bool) -> None:
    till.gateway.uncertain = True
    if never_asked:
        failing(monkeypatch, till, NeverAskedError("another one is under way"))
    refund = asked(till, till.paid())
    assert (refund.status, refund.failure, refund.attempts) == ("pending", "refund_uncertain", 0 if never_asked else 1)
    (told,) = till.world.told("service.error")
    assert isinstance(told, ServiceError)
    assert told.code == "refund_uncertain"

    till.refunding.decide(refund, "succeeded", "a manager", "seen in the cabinet")

    done = now(till, refund)
    assert (done.status, done.decided_by, done.decision) == ("succeeded", "a manager", "seen in the cabinet")
    assert till.entered() == [("payment", 200_000), ("refund", -50_000)]


def test_nobody_decides_on_what_moved_meanwhile_or_is_not_in_doubt(till: Till) -> None:
    till.gateway.uncertain = True
    refund = asked(till, till.paid())
    till.refunding.decide(refund, "failed", "a manager", "nothing there")
    with pytest.raises(ConcurrentUpdateError):
        till.refunding.decide(refund, "succeeded", "another manager", "seen")
    with pytest.raises(RefundNotInDoubtError):
        till.refunding.decide(now(till, refund), "succeeded", "another manager", "seen")
    assert till.entered() == [("payment", 200_000)]


def test_a_refund_under_way_is_asked_about_at_once_when_its_gateway_tells_something(till: Till) -> None:
    till.gateway.outcome = {"status": "pending"}
    paid = till.paid()
    refund = asked(till, paid)
    assert (refund.status, till.poll_refunds()) == ("pending", 0)
    till.gateway.decide(status="succeeded")

    till.refunding.look_again(paid.payment_id)

    assert now(till, refund).status == "succeeded"


def test_refunds_of_one_payment_go_one_after_the_other(till: Till) -> None:
    paid = till.paid()
    till.gateway.fault = "down"
    first, second = asked(till, paid, 10_000), asked(till, paid, 20_000)
    assert (first.attempts, second.attempts) == (1, 0)
    till.gateway.fault = None
    till.clock.advance(minutes=1)

    assert till.poll_refunds() == 2

    assert [(order.amount, order.refunded_before) for order in till.gateway.orders[-2:]] == [
        (10_000, 0),
        (20_000, 10_000),
    ]


def test_an_answer_may_be_the_first_word_on_money_that_went_back_without_us(till: Till) -> None:
    paid = till.paid()
    till.gateway.outcome = {"back": 80_000}

    asked(till, paid)

    assert [(row.amount, row.reason, row.status) for row in till.refunds_of(paid)] == [
        (50_000, "requested", "succeeded"),
        (30_000, "outside", "succeeded"),
    ]
    assert till.entered()[1:] == [("refund", -50_000), ("refund", -30_000)]


def test_nothing_is_asked_for_again_after_a_day(till: Till) -> None:
    till.gateway.fault = "down"
    refund = asked(till, till.paid())
    till.clock.advance(hours=25)
    till.poll_refunds()
    assert (now(till, refund).status, now(till, refund).failure) == ("pending", "refund_not_answered")


def test_a_run_stops_when_its_time_is_up(till: Till) -> None:
    till.gateway.fault = "down"
    refund = asked(till, till.paid())
    till.clock.advance(minutes=1)
    turn = Turn(lambda: False)
    assert (till.refunding.run(turn), turn.more) == (0, True)
    assert now(till, refund).created_at + timedelta(minutes=1) == till.clock.now()
    assert now(till, refund).attempts == 1
