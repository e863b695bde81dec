"""A repeated request, after whatever went wrong, makes one payment."""

from typing import Any

import pytest

from core.http.idempotency import IdempotencyKeyReusedError
from payment.attempts.errors import HoldExpiredError, PaymentRefusedError
from payment.gateways.port import GatewayUnreachableError, LinkLostError
from payment.gateways.words import GatewayPayment, PaymentOrder
from payment.paying.errors import GatewayUnavailableError
from shared_schemas.booking.bookings import PaymentTerms
from tests.support.payment.cashier import Cashier, CrashError


def test_a_repeat_gets_the_same_payment(cashier: Cashier) -> None:
    booking_id, key = cashier.booked(), cashier.key()

    first, second = cashier.pay(booking_id, key), cashier.pay(booking_id, key)

    assert first == second
    assert cashier.gateway.calls == 2  # One create: before its commit, and after.
    assert cashier.events() == ["payment.created"]


def test_a_repeat_is_answered_although_the_booking_is_no_longer_payable(cashier: Cashier) -> None:
    booking_id, key = cashier.booked(), cashier.key()
    first = cashier.pay(booking_id, key)
    cashier.settle(first, status="succeeded")
    cashier.booked(booking_id=booking_id, status="confirmed", hold_expires_at=None)

    assert (cashier.pay(booking_id, key).id, cashier.status(first)) == (first.id, "succeeded")


def test_another_body_under_the_same_key_is_refused(cashier: Cashier) -> None:
    booking_id, key = cashier.booked(), cashier.key("one body")
    cashier.pay(booking_id, key)
    other = type(key)(key.principal, key.operation, key.value, "another body")
    with pytest.raises(IdempotencyKeyReusedError):
        cashier.pay(booking_id, other)


def test_after_a_crash_before_the_gateway_a_repeat_carries_on(
    cashier: Cashier, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking_id, key = cashier.booked(), cashier.key()

    def crash(_attempt: object, **_options: object) -> None:
        raise CrashError

    with monkeypatch.context() as broken, pytest.raises(CrashError):
        broken.setattr(cashier.gateway, "create", crash)
        cashier.pay(booking_id, key)
    (saved,) = cashier.payments.of_booking(booking_id, cashier.customer).data
    assert (saved.status, cashier.events()) == ("creating", [])

    payment = cashier.pay(booking_id, key)

    assert (payment.id, payment.status) == (saved.id, "pending")
    assert len(cashier.gateway.payments) == 1
    assert cashier.events() == ["payment.created"]


def test_after_a_crash_behind_the_gateway_a_repeat_finds_the_same_gateway_payment(
    cashier: Cashier, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking_id, key = cashier.booked(), cashier.key()

    def crash(*_: object) -> None:
        raise CrashError

    with monkeypatch.context() as broken, pytest.raises(CrashError):
        broken.setattr("payment.paying.settlement._store", crash)
        cashier.pay(booking_id, key)

    payment = cashier.pay(booking_id, key)

    assert payment.status == "pending"
    assert list(cashier.gateway.payments) == [cashier.gateway_id(payment)]


@pytest.mark.parametrize("fault", ["down", "answer_lost"])
def test_a_gateway_that_does_not_answer_leaves_the_attempt_open(cashier: Cashier, fault: Any) -> None:
    booking_id, key = cashier.booked(), cashier.key()
    cashier.gateway.fault = fault
    for _ in range(2):
        with pytest.raises(GatewayUnavailableError):
            cashier.pay(booking_id, key)
    cashier.gateway.fault = None

    payment = cashier.pay(booking_id, key)

    assert payment.status == "pending"
    assert (cashier.rows("payments"), len(cashier.gateway.payments)) == (1, 1)


def test_an_attempt_is_not_carried_on_once_the_hold_is_over(cashier: Cashier) -> None:
    booking_id, key = cashier.booked(), cashier.key()
    cashier.gateway.fault = "down"
    with pytest.raises(GatewayUnavailableError):
        cashier.pay(booking_id, key)
    cashier.gateway.fault = None
    cashier.clock.advance(minutes=15)

    for _ in range(2):
        with pytest.raises(HoldExpiredError):
            cashier.pay(booking_id, key)
        cashier.poll()

    assert cashier.gateway.payments == {}


def test_a_repeat_of_a_refused_request_is_refused_alike(cashier: Cashier) -> None:
    booking_id, key = cashier.booked(), cashier.key()
    cashier.gateway.fault = "refuses"
    for _ in range(2):
        with pytest.raises(PaymentRefusedError) as caught:
            cashier.pay(booking_id, key)
        assert caught.value.params == {"reason": "invalid_request"}
    assert cashier.events() == ["payment.failed"]


def test_a_twin_request_that_was_faster_is_noticed_under_the_keys_lock(
    cashier: Cashier, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking_id, key = cashier.booked(), cashier.key()
    terms = cashier.booking.known[booking_id]

    def twin_pays_meanwhile(_booking_id: object) -> PaymentTerms:
        monkeypatch.undo()
        cashier.settle(cashier.pay(booking_id, key), status="succeeded")
        return terms

    monkeypatch.setattr(cashier.booking, "terms", twin_pays_meanwhile)

    assert cashier.pay(booking_id, key).status == "succeeded"
    assert cashier.rows("payments") == 1


@pytest.mark.parametrize("status", ["succeeded", "canceled"])
def test_a_link_that_got_lost_is_replaced_under_the_key(
    cashier: Cashier, monkeypatch: pytest.MonkeyPatch, status: Any
) -> None:
    """Sber and T-Kassa tell the address of a page once; the answer that had it may have got lost."""
    booking_id, key = cashier.booked(), cashier.key()
    create, lost = cashier.gateway.create, []

    def lose_the_first(order: PaymentOrder, **options: Any) -> GatewayPayment:
        lost.append(order.id)
        if order.id == lost[0]:
            raise (GatewayUnreachableError if len(lost) == 1 else LinkLostError)
        return create(order, **options)

    monkeypatch.setattr(cashier.gateway, "create", lose_the_first)
    with pytest.raises(GatewayUnavailableError):
        cashier.pay(booking_id, key)
    cashier.clock.advance(seconds=1)

    payments = [cashier.pay(booking_id, key) for _ in range(2)]

    assert {payment.status for payment in payments} == {"pending"}
    assert len({payment.id for payment in payments}) == 1
    assert payments[0].confirmation_url
    history = cashier.payments.of_booking(booking_id, cashier.customer).data
    assert [(payment.status, payment.reason) for payment in history] == [("failed", "link_lost"), ("pending", None)]

    cashier.settle(payments[0], status=status)
    assert cashier.pay(booking_id, key).id == payments[0].id
    assert cashier.rows("payments") == 2
