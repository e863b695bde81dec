"""Money at the desk, on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from core.identity import Identity
from payment.desk.errors import MoreThanDueError
from shared_schemas.common import Money
from shared_schemas.errors import ForbiddenError
from shared_schemas.payment.desk import DeskPaymentRequest, DeskRefundsQuery
from shared_schemas.payment.payments import Payment, PaymentsQuery, RefundDecision
from shared_schemas.payment.tills import TillRequest
from tests.support.database import EngineFor
from tests.support.payment.cashier import MANAGER, Cashier
from tests.support.payment.refunds import cancelled


@pytest.fixture
def cashier(engine: Engine, emptied: None) -> Cashier:
    """With a till that is open."""
    made = Cashier(engine)
    made.tills.open(TillRequest(), MANAGER, None)
    return made


def owing(cashier: Cashier, balance: int = 300_000) -> UUID:
    nothing = Money(amount=0)
    return cashier.booked(status="confirmed", due=0, balance=Money(amount=balance), received=nothing)


def take(cashier: Cashier, booking_id: UUID, amount: int, method: str = "cash") -> Payment:
    request = DeskPaymentRequest.model_validate({"amount": {"amount": amount}, "method": method, "note": "a slip"})
    return cashier.desk.take(booking_id, request, MANAGER, cashier.key())


def listed(cashier: Cashier, caller: Identity = MANAGER, **asked: Any) -> list[Payment]:
    now = cashier.clock.now()
    span = {"from": now - timedelta(hours=1), "to": now + timedelta(hours=1)}
    return cashier.payments.of_time(PaymentsQuery.model_validate(span | asked), caller).data


def test_two_at_the_desk_do_not_take_the_same_debt_twice(cashier: Cashier, engine_for: EngineFor) -> None:
    booking_id, others = owing(cashier), [cashier.beside(engine_for("payment")) for _ in range(4)]

    def one(desk: Cashier) -> int:
        try:
            return take(desk, booking_id, 100_001).taken.amount
        except MoreThanDueError:
            return 0

    with ThreadPoolExecutor(len(others)) as pool:
        taken = list(pool.map(one, others))

    assert sorted(taken) == [0, 0, 100_001, 100_001]
    with cashier.unit_of_work() as work:
        assert work.ledger.balance(booking_id) == 200_002


def test_payments_of_a_time_are_listed_by_how_they_were_paid(cashier: Cashier) -> None:
    online = cashier.pay(method="sbp")
    cash, card = take(cashier, owing(cashier), 1), take(cashier, owing(cashier), 2, "terminal")

    assert {payment.id for payment in listed(cashier)} == {online.id, cash.id, card.id}
    assert listed(cashier, method="cash") == [cash]
    assert [payment.id for payment in listed(cashier, provider="yookassa", method="sbp")] == [online.id]
    assert [payment.note for payment in listed(cashier, provider="terminal")] == ["a slip"]
    assert listed(cashier, to=cashier.clock.now()) == []
    with pytest.raises(ForbiddenError):
        listed(cashier, cashier.customer)


def test_a_payer_is_not_told_what_staff_note(cashier: Cashier) -> None:
    payment = take(cashier, owing(cashier), 1)
    (seen,) = cashier.payments.of_booking(payment.booking_id, cashier.customer).data
    assert (seen.id, seen.taken_by, seen.note) == (payment.id, None, None)


def test_what_is_to_be_handed_out_is_listed_until_it_is(cashier: Cashier) -> None:
    first, second = take(cashier, owing(cashier), 10_000), take(cashier, owing(cashier), 20_000, "transfer")
    for payment in (first, second):
        cashier.clock.advance(seconds=1)
        cashier.booking_events.handle(payment.id, cancelled(payment, payment.taken.amount))

    page = cashier.desk.to_hand_out(DeskRefundsQuery(limit=1))
    rest = cashier.desk.to_hand_out(DeskRefundsQuery(cursor=page.next_cursor))

    (one, other) = (*page.data, *rest.data)
    assert [(one.payment_id, one.method), (other.payment_id, other.method)] == [
        (first.id, "cash"),
        (second.id, "transfer"),
    ]
    assert (one.booking_number, one.failure, rest.next_cursor) == ("7K3Q9D2M", "to_hand_out", None)

    cashier.refunds.decide(first.id, one.id, RefundDecision(outcome="succeeded", reason="given"), MANAGER)
    cashier.refunds.decide(second.id, other.id, RefundDecision(outcome="failed", reason="not wanted"), MANAGER)

    assert cashier.desk.to_hand_out(DeskRefundsQuery()).data == []
    with cashier.unit_of_work() as work:
        assert [work.ledger.balance(payment.booking_id) for payment in (first, second)] == [0, 20_000]
