"""How many payments one client may have open at once is the studio's policy, which Booking tells with the terms."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest

from core.http.problems import render
from core.identity import Identity
from payment.attempts.errors import PaymentRefusedError
from payment.paying.errors import TooManyOpenPaymentsError
from shared_schemas.common import Role
from tests.support.database import EngineFor, somebody_waits
from tests.support.payment.cashier import MANAGER, Cashier, attempt
from tests.support.waiting import PATIENCE_SECONDS, eventually

RACERS = 5


def test_a_client_has_so_many_open_payments_and_no_more(cashier: Cashier) -> None:
    end = cashier.clock.now() + timedelta(minutes=10)
    first = cashier.booked(max_open_payments=1, hold_expires_at=end)
    other = cashier.booked(max_open_payments=1, hold_expires_at=end)
    shared = cashier.pay(first)

    with pytest.raises(TooManyOpenPaymentsError) as refused:
        cashier.pay(other)

    answer = render(refused.value, "en", "c")
    assert (answer.status, answer.headers["Retry-After"]) == (429, "601")
    # The open one is still the same for who asks again, and the desk is not limited.
    assert cashier.pay(first) == shared
    assert cashier.payments.create(cashier.request(other), MANAGER, None).status == "pending"


def test_guests_of_one_number_are_one_payer(cashier: Cashier) -> None:
    """Each guest booking is a customer of its own, with a token of its own: the number is what they share."""
    payer, first, second = uuid4(), uuid4(), Identity(str(uuid4()), Role.CLIENT)
    person: dict[str, Any] = {"payer": payer, "payer_ids": [first, second.user_id], "max_open_payments": 1}
    cashier.customer = Identity(str(first), Role.CLIENT)
    cashier.pay(cashier.booked(**person))
    cashier.customer = second
    with pytest.raises(TooManyOpenPaymentsError):
        cashier.pay(cashier.booked(**person))
    cashier.customer = Identity(str(uuid4()), Role.CLIENT)
    assert cashier.pay(cashier.booked(max_open_payments=1)).status == "pending"


def test_what_is_over_or_ran_out_is_not_open(cashier: Cashier) -> None:
    bookings = [cashier.booked(max_open_payments=1) for _ in range(3)]
    cashier.gateway.fault = "refuses"
    with pytest.raises(PaymentRefusedError):
        cashier.pay(bookings[0])
    cashier.gateway.fault = None

    cashier.pay(bookings[1])
    cashier.clock.advance(hours=2)
    later = cashier.clock.now() + timedelta(minutes=10)
    cashier.pay(cashier.booked(max_open_payments=1, hold_expires_at=later))


def test_requests_that_come_at_once_open_no_more_either(cashier: Cashier, engine_for: EngineFor) -> None:
    bookings = [cashier.booked(max_open_payments=2) for _ in range(RACERS)]
    rivals, start = [cashier.beside(engine_for("payment")) for _ in bookings], Barrier(RACERS)

    def race(number: int) -> bool:
        start.wait()
        try:
            rivals[number].pay(bookings[number])
        except TooManyOpenPaymentsError:
            return False
        return True

    with ThreadPoolExecutor(RACERS) as pool:
        assert sum(pool.map(race, range(RACERS))) == 2


def test_a_payment_waits_for_the_one_that_its_client_is_opening(cashier: Cashier, engine_for: EngineFor) -> None:
    """What the race above may miss: it counts the open ones only after the other has committed. The other one may be
    another guest of the same number."""
    rival, observer = cashier.beside(engine_for("payment")), engine_for("payment")
    payer, opening = uuid4(), attempt()
    booking = cashier.booked(max_open_payments=1, payer=payer, payer_ids=[opening.customer_id])

    with ThreadPoolExecutor(1) as pool, cashier.unit_of_work() as work:
        work.attempts.lock_payer(payer)
        work.attempts.add(opening, cashier.clock.now())
        second = pool.submit(rival.pay, booking)
        eventually(lambda: second.done() or somebody_waits(observer))
        work.commit()
        with pytest.raises(TooManyOpenPaymentsError):
            second.result(PATIENCE_SECONDS)
