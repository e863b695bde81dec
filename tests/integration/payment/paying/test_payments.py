from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from core.context import flow
from core.identity import Identity
from payment.attempts.domain import give_up
from payment.attempts.errors import ConcurrentUpdateError, HoldExpiredError, PaymentNotFoundError, PaymentRefusedError
from payment.errors import ProviderUnavailableError
from payment.paying.errors import BookingNotFoundError, BookingNotPayableError
from payment.paying.settlement import Settlement
from shared_schemas.common import Money, Role
from shared_schemas.events.payments import PaymentCreated
from tests.support.database import EngineFor
from tests.support.payment.cashier import MANAGER, Cashier

STRANGER = Identity(str(uuid4()), Role.CLIENT)


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
    number = cashier.attempt(payment).booking_number
    assert payment in cashier.payments.of_booking(number, MANAGER).data
    assert cashier.payments.of_booking(number, STRANGER).data == []
    assert cashier.payments.of_booking("00000000", MANAGER).data == []
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


def test_a_change_based_on_an_old_state_is_refused(cashier: Cashier) -> None:
    payment = cashier.pay()
    old = cashier.attempt(payment)
    cashier.settle(payment, status="succeeded")

    with cashier.unit_of_work() as work, pytest.raises(ConcurrentUpdateError):
        work.attempts.update(old, give_up(old, "expired"))
    Settlement(cashier.unit_of_work, cashier.clock).fail(old, "expired")

    assert cashier.status(payment) == "succeeded"
