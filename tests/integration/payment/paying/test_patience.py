"""Nothing is asked for ever: after a while staff are told, and after a while longer it is theirs to decide."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from payment.paying.polling import GIVEN_UP_AFTER
from shared_schemas.payment.payments import RefundDecision
from tests.support.payment.cashier import Cashier
from tests.support.payment.receipts import Bookkeeper, FiscalGateway
from tests.support.payment.refunds import STAFF, Treasury


def codes(service: Cashier) -> list[str]:
    return [envelope.data["code"] for envelope in service.broker.taken if envelope.type == "service.error"]


def turns(treasury: Treasury, *hours: int) -> None:
    """A turn after each of these waits."""
    for wait in hours:
        treasury.clock.advance(hours=wait)
        treasury.poll_refunds()


@pytest.fixture
def studio(engine: Engine, emptied: None) -> Bookkeeper:
    return Bookkeeper(engine, FiscalGateway())


def test_a_refund_that_is_not_taken_on_is_told_once_and_comes_to_staff_after_a_day(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.gateway.fault = "down"
    refund = treasury.refund(payment)
    assert (refund.status, codes(treasury)) == ("creating", [])
    turns(treasury, 1, 2)
    assert (treasury.of(payment)[0].status, codes(treasury)) == ("creating", ["refund_not_taken_on"])
    turns(treasury, 11, 11)
    waiting = treasury.of(payment)[0]
    assert (waiting.status, waiting.failure) == ("pending", "refund_not_answered")
    assert codes(treasury) == ["refund_not_taken_on", "refund_not_answered"]
    asked = len(treasury.gateway.orders)
    turns(treasury, 5, 48)
    assert (len(treasury.gateway.orders), len(codes(treasury))) == (asked, 2)

    decision = RefundDecision(outcome="failed", reason="The cabinet knows nothing of it")
    treasury.refunds.decide(payment.id, refund.id, decision, STAFF)
    assert treasury.of(payment)[0].status == "failed"


def test_a_refund_that_waited_for_hours_goes_through_in_the_end(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.gateway.fault = "down"
    treasury.refund(payment)
    turns(treasury, 2, 3)
    treasury.gateway.fault = None
    turns(treasury, 1)
    assert (treasury.of(payment)[0].status, treasury.balance(payment)) == ("succeeded", 0)


def test_a_refund_that_hangs_at_its_gateway_is_told_and_may_still_succeed(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.gateway.outcome = {"status": "pending"}
    treasury.refund(payment)
    turns(treasury, 35, 36)
    assert codes(treasury) == []
    turns(treasury, 2, 5)
    assert codes(treasury) == ["refund_still_pending"]
    treasury.gateway.decide(status="succeeded")
    turns(treasury, 2)
    assert (treasury.of(payment)[0].status, treasury.balance(payment)) == ("succeeded", 0)


def test_a_gateway_that_is_switched_off_is_no_reason_to_forget_a_refund(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.gateway.fault = "down"
    treasury.refund(payment)
    turns(Treasury(treasury.engine, treasury.gateway, provider="sberpay", clock=treasury.clock), 25)
    assert treasury.of(payment)[0].failure == "refund_not_answered"


def test_a_payment_whose_gateway_never_answers_has_a_last_turn(cashier: Cashier) -> None:
    payment = cashier.pay()
    cashier.gateway.fault = "down"
    cashier.clock.advance(seconds=GIVEN_UP_AFTER.total_seconds() - 60)
    cashier.poll()
    assert codes(cashier) == []
    cashier.clock.advance(hours=2)
    cashier.poll()
    assert (codes(cashier), cashier.status(payment)) == (["payment_unanswered"], "pending")
    cashier.clock.advance(seconds=timedelta(days=30).total_seconds())
    assert cashier.poll() == 0


@pytest.mark.parametrize("obstacle", ["shut", "away"])
def test_a_settlement_that_cannot_be_ordered_for_a_day_is_for_staff(studio: Bookkeeper, obstacle: str) -> None:
    payment = studio.paid()
    studio.gateway.shut, studio.contacts.away = obstacle == "shut", obstacle == "away"
    studio.complete(payment)
    for hours in (12, 13):
        studio.clock.advance(hours=hours)
        studio.poll_receipts()
    settlement = studio.receipt(payment, "settlement")
    assert (settlement.status, settlement.failure) == ("canceled", "not_answered")
    assert studio.alarms() == ["receipt_not_registered"]
    studio.gateway.shut = studio.contacts.away = False
    assert studio.fiscal.retry(settlement.id).status == "pending"


def test_a_registration_that_never_ends_is_followed_for_a_week(studio: Bookkeeper) -> None:
    payment = studio.paid()
    studio.complete(payment)
    for days in (3, 3, 2):
        studio.clock.advance(hours=days * 24)
        studio.poll_receipts()
    settlement = studio.receipt(payment, "settlement")
    assert (settlement.status, settlement.failure) == ("unsupported", "not_told")
