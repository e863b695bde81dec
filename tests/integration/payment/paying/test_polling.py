import pytest
from sqlalchemy import Engine

from core.jobs import Turn
from payment.paying.errors import GatewayUnavailableError
from shared_schemas.payment.payments import Payment
from tests.support.database import EngineFor
from tests.support.payment.cashier import Cashier


def broken_off(cashier: Cashier) -> Payment:
    """A payment whose creation the gateway never answered."""
    booking_id = cashier.booked()
    cashier.gateway.fault = "answer_lost"
    with pytest.raises(GatewayUnavailableError):
        cashier.pay(booking_id)
    cashier.gateway.fault = None
    return cashier.payments.of_booking(booking_id, cashier.customer).data[0]


def test_a_lost_webhook_is_made_up_for(cashier: Cashier) -> None:
    payment = cashier.pay()
    cashier.gateway.change(cashier.gateway_id(payment), status="succeeded")
    cashier.clock.advance(minutes=1)

    assert cashier.poll() == 1

    assert cashier.status(payment) == "succeeded"
    assert cashier.events() == ["payment.created", "payment.succeeded"]


def test_a_webhook_after_the_poll_changes_nothing(cashier: Cashier) -> None:
    payment = cashier.pay()
    cashier.gateway.change(cashier.gateway_id(payment), status="succeeded")
    cashier.clock.advance(minutes=1)
    cashier.poll()

    cashier.settle(payment, status="succeeded")

    assert cashier.events().count("payment.succeeded") == 1


def test_an_attempt_that_broke_off_is_created_again_under_the_same_key(cashier: Cashier) -> None:
    payment = broken_off(cashier)
    cashier.clock.advance(minutes=1)

    cashier.poll()

    assert cashier.payments.get(payment.id, cashier.customer).confirmation_url
    assert list(cashier.gateway.payments) == [cashier.gateway_id(payment)]
    assert cashier.events() == ["payment.created"]


def test_an_attempt_that_broke_off_is_given_up_with_the_hold(cashier: Cashier) -> None:
    payment = broken_off(cashier)
    cashier.clock.advance(minutes=15)

    cashier.poll()

    assert cashier.payments.get(payment.id, cashier.customer).reason == "not_created"
    assert cashier.events() == ["payment.failed"]


def test_a_creation_that_the_gateway_refuses_has_failed(cashier: Cashier) -> None:
    payment = broken_off(cashier)
    cashier.gateway.fault = "refuses"
    cashier.clock.advance(minutes=1)

    cashier.poll()

    assert cashier.payments.get(payment.id, cashier.customer).reason == "invalid_request"


def test_a_link_that_nobody_paid_fails_as_the_gateway_says(cashier: Cashier) -> None:
    payment = cashier.pay()
    cashier.gateway.change(cashier.gateway_id(payment), status="failed", reason="expired_on_confirmation")
    cashier.clock.advance(hours=1)

    cashier.poll()

    assert cashier.payments.get(payment.id, cashier.customer).reason == "expired_on_confirmation"


def test_a_payment_open_for_a_day_is_given_up_but_its_money_still_counts(cashier: Cashier) -> None:
    payment = cashier.pay()
    cashier.clock.advance(hours=24)

    cashier.poll()

    assert cashier.payments.get(payment.id, cashier.customer).reason == "expired"
    cashier.settle(payment, status="succeeded")
    assert cashier.status(payment) == "succeeded"


def test_even_a_payment_that_its_gateway_denies_comes_to_an_end(cashier: Cashier) -> None:
    payment = cashier.pay()
    cashier.gateway.payments.clear()
    cashier.clock.advance(minutes=1)
    assert (cashier.poll(), cashier.status(payment)) == (1, "pending")
    cashier.clock.advance(hours=24)
    assert (cashier.poll(), cashier.status(payment)) == (1, "failed")


def test_the_wait_grows_with_the_payments_age(cashier: Cashier) -> None:
    cashier.pay()
    asked = []
    for _ in range(60):
        cashier.clock.advance(minutes=1)
        asked.append(cashier.poll())
    assert asked[:8] == [1, 1, 1, 1, 1, 0, 1, 0]
    assert 10 < sum(asked) < 25


def test_settled_payments_are_left_alone(cashier: Cashier) -> None:
    cashier.settle(cashier.pay(), status="succeeded")
    cashier.clock.advance(hours=2)
    assert cashier.poll() == 0


def test_a_young_attempt_is_left_to_its_own_request(cashier: Cashier) -> None:
    broken_off(cashier)
    cashier.clock.advance(seconds=59)
    assert cashier.poll() == 0


def test_a_gateway_that_is_down_is_left_alone_and_loses_nothing(cashier: Cashier) -> None:
    payments = [cashier.pay() for _ in range(3)]
    for payment in payments:
        cashier.gateway.change(cashier.gateway_id(payment), status="succeeded")
    cashier.clock.advance(minutes=1)
    cashier.gateway.fault = "down"
    calls = cashier.gateway.calls
    assert cashier.poll() == 1
    assert cashier.gateway.calls == calls + 1
    cashier.gateway.fault = None
    cashier.clock.advance(minutes=1)

    assert cashier.poll() == 3

    assert {cashier.status(payment) for payment in payments} == {"succeeded"}


def test_a_run_stops_when_its_time_is_up(cashier: Cashier) -> None:
    for _ in range(3):
        cashier.pay()
    cashier.clock.advance(minutes=1)
    time_left = iter([True, True, False])
    assert cashier.polling.run(Turn(lambda: next(time_left))) == 2


def test_two_pollers_never_ask_about_the_same_attempt(engine: Engine, engine_for: EngineFor, cashier: Cashier) -> None:
    for _ in range(2):
        cashier.pay()
    cashier.clock.advance(minutes=1)
    other = Cashier(engine_for("payment"))
    now = cashier.clock.now()
    with cashier.unit_of_work() as mine, other.unit_of_work() as theirs:
        first, second = mine.attempts.due(now, ()), theirs.attempts.due(now, ())
    assert first and second
    assert first.id != second.id
