"""Deposits: held, no revenue, given back or kept in part, and never forgotten in silence."""

from uuid import UUID, uuid4

import pytest

from payment.deposits.errors import DepositNotFoundError, DepositTooSmallError, NoDepositError
from payment.desk.errors import MoreThanDueError
from shared_schemas.common import Money
from shared_schemas.events.bookings import BookingCompleted
from shared_schemas.events.desk import DepositChanged
from shared_schemas.payment.deposits import (
    Deposit,
    DepositKeepRequest,
    DepositRequest,
    DepositReturnRequest,
    DepositsQuery,
)
from shared_schemas.payment.payments import Payment, PositiveMoney
from tests.support.payment.held import Safe
from tests.support.payment.refunds import STAFF, visit


def take(safe: Safe, booking_id: UUID, amount: int = 500_000) -> Deposit:
    request = DepositRequest(amount=PositiveMoney(amount=amount), method="cash")
    return safe.app.deposits.take(booking_id, request, STAFF, None)


def give_back(safe: Safe, deposit: Deposit, amount: int | None = None) -> Deposit:
    wanted = PositiveMoney(amount=amount) if amount else None
    return safe.app.deposits.give_back(deposit.id, DepositReturnRequest(amount=wanted, method="cash"), STAFF, None)


def keep(safe: Safe, deposit: Deposit, amount: int) -> Payment:
    request = DepositKeepRequest(amount=PositiveMoney(amount=amount), reason="A broken lamp")
    return safe.app.deposits.keep(deposit.id, request, STAFF, None)


def held(safe: Safe) -> list[UUID]:
    return [deposit.id for deposit in safe.app.deposits.page(DepositsQuery(held=True)).data]


def test_it_is_held_and_given_back_and_was_never_revenue(safe: Safe) -> None:
    deposit = take(safe, safe.booked(status="confirmed"))
    assert (deposit.held, held(safe), safe.revenue()) == (Money(amount=500_000), [deposit.id], 0)
    part = give_back(safe, deposit, 200_000)
    assert (part.held.amount, part.given_back.amount, part.kept.amount) == (300_000, 200_000, 0)
    with pytest.raises(DepositTooSmallError):
        give_back(safe, deposit, 300_001)
    assert give_back(safe, deposit).held == Money(amount=0)
    assert (held(safe), safe.revenue(), safe.in_hand(), safe.uneven()) == ([], 0, 0, [])


def test_what_is_kept_of_it_pays_for_what_the_booking_owes(safe: Safe) -> None:
    deposit = take(safe, safe.booked(status="in_progress", balance={"amount": 150_000}))
    with pytest.raises(MoreThanDueError):
        keep(safe, deposit, 150_001)
    payment = keep(safe, deposit, 150_000)
    shown = safe.payments.get(payment.id, STAFF)
    assert (payment.provider, payment.purpose, shown.status) == ("deposit", "balance", "succeeded")
    give_back(safe, deposit)
    (after,) = safe.app.deposits.page(DepositsQuery(booking_id=deposit.booking_id)).data
    assert (after.held.amount, after.given_back.amount, after.kept.amount) == (0, 350_000, 150_000)
    assert (safe.revenue(), safe.in_hand(), safe.differences()) == (150_000, 150_000, [])

    safe.refund(payment)
    assert (held(safe), safe.revenue()) == ([deposit.id], 0)
    told = [event for event in safe.told("deposit.changed") if isinstance(event, DepositChanged)]
    assert {(event.deposit_id, event.booking_id) for event in told} == {(deposit.id, deposit.booking_id)}
    assert [(event.kind, event.amount.amount, event.method) for event in told] == [
        ("taken", 500_000, "cash"), ("payment", -150_000, None), ("given_back", -350_000, "cash"),
        ("returned", 150_000, None),
    ]  # fmt: skip


def test_none_is_taken_for_a_visit_that_will_not_be(safe: Safe) -> None:
    with pytest.raises(NoDepositError):
        take(safe, safe.booked(status="cancelled"))
    with pytest.raises(DepositNotFoundError):
        safe.app.deposits.give_back(uuid4(), DepositReturnRequest(method="cash"), STAFF, None)
    assert safe.rows("held_money") == 0


def test_staff_are_told_of_one_that_is_still_here_after_the_visit(safe: Safe) -> None:
    booking_id = safe.booked(status="in_progress")
    deposit, payment = take(safe, booking_id), safe.pay(booking_id, purpose="balance")
    over = BookingCompleted.model_validate(visit(payment) | {"status": "completed"})
    event_id = uuid4()
    for _ in range(2):
        safe.app.deposits.look(event_id, over)
    assert [event.code for event in safe.told("service.error")] == ["deposit_still_held"]  # type: ignore[attr-defined]
    give_back(safe, deposit)
    safe.app.deposits.look(uuid4(), over)
    assert safe.events().count("service.error") == 1
