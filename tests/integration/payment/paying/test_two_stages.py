"""Money that is held first: taken while its booking still waits for it, released otherwise."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from payment.gateways.port import GatewayUnreachableError
from payment.paying.errors import BookingUnavailableError
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.common import Money
from shared_schemas.payment.payments import Payment
from tests.support.payment.cashier import Cashier


@pytest.fixture
def cautious(engine: Engine, emptied: None) -> Cashier:
    """A studio that takes money in two stages."""
    return Cashier(engine, payment_stages="two")


def becomes(cashier: Cashier, booking_id: UUID, **changes: Any) -> None:
    """The booking is something else by the time the payer has paid."""
    terms = cashier.booking.known[booking_id].model_dump() | changes
    cashier.booking.known[booking_id] = PaymentTerms.model_validate(terms)


def at_the_gateway(cashier: Cashier, payment: Payment) -> str:
    return cashier.gateway.payments[cashier.gateway_id(payment)].status


def test_the_gateway_is_asked_to_hold(cautious: Cashier) -> None:
    cautious.pay(method="bank_card")
    cautious.pay(method="sbp")
    assert cautious.gateway.captures == [False, True]


def test_one_stage_is_the_rule(cashier: Cashier) -> None:
    cashier.pay(method="bank_card")
    assert cashier.gateway.captures == [True]


@pytest.mark.parametrize("status", ["pending", "confirmed", "expired"])
def test_held_money_is_taken_while_the_booking_waits_for_it(cautious: Cashier, status: str) -> None:
    booking_id = cautious.booked()
    payment = cautious.pay(booking_id)
    becomes(cautious, booking_id, status=status)

    cautious.settle(payment, status="held")

    assert (cautious.status(payment), at_the_gateway(cautious, payment)) == ("succeeded", "succeeded")
    assert cautious.events().count("payment.succeeded") == 1


@pytest.mark.parametrize("changes", [{"status": "cancelled"}, {"kept": Money(amount=200_000)}])
def test_it_is_released_where_nobody_can_use_it(cautious: Cashier, changes: dict[str, Any]) -> None:
    booking_id = cautious.booked()
    payment = cautious.pay(booking_id)
    becomes(cautious, booking_id, **changes)

    cautious.settle(payment, status="held")

    assert (cautious.status(payment), at_the_gateway(cautious, payment)) == ("failed", "failed")
    assert (cautious.rows("ledger"), cautious.rows("refunds")) == (0, 0)


def test_a_booking_that_is_unknown_gets_none(cautious: Cashier) -> None:
    booking_id = cautious.booked()
    payment = cautious.pay(booking_id)
    del cautious.booking.known[booking_id]

    cautious.settle(payment, status="held")

    assert cautious.status(payment) == "failed"


def test_a_wrong_amount_is_not_taken(cautious: Cashier) -> None:
    payment = cautious.pay()
    cautious.settle(payment, status="held", amount=1)
    assert (cautious.status(payment), at_the_gateway(cautious, payment)) == ("review", "held")


def test_without_the_bookings_word_it_waits(cautious: Cashier, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = cautious.pay()

    def away(_booking_id: UUID) -> None:
        raise BookingUnavailableError

    with monkeypatch.context() as broken:
        broken.setattr(cautious.booking, "terms", away)
        with pytest.raises(BookingUnavailableError):
            cautious.settle(payment, status="held")
        cautious.clock.advance(minutes=1)
        assert cautious.poll() == 1
    assert at_the_gateway(cautious, payment) == "held"

    cautious.clock.advance(minutes=1)
    cautious.poll()

    assert cautious.status(payment) == "succeeded"


def test_a_capture_whose_answer_got_lost_counts_once(cautious: Cashier) -> None:
    payment = cautious.pay()
    capture = cautious.gateway.capture

    def lose_the_answer(*values: Any, **options: Any) -> None:
        capture(*values, **options)
        raise GatewayUnreachableError

    cautious.gateway.capture = lose_the_answer  # type: ignore[method-assign,assignment]
    with pytest.raises(GatewayUnreachableError):
        cautious.settle(payment, status="held")
    assert cautious.status(payment) == "pending"

    cautious.clock.advance(minutes=1)
    cautious.poll()

    assert (cautious.status(payment), cautious.rows("ledger")) == ("succeeded", 1)
