from uuid import uuid4

import pytest

from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from payment.attempts.errors import PaymentNotFoundError
from payment.errors import ProviderUnavailableError
from payment.refunds.errors import PaymentNotRefundableError, RefundTooLargeError
from payment.refunds.sending import Refunding
from shared_schemas.common import Money, Role
from shared_schemas.events.payments import PaymentRefunded
from tests.support.payment.cashier import CrashError, crash
from tests.support.payment.refunds import STAFF, Treasury


def key() -> IdempotencyKey:
    return IdempotencyKey(STAFF.subject, "POST refunds", str(uuid4()), "a body")


def test_all_of_a_payment_goes_back_unless_told_otherwise(treasury: Treasury) -> None:
    payment = treasury.paid()

    refund = treasury.refund(payment)

    assert (refund.status, refund.amount.amount, refund.reason) == ("succeeded", 200_000, "requested")
    assert treasury.payments.get(payment.id, STAFF).refunded == Money(amount=200_000)
    assert (treasury.gateway.given_back(), treasury.balance(payment)) == (200_000, 0)
    assert treasury.told("payment.refunded") == [
        PaymentRefunded(
            payment_id=payment.id,
            booking_id=payment.booking_id,
            customer_id=payment.customer_id,
            provider="yookassa",
            amount=Money(amount=200_000),
            gateway_payment_id=treasury.gateway_id(payment),
            refund_id=refund.id,
            reason="requested",
            promised=Money(amount=0),
            decided_at=treasury.clock.now(),
        )
    ]


def test_it_is_told_in_the_bookings_own_flow(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.refund(payment)
    told = treasury.broker.taken[-1]
    assert told.correlation_id == treasury.booking.known[payment.booking_id].correlation_id


def test_parts_go_back_until_nothing_is_left(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.refund(payment, 50_000)
    treasury.refund(payment, 149_999)

    with pytest.raises(RefundTooLargeError) as caught:
        treasury.refund(payment, 2)

    assert caught.value.params == {"available": 1}
    assert [refund.amount.amount for refund in treasury.of(payment)] == [50_000, 149_999]
    assert [order.refunded_before for order in treasury.gateway.orders] == [0, 50_000]
    assert treasury.balance(payment) == 1
    assert treasury.refund(payment).amount.amount == 1
    with pytest.raises(RefundTooLargeError):
        treasury.refund(payment)


@pytest.mark.parametrize("status", ["pending", "failed"])
def test_what_was_not_collected_cannot_go_back(treasury: Treasury, status: str) -> None:
    payment = treasury.pay()
    if status == "failed":
        treasury.settle(payment, status="failed", reason="insufficient_funds")
    with pytest.raises(PaymentNotRefundableError) as caught:
        treasury.refund(payment)
    assert caught.value.params == {"status": status}
    assert treasury.rows("refunds") == 0


def test_a_gateway_that_was_switched_off_is_named(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.refunds = type(treasury.refunds)(treasury.unit_of_work, treasury.clock, {}, treasury.refunding)
    with pytest.raises(ProviderUnavailableError):
        treasury.refund(payment)
    assert treasury.rows("refunds") == 0


def test_a_repeat_gets_the_same_refund(treasury: Treasury) -> None:
    payment, same = treasury.paid(), key()
    assert treasury.refund(payment, 1_000, key=same) == treasury.refund(payment, 1_000, key=same)
    assert (treasury.rows("refunds"), treasury.gateway.given_back()) == (1, 1_000)


def test_the_payer_sees_what_went_back_but_not_who_decided_it(treasury: Treasury) -> None:
    payment = treasury.paid()
    shown = treasury.refund(payment, 1_000)
    (seen,) = treasury.refunds.of_payment(payment.id, treasury.customer).data
    assert (shown.requested_by, shown.comment) == (STAFF.subject, "A goodwill gesture")
    assert seen == shown.model_copy(update={"requested_by": None, "comment": None})
    with pytest.raises(PaymentNotFoundError):
        treasury.refunds.of_payment(payment.id, Identity(str(uuid4()), Role.CLIENT))


def test_after_a_crash_before_the_gateway_the_poll_goes_on(treasury: Treasury, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = treasury.paid()
    with monkeypatch.context() as broken, pytest.raises(CrashError):
        broken.setattr(Refunding, "carry_out", crash)
        treasury.refund(payment)
    assert [refund.status for refund in treasury.of(payment)] == ["creating"]

    assert treasury.poll_refunds() == 1

    assert [refund.status for refund in treasury.of(payment)] == ["succeeded"]
    assert not treasury.gateway.orders[0].tried


@pytest.mark.parametrize("again", ["poll", "repeat"])
def test_after_a_crash_behind_the_gateway_the_same_key_is_used_again(
    treasury: Treasury, monkeypatch: pytest.MonkeyPatch, again: str
) -> None:
    payment, same = treasury.paid(), key()
    with monkeypatch.context() as broken, pytest.raises(CrashError):
        broken.setattr(Refunding, "_store", crash)
        treasury.refund(payment, 70_000, key=same)
    assert treasury.gateway.given_back() == 70_000
    assert treasury.poll_refunds() == 0  # The dead one might still be at it.
    treasury.clock.advance(minutes=1)

    if again == "poll":
        treasury.poll_refunds()
    else:
        treasury.refund(payment, 70_000, key=same)

    first, second = treasury.gateway.orders
    assert (second.id, first.tried, second.tried) == (first.id, False, True)
    assert (treasury.gateway.given_back(), treasury.balance(payment)) == (70_000, 130_000)
    assert [refund.status for refund in treasury.of(payment)] == ["succeeded"]
    assert len(treasury.told("payment.refunded")) == 1
    assert treasury.differences() == []
