"""Money that the studio holds for a customer: put in, paid with, given back, and counted to the kopeck."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from core.identity import Identity
from core.postgres.database import sqlstate
from payment.balances.errors import BalanceTooLowError, NoSuchCustomerError
from payment.desk.errors import MoreThanDueError
from payment.paying.errors import BookingNotFoundError
from payment.refunds.errors import GoesBackAsPaidError, RefundTooLargeError
from payment.tills.errors import NotEnoughInTillError, NoTillOpenError
from shared_schemas.common import Money, Role
from shared_schemas.events.bookings import BookingCancelled
from shared_schemas.events.operations import ServiceError
from shared_schemas.events.payments import PaymentSucceeded
from shared_schemas.payment.balances import BalanceEntriesQuery
from shared_schemas.payment.books import ReconciliationRequest
from shared_schemas.payment.payments import Payment, Refund, RefundRequest
from tests.support.database import EngineFor
from tests.support.payment.held import Safe
from tests.support.payment.refunds import STAFF, SlowGateway, cancelled
from tests.support.waiting import PATIENCE_SECONDS


def to_balance(safe: Safe, payment: Payment, amount: int | None = None) -> Refund:
    values = {"reason": "Rain", "to": "balance"} | ({"amount": {"amount": amount}} if amount else {})
    return safe.refunds.create(payment.id, RefundRequest.model_validate(values), STAFF, None)


def test_what_is_put_in_and_taken_out_adds_up(safe: Safe) -> None:
    safe.enter("top_up", 300_000, note="In an envelope")
    safe.clock.advance(minutes=1)
    safe.enter("payout", 100_000, method="transfer")

    assert safe.left() == 200_000
    assert [(entry.kind, entry.amount.amount, entry.balance.amount) for entry in safe.entries()] == [
        ("top_up", 300_000, 300_000),
        ("payout", -100_000, 200_000),
    ]
    assert (safe.entries()[0].note, safe.entries()[0].by) == ("In an envelope", STAFF.subject)
    assert (safe.entries(for_staff=False)[0].note, safe.entries(for_staff=False)[0].by) == (None, None)
    assert safe.events() == ["balance.changed"] * 2


def test_more_than_there_is_is_not_paid_out(safe: Safe) -> None:
    safe.enter("top_up", 1_000)
    with pytest.raises(BalanceTooLowError) as refused:
        safe.enter("payout", 1_001)
    assert (refused.value.params, safe.left(), safe.rows("held_money_entries")) == ({"available": 1_000}, 1_000, 1)


def test_nothing_is_held_for_somebody_whom_nobody_knows(safe: Safe) -> None:
    safe.contacts.known = None
    with pytest.raises(NoSuchCustomerError):
        safe.enter("top_up", 1_000)
    assert safe.rows("held_money") == 0


def test_a_booking_is_paid_from_it_at_once_as_by_any_other_payment(safe: Safe) -> None:
    safe.enter("top_up", 500_000)
    payment = safe.spend(safe.booked(due=200_000), 200_000)

    assert (payment.provider, payment.status, payment.purpose) == ("balance", "succeeded", "prepayment")
    assert (safe.left(), safe.balance(payment), safe.differences()) == (300_000, 200_000, [])
    (told,) = safe.told("payment.succeeded")
    assert isinstance(told, PaymentSucceeded)
    assert (told.provider, told.amount, told.collected) == ("balance", Money(amount=200_000), Money(amount=200_000))
    assert safe.payments.collected(payment.id).taken == Money(amount=200_000)
    assert safe.poll() == 0


def test_without_an_amount_it_pays_as_much_as_there_is(safe: Safe) -> None:
    safe.enter("top_up", 150_000)
    assert safe.spend(safe.booked(due=200_000)).amount == Money(amount=150_000)
    safe.enter("top_up", 900_000)
    whole = safe.spend(safe.booked(due=200_000))
    assert (whole.amount, whole.purpose, safe.left()) == (Money(amount=400_000), "full", 500_000)


def test_who_may_pay_from_it(safe: Safe) -> None:
    safe.enter("top_up", 500_000)
    booking_id = safe.booked()
    with pytest.raises(BookingNotFoundError):
        safe.spend(booking_id, 1, Identity(str(uuid4()), Role.CLIENT))
    assert safe.spend(booking_id, 1, STAFF).customer_id == safe.customer_id
    with pytest.raises(MoreThanDueError):
        safe.spend(booking_id, 400_001)
    with pytest.raises(BalanceTooLowError):
        safe.spend(safe.booked(due=900_000), 500_000)


def test_what_was_paid_from_it_goes_back_there(safe: Safe) -> None:
    safe.enter("top_up", 200_000)
    payment = safe.spend(safe.booked(), 200_000)
    assert [safe.refund(payment, part).status for part in (50_000, 150_000)] == ["succeeded"] * 2
    assert (safe.left(), safe.balance(payment), safe.uneven(), safe.differences()) == (200_000, 0, [], [])
    with pytest.raises(RefundTooLargeError):
        safe.refund(payment, 1)
    with pytest.raises(GoesBackAsPaidError):
        to_balance(safe, payment)


def test_another_payment_goes_back_to_it_and_its_gateway_hears_nothing(safe: Safe) -> None:
    payment = safe.paid()
    refund = to_balance(safe, payment, 150_000)

    assert (refund.status, refund.to, safe.left(), safe.gateway.given_back()) == ("succeeded", "balance", 150_000, 0)
    assert (safe.balance(payment), safe.payments.get(payment.id, STAFF).refunded) == (50_000, Money(amount=150_000))
    assert safe.refund(payment).amount == Money(amount=50_000)
    assert (safe.gateway.given_back(), safe.differences()) == (50_000, [])


def test_a_cancellation_gives_back_to_it_if_that_is_asked_for(safe: Safe) -> None:
    payment, own = safe.paid(), uuid4()
    event = cancelled(payment, 200_000).model_copy(update={"refund_to": "balance"})
    assert isinstance(event, BookingCancelled)
    for _ in range(2):
        safe.tell(event, own)
    assert (safe.left(), safe.gateway.given_back()) == (200_000, 0)


def test_what_its_gateway_gives_back_besides_is_noticed(safe: Safe) -> None:
    """Somebody returned the money in the cabinet, too: twice the same money, which staff must hear of."""
    payment = safe.paid()
    to_balance(safe, payment)
    safe.gateway.change(safe.gateway_id(payment), refunded=200_000)
    safe.settlement.apply(payment.id, safe.gateway.payments[safe.gateway_id(payment)])
    assert [refund.reason for refund in safe.of(payment)] == ["requested", "outside"]


def test_cash_for_it_is_in_the_drawer_and_no_more_comes_out_than_lies_there(safe: Safe) -> None:
    safe.enter("top_up", 100_000, method="terminal")
    safe.enter("top_up", 30_000)
    with pytest.raises(NotEnoughInTillError):
        safe.enter("payout", 30_001)
    safe.enter("payout", 20_000)
    assert (safe.in_drawer(), safe.left()) == (10_000, 110_000)


def test_without_an_open_till_no_cash_is_taken_for_it(engine: Engine, emptied: None) -> None:
    closed = Safe(engine, SlowGateway())
    with pytest.raises(NoTillOpenError):
        closed.enter("top_up", 1)
    assert closed.enter("top_up", 1, method="transfer").balance == Money(amount=1)


def test_two_at_once_do_not_spend_the_same_money(engine_for: EngineFor, safe: Safe) -> None:
    safe.enter("top_up", 300_000)
    bookings = [safe.booked(), safe.booked()]
    racers, start = [safe.beside(engine_for("payment")) for _ in bookings], Barrier(2)

    def pay(number: int) -> str:
        start.wait(PATIENCE_SECONDS)
        try:
            return racers[number].spend(bookings[number], 200_000).status
        except BalanceTooLowError as error:
            return error.code

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(pay, range(2)))
    assert results == ["balance_too_low", "succeeded"]
    assert (safe.left(), safe.rows("ledger"), safe.uneven()) == (100_000, 1, [])


def test_the_same_booking_is_not_paid_twice_at_once(engine_for: EngineFor, safe: Safe) -> None:
    safe.enter("top_up", 900_000)
    booking_id, start = safe.booked(), Barrier(2)
    racers = [safe.beside(engine_for("payment")) for _ in range(2)]

    def pay(number: int) -> str:
        start.wait(PATIENCE_SECONDS)
        try:
            return racers[number].spend(booking_id, 400_000).status
        except MoreThanDueError as error:
            return error.code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(pay, range(2))) == ["more_than_due", "succeeded"]
    assert (safe.left(), safe.uneven(), safe.differences()) == (500_000, [], [])


def test_the_books_of_it_are_compared_as_those_of_a_gateway(safe: Safe, administrator: Engine) -> None:
    safe.enter("top_up", 300_000)
    payment = safe.spend(safe.booked(), 200_000)
    safe.refund(payment, 50_000)
    safe.clock.advance(hours=1)

    def differences() -> list[str]:
        span = ReconciliationRequest(provider="balance", since=payment.created_at, until=safe.clock.now())
        (run,) = safe.reconciliations.compare(span).data
        return [difference.kind for difference in run.differences]

    assert differences() == []
    with administrator.begin() as connection:
        connection.execute(text("UPDATE payment.held_money_entries SET price = 199999 WHERE kind = 'payment'"))
    assert differences() == ["amount_differs"]


def test_of_two_customers_who_are_one_the_balance_is_moved(safe: Safe) -> None:
    guest, account = safe.customer_id, uuid4()
    safe.enter("top_up", 300_000)
    safe.enter("top_up", 5_000, account)
    payment, event_id = safe.spend(safe.booked(), 100_000), uuid4()

    for _ in range(2):
        safe.app.privacy.join(event_id, account, [guest])

    assert (safe.left(guest), safe.left(account)) == (0, 205_000)
    assert "moved_in" in {entry.kind for entry in safe.entries(account)}
    safe.refund(payment)
    assert (safe.left(guest), safe.left(account), safe.uneven()) == (0, 305_000, [])


def test_who_is_erased_is_still_owed_what_is_held(safe: Safe) -> None:
    safe.enter("top_up", 300_000, note="For Anna's birthday")
    safe.app.privacy.forget(uuid4(), safe.customer_id)

    assert (safe.left(), safe.entries()[0].note) == (300_000, None)
    (told,) = safe.told("service.error")
    assert isinstance(told, ServiceError)
    assert told.code == "money_held_for_erased_person"
    assert safe.enter("payout", 300_000).balance == Money(amount=0)


@pytest.mark.parametrize(
    "statement", ["UPDATE payment.held_money_entries SET amount = 1", "DELETE FROM payment.held_money_entries"]
)
def test_the_service_cannot_change_an_entry(safe: Safe, statement: str) -> None:
    safe.enter("top_up", 1)
    with pytest.raises(DBAPIError) as caught, safe.engine.begin() as connection:
        connection.execute(text(statement))
    assert sqlstate(caught.value) == "42501"


def test_a_page_goes_on_where_the_last_one_ended(safe: Safe) -> None:
    made = list[UUID]()
    for _ in range(3):
        made.append(safe.enter("top_up", 1).id)
        safe.clock.advance(minutes=1)
    first = safe.app.balances.entries(safe.customer_id, BalanceEntriesQuery(limit=2), for_staff=True)
    rest = BalanceEntriesQuery(limit=2, cursor=first.next_cursor)
    second = safe.app.balances.entries(safe.customer_id, rest, for_staff=True)
    assert [entry.id for entry in (*first.data, *second.data)] == made[::-1]
    assert second.next_cursor is None
