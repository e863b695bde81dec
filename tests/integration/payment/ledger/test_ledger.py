"""The ledger, and payments that pay what another has paid for."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, IntegrityError

from core.postgres.database import create_database, sqlstate
from migrator.app import migrate
from payment.ledger.domain import Movement
from payment.ledger.repository import LedgerRepository
from payment.paying.settlement import Settlement
from payment.refunds.errors import RefundTooLargeError
from shared_schemas.common import Money
from shared_schemas.events.payments import PaymentRefunded, PaymentSucceeded
from shared_schemas.payment.payments import Payment
from tests.support.database import EngineFor, ServiceSettings, administer
from tests.support.payment.ledger import all_differences
from tests.support.payment.refunds import Treasury
from tests.support.waiting import PATIENCE_SECONDS


def two_payments(treasury: Treasury) -> tuple[Payment, Payment]:
    """Of one booking, for the same money, by two methods."""
    booking_id = treasury.booked()
    return treasury.pay(booking_id, method="bank_card"), treasury.pay(booking_id, method="sbp")


def test_money_is_in_the_ledger_once_it_is_ours(treasury: Treasury) -> None:
    payment = treasury.pay()
    assert treasury.balance(payment) == 0
    for _ in range(2):
        treasury.settle(payment, status="succeeded")
    assert (treasury.balance(payment), treasury.rows("ledger")) == (200_000, 1)
    assert treasury.differences() == []


def test_what_failed_is_not(treasury: Treasury) -> None:
    payment = treasury.pay()
    treasury.settle(payment, status="failed")
    assert (treasury.rows("ledger"), treasury.differences()) == (0, [])


def test_what_is_under_review_is_and_staff_can_give_it_back(treasury: Treasury) -> None:
    payment = treasury.pay()
    treasury.settle(payment, status="succeeded", amount=199_900)
    assert (treasury.status(payment), treasury.balance(payment), treasury.differences()) == ("review", 199_900, [])
    assert "payment.succeeded" not in treasury.events()

    with pytest.raises(RefundTooLargeError):
        treasury.refund(payment, 199_901)
    assert treasury.refund(payment).amount == Money(amount=199_900)

    assert (treasury.balance(payment), treasury.differences()) == (0, [])


def test_a_wrong_link_that_is_paid_after_all_is_found_by_asking(treasury: Treasury) -> None:
    """Its figures were wrong before anybody paid: nobody is told to pay it, but somebody may."""
    payment = treasury.pay()
    treasury.settle(payment, status="pending", amount=1)
    assert (treasury.status(payment), treasury.balance(payment)) == ("review", 0)
    treasury.gateway.change(treasury.gateway_id(payment), status="succeeded", amount=1)

    treasury.clock.advance(minutes=1)
    treasury.poll()

    assert (treasury.status(payment), treasury.balance(payment)) == ("review", 1)
    treasury.clock.advance(hours=25)
    assert treasury.poll() == 0


def test_a_wrong_link_that_nobody_pays_is_left_alone_after_a_day(treasury: Treasury) -> None:
    payment = treasury.pay()
    treasury.settle(payment, status="pending", amount=1)
    treasury.clock.advance(hours=25)

    assert (treasury.poll(), treasury.poll()) == (1, 0)
    treasury.clock.advance(hours=25)
    assert (treasury.poll(), treasury.status(payment)) == (0, "review")


def test_what_came_and_went_is_entered_both_ways(treasury: Treasury) -> None:
    """A link that was killed while somebody paid it: its gateway gave the money back by itself."""
    payment = treasury.pay()
    for _ in range(2):
        treasury.settle(payment, status="succeeded", refunded=200_000)

    assert (treasury.status(payment), treasury.rows("ledger"), treasury.balance(payment)) == ("failed", 2, 0)
    assert [(refund.reason, refund.status) for refund in treasury.of(payment)] == [("refunded", "succeeded")]
    assert treasury.differences() == []
    assert [event for event in treasury.events() if event.startswith("payment.") and "notif" not in event] == [
        "payment.created",
        "payment.refunded",
        "payment.failed",
    ]


def test_what_one_payment_brings_beyond_the_price_goes_back(treasury: Treasury) -> None:
    """The prepayment's link and that of the whole price were both open, and both are paid."""
    booking_id = treasury.booked(due=200_000)
    half, whole = treasury.pay(booking_id), treasury.pay(booking_id, purpose="full")
    treasury.settle(half, status="succeeded")
    treasury.settle(whole, status="succeeded")
    treasury.clock.advance(minutes=1)
    treasury.poll_refunds()

    assert [(r.reason, r.amount.amount, r.status) for r in treasury.of(whole)] == [("excess", 200_000, "succeeded")]
    assert (treasury.balance(whole), treasury.events().count("payment.succeeded")) == (400_000, 2)


def test_the_smaller_one_goes_back_whole_where_the_price_was_paid(treasury: Treasury) -> None:
    booking_id = treasury.booked(due=200_000)
    half, whole = treasury.pay(booking_id), treasury.pay(booking_id, purpose="full")
    treasury.settle(whole, status="succeeded")
    treasury.settle(half, status="succeeded")
    treasury.clock.advance(minutes=1)
    treasury.poll_refunds()

    assert [(r.reason, r.amount.amount) for r in treasury.of(half)] == [("duplicate", 200_000)]
    assert (treasury.balance(whole), treasury.events().count("payment.succeeded")) == (400_000, 1)


@pytest.mark.parametrize("statement", ["UPDATE payment.ledger SET amount = 1", "DELETE FROM payment.ledger"])
def test_the_service_cannot_change_what_is_entered(treasury: Treasury, statement: str) -> None:
    treasury.paid()
    with pytest.raises(DBAPIError) as caught, treasury.engine.begin() as connection:
        connection.execute(text(statement))
    assert sqlstate(caught.value) == "42501"


def test_a_movement_is_entered_once(treasury: Treasury) -> None:
    payment = treasury.paid()
    refund = treasury.refund(payment, 1_000)
    booking_id, now = payment.booking_id, treasury.clock.now()
    with treasury.unit_of_work() as work, pytest.raises(IntegrityError):
        work.ledger.add(Movement("payment", booking_id, payment.id, None, 1, now))
    with treasury.unit_of_work() as work, pytest.raises(IntegrityError):
        work.ledger.add(Movement("refund", booking_id, payment.id, refund.id, -1, now))


def test_the_check_finds_what_is_missing_wrong_or_too_much(treasury: Treasury, administrator: Engine) -> None:
    missing, wrong, foreign = treasury.paid(), treasury.paid(), treasury.pay()
    refund = treasury.refund(wrong, 1_000)
    with administrator.begin() as connection:
        connection.execute(text("DELETE FROM payment.ledger WHERE payment_id = :id"), {"id": missing.id})
        connection.execute(text("UPDATE payment.ledger SET amount = -999 WHERE refund_id = :id"), {"id": refund.id})
    with treasury.unit_of_work() as work:
        work.ledger.add(Movement("payment", foreign.booking_id, foreign.id, None, 5, treasury.clock.now()))
        work.commit()

    expected = [
        (missing.id, None, 200_000, 0),
        (wrong.id, refund.id, -1_000, -999),
        (foreign.id, None, 0, 5),
    ]
    assert sorted(treasury.differences(), key=str) == sorted(expected, key=str)


def test_a_second_payment_for_the_same_goes_back_by_itself(treasury: Treasury) -> None:
    first, second = two_payments(treasury)
    treasury.settle(first, status="succeeded")
    treasury.settle(second, status="succeeded")

    shown = treasury.payments.get(second.id, treasury.customer)
    assert (shown.status, shown.reason) == ("succeeded", "duplicate")
    (told,) = treasury.told("payment.succeeded")
    assert isinstance(told, PaymentSucceeded)
    assert told.payment_id == first.id
    assert treasury.balance(first) == 400_000

    treasury.poll_refunds()

    assert [(refund.reason, refund.status) for refund in treasury.of(second)] == [("duplicate", "succeeded")]
    (back,) = treasury.told("payment.refunded")
    assert isinstance(back, PaymentRefunded)
    assert not back.counted, "its coming was not told, so no revenue goes"
    assert treasury.of(first) == []
    assert (treasury.balance(first), treasury.gateway.given_back()) == (200_000, 200_000)
    assert treasury.differences() == []


def test_a_duplicate_reported_again_goes_back_once(treasury: Treasury) -> None:
    first, second = two_payments(treasury)
    for payment in (first, second, second):
        treasury.settle(payment, status="succeeded")
    treasury.clock.advance(minutes=1)
    treasury.poll()
    treasury.poll_refunds()
    assert treasury.gateway.given_back() == 200_000


def test_of_two_payments_at_once_one_goes_back(engine_for: EngineFor, treasury: Treasury) -> None:
    payments = two_payments(treasury)
    racers = [treasury.beside(engine_for("payment")) for _ in payments]
    for payment in payments:
        treasury.gateway.change(treasury.gateway_id(payment), status="succeeded")
    found = [treasury.gateway.payments[treasury.gateway_id(payment)] for payment in payments]
    start = Barrier(len(payments))

    def settle(number: int) -> str | None:
        start.wait(PATIENCE_SECONDS)
        settlement = Settlement(racers[number].unit_of_work, treasury.clock)
        return settlement.apply(payments[number].id, found[number]).reason

    with ThreadPoolExecutor(len(payments)) as pool:
        reasons = list(pool.map(settle, range(len(payments))))
    treasury.poll_refunds()

    assert set(reasons) == {None, "duplicate"}
    assert sum(racer.events().count("payment.succeeded") for racer in racers) == 1
    assert (treasury.balance(payments[0]), treasury.gateway.given_back()) == (200_000, 200_000)


def test_a_payment_on_top_of_what_was_paid_is_no_duplicate(treasury: Treasury) -> None:
    first = treasury.paid()
    treasury.booked(50_000, booking_id=first.booking_id, kept=Money(amount=200_000))

    treasury.paid(first.booking_id)

    assert treasury.events().count("payment.succeeded") == 2
    assert (treasury.balance(first), treasury.rows("refunds")) == (250_000, 0)


def test_after_a_refund_the_same_may_be_paid_again(treasury: Treasury) -> None:
    first = treasury.paid()
    treasury.refund(first)
    treasury.paid(first.booking_id)
    assert (treasury.balance(first), treasury.rows("refunds")) == (200_000, 1)


def test_a_balance_paid_by_the_link_of_an_older_wish_is_no_duplicate(treasury: Treasury) -> None:
    """Half of the booking by card is asked for and left, paid by SBP, and the other half is asked for by card."""
    booking_id = treasury.booked()
    card = treasury.pay(booking_id, method="bank_card")
    treasury.settle(treasury.pay(booking_id, method="sbp"), status="succeeded")
    half = Money(amount=200_000)
    treasury.booked(booking_id=booking_id, booking_version=2, status="confirmed", balance=half, kept=half)

    balance = treasury.pay(booking_id, method="bank_card", purpose="balance")
    treasury.settle(balance, status="succeeded")

    shown = treasury.payments.get(card.id, treasury.customer)
    assert (balance.id, shown.purpose, shown.reason) == (card.id, "balance", None)
    assert treasury.rows("refunds") == 0


def test_of_a_duplicate_nothing_is_left_for_staff_to_refund(treasury: Treasury) -> None:
    first, second = two_payments(treasury)
    treasury.settle(first, status="succeeded")
    treasury.settle(second, status="succeeded")
    with pytest.raises(RefundTooLargeError):
        treasury.refund(second, 1)


@pytest.fixture
def upgraded(server: URL) -> Iterator[Engine]:
    """A database of the revision before, with a payment that succeeded and one that did not."""
    url = server.set(database=f"before_0009_{uuid4().hex[:8]}")
    administer(server, f'CREATE DATABASE "{url.database}"')
    engine = create_database(ServiceSettings("migrator", url.render_as_string(hide_password=False)))
    migrate(engine, "0008")
    with engine.begin() as connection:
        connection.execute(text(OLD))
    migrate(engine)
    yield engine
    engine.dispose()
    administer(server, f'DROP DATABASE "{url.database}" WITH (FORCE)')


OLD = """
INSERT INTO payment.payments (id, booking_id, booking_number, customer_id, provider, amount, currency, return_url,
                              correlation_id, status, version, expires_at, created_at)
SELECT gen_random_uuid(), gen_random_uuid(), 'N', gen_random_uuid(), 'yookassa', amount, 'RUB', 'https://x', 'flow',
       status, 1, now(), now()
FROM (VALUES (200000, 'succeeded'), (300000, 'failed')) AS old (amount, status)
"""


def test_what_was_paid_before_there_was_a_ledger_is_in_it(upgraded: Engine) -> None:
    with upgraded.connect() as connection:
        assert all_differences(LedgerRepository(connection)) == []
        entries = connection.execute(text("SELECT kind, amount FROM payment.ledger")).all()
        covers = connection.execute(text("SELECT amount, covers FROM payment.payments")).all()
    assert [tuple(entry) for entry in entries] == [("payment", 200_000)]
    assert all(amount == covered for amount, covered in covers)
