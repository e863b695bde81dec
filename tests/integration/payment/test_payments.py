from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from core.context import flow
from core.idempotency import IdempotencyKeyReusedError
from core.identity import Identity
from payment.domain import Attempt, give_up
from payment.domain_gateway import GatewayPayment
from payment.errors import (
    BookingNotFoundError,
    BookingNotPayableError,
    ConcurrentUpdateError,
    GatewayUnavailableError,
    HoldExpiredError,
    PaymentNotFoundError,
    PaymentRefusedError,
    ProviderUnavailableError,
)
from payment.providers.base import GatewayUnreachableError, LinkLostError
from payment.service_settlement import Settlement
from shared_schemas.booking import PaymentTerms
from shared_schemas.common import Money, Role
from shared_schemas.events import PaymentCreated
from tests.support.database import EngineFor
from tests.support.payment import MANAGER, Cashier

STRANGER = Identity(str(uuid4()), Role.CLIENT)


class CrashError(BaseException):
    """The process dies."""


def test_a_payment_waits_at_the_gateways_page(cashier: Cashier) -> None:
    booking_id = cashier.booked(due=123_456)

    payment = cashier.pay(booking_id)

    (created,) = cashier.gateway.payments.values()
    assert (payment.status, payment.confirmation_url) == ("pending", created.confirmation_url)
    assert (payment.amount, created.amount) == (Money(amount=123_456), 123_456)
    assert cashier.payments.get(payment.id, cashier.customer) == payment


def test_the_event_tells_of_it_in_the_bookings_own_flow(cashier: Cashier) -> None:
    booking_id = cashier.booked()

    with flow("another", "the-request"):
        payment = cashier.pay(booking_id)

    (event,) = cashier.broker.taken
    assert event.correlation_id == cashier.booking.known[booking_id].correlation_id
    assert event.causation_id == "the-request"
    assert event.payload() == PaymentCreated(
        payment_id=payment.id,
        booking_id=booking_id,
        customer_id=cashier.customer.user_id,
        provider="yookassa",
        amount=payment.amount,
        gateway_payment_id=cashier.gateway_id(payment),
    )


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
        broken.setattr("payment.service_settlement._store", crash)
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


def test_a_refused_payment_has_failed_and_another_may_be_tried(cashier: Cashier) -> None:
    booking_id = cashier.booked()
    cashier.gateway.fault = "refuses"
    with pytest.raises(PaymentRefusedError) as caught:
        cashier.pay(booking_id)
    assert caught.value.params == {"reason": "invalid_request"}
    cashier.gateway.fault = None
    cashier.clock.advance(seconds=1)

    second = cashier.pay(booking_id)

    failed, pending = cashier.payments.of_booking(booking_id, cashier.customer).data
    assert (failed.status, failed.reason, pending.id) == ("failed", "invalid_request", second.id)
    assert cashier.events() == ["payment.failed", "payment.created"]


def test_a_repeat_of_a_refused_request_is_refused_alike(cashier: Cashier) -> None:
    booking_id, key = cashier.booked(), cashier.key()
    cashier.gateway.fault = "refuses"
    for _ in range(2):
        with pytest.raises(PaymentRefusedError) as caught:
            cashier.pay(booking_id, key)
        assert caught.value.params == {"reason": "invalid_request"}
    assert cashier.events() == ["payment.failed"]


def test_a_second_request_for_the_same_money_shares_the_open_payment(cashier: Cashier) -> None:
    booking_id = cashier.booked()
    first = cashier.pay(booking_id, cashier.key())
    assert cashier.pay(booking_id, cashier.key()) == first
    assert cashier.pay(booking_id) == first
    assert len(cashier.gateway.payments) == 1


def test_another_method_is_another_payment(cashier: Cashier) -> None:
    booking_id = cashier.booked()
    assert len({cashier.pay(booking_id, method=method).id for method in (None, "sbp", "bank_card", "sbp")}) == 3


def test_racers_for_one_booking_share_one_payment(engine_for: EngineFor, cashier: Cashier) -> None:
    booking_id = cashier.booked()
    racers = [cashier.beside(engine_for("payment")) for _ in range(4)]

    with ThreadPoolExecutor(len(racers)) as pool:
        payments = list(pool.map(lambda racer: racer.pay(booking_id), racers))

    assert len({payment.id for payment in payments}) == 1
    assert len(cashier.gateway.payments) == 1
    assert [event for racer in racers for event in racer.events()] == ["payment.created"]


def test_a_failed_payment_may_be_followed_by_another(cashier: Cashier) -> None:
    booking_id = cashier.booked()
    first = cashier.pay(booking_id)
    cashier.settle(first, status="failed", reason="insufficient_funds")

    second = cashier.pay(booking_id)

    assert (second.status, second.id == first.id) == ("pending", False)
    assert cashier.payments.get(first.id, cashier.customer).reason == "insufficient_funds"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"status": "cancelled", "hold_expires_at": None}, BookingNotPayableError),
        ({"status": "expired", "hold_expires_at": None}, HoldExpiredError),
        ({"customer_id": uuid4()}, BookingNotFoundError),
    ],
)
def test_a_booking_that_may_not_be_paid_leaves_no_trace(
    cashier: Cashier, changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        cashier.pay(cashier.booked(**changes))
    assert (cashier.rows("payments"), cashier.gateway.calls) == (0, 0)


def test_an_unknown_booking_is_refused(cashier: Cashier) -> None:
    with pytest.raises(BookingNotFoundError):
        cashier.pay(uuid4())


def test_a_provider_that_is_switched_off_is_refused(cashier: Cashier) -> None:
    with pytest.raises(ProviderUnavailableError):
        cashier.pay(provider="sberpay")


def test_staff_may_start_a_customers_payment(cashier: Cashier) -> None:
    payment = cashier.payments.create(cashier.request(cashier.booked()), MANAGER, None)
    assert payment.customer_id == cashier.customer.user_id


def test_a_payment_is_visible_to_its_owner_and_to_staff_alone(cashier: Cashier) -> None:
    payment = cashier.pay()

    assert cashier.payments.get(payment.id, MANAGER) == payment
    assert cashier.payments.of_booking(payment.booking_id, MANAGER).data == [payment]
    assert cashier.payments.of_booking(payment.booking_id, STRANGER).data == []
    with pytest.raises(PaymentNotFoundError):
        cashier.payments.get(payment.id, STRANGER)
    with pytest.raises(PaymentNotFoundError):
        cashier.payments.get(uuid4(), MANAGER)


def test_the_link_disappears_with_the_hold(cashier: Cashier) -> None:
    payment = cashier.pay()
    cashier.clock.advance(minutes=15)
    shown = cashier.payments.get(payment.id, cashier.customer)
    assert (shown.status, shown.confirmation_url) == ("pending", None)
    assert shown.expires_at == payment.created_at + timedelta(minutes=15)


def test_the_broker_may_be_down(cashier: Cashier, engine: Engine) -> None:
    cashier.broker.down = True
    assert cashier.pay().status == "pending"
    assert cashier.rows("outbox WHERE published_at IS NULL") == 1


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


def test_a_change_based_on_an_old_state_is_refused(cashier: Cashier) -> None:
    payment = cashier.pay()
    old = cashier.attempt(payment)
    cashier.settle(payment, status="succeeded")

    with cashier.unit_of_work() as work, pytest.raises(ConcurrentUpdateError):
        work.attempts.update(old, give_up(old, "expired"))
    Settlement(cashier.unit_of_work, cashier.clock).fail(old, "expired")

    assert cashier.status(payment) == "succeeded"


def test_a_link_that_got_lost_is_replaced(cashier: Cashier, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sber and T-Kassa tell the address of a page once; the answer that had it may have got lost."""
    booking_id, key = cashier.booked(), cashier.key()
    create, lost = cashier.gateway.create, []

    def lose_the_first(attempt: Attempt, **options: Any) -> GatewayPayment:
        lost.append(attempt.id)
        if attempt.id == lost[0]:
            raise (GatewayUnreachableError if len(lost) == 1 else LinkLostError)
        return create(attempt, **options)

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
