"""What the life of a booking does to its money."""

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.postgres.database import LOCK_NOT_AVAILABLE, sqlstate
from payment.attempts.errors import PaymentNotFoundError
from payment.refunds.sending import Refunding
from shared_schemas.common import Money
from shared_schemas.events.bookings import BookingAmended, BookingBalanceChanged, BookingExtended
from shared_schemas.payment.payments import Payment
from tests.support.clock import NOW
from tests.support.database import EngineFor
from tests.support.payment.cashier import CrashError, crash
from tests.support.payment.refunds import Treasury, cancelled, expired, refused


def balance_payment(treasury: Treasury, first: Payment, amount: int) -> Payment:
    """A later payment, on top of the first."""
    treasury.clock.advance(minutes=5)
    treasury.booked(amount, booking_id=first.booking_id, kept=Money(amount=first.amount.amount))
    return treasury.paid(first.booking_id)


def test_what_a_cancellation_promises_goes_back(treasury: Treasury) -> None:
    payment = treasury.paid()

    treasury.tell(cancelled(payment, 100_000))

    (refund,) = treasury.of(payment)
    assert (refund.amount.amount, refund.status, refund.reason) == (100_000, "succeeded", "booking_cancelled")
    assert refund.requested_by == "system"
    assert (treasury.gateway.given_back(), treasury.balance(payment)) == (100_000, 100_000)


def test_the_newest_payments_go_back_first(treasury: Treasury) -> None:
    first = treasury.paid()
    second = balance_payment(treasury, first, 50_000)

    treasury.tell(cancelled(first, 120_000))

    assert [refund.amount.amount for refund in treasury.of(second)] == [50_000]
    assert [refund.amount.amount for refund in treasury.of(first)] == [70_000]
    assert (treasury.gateway.given_back(), treasury.balance(first)) == (120_000, 130_000)


def test_an_event_delivered_twice_asks_once(treasury: Treasury) -> None:
    first, event_id = treasury.paid(), uuid4()
    balance_payment(treasury, first, 50_000)
    for _ in range(2):
        treasury.tell(cancelled(first, 50_000), event_id)
    assert treasury.gateway.given_back() == 50_000


def test_each_promise_is_kept(treasury: Treasury) -> None:
    payment = treasury.paid()
    visit = cancelled(payment, 30_000).model_dump(exclude={"reason", "refund_to"}) | {"previous_total": {"amount": 1}}
    treasury.tell(BookingAmended.model_validate(visit))
    treasury.tell(cancelled(payment, 20_000))
    assert [refund.reason for refund in treasury.of(payment)] == ["booking_amended", "booking_cancelled"]
    assert treasury.gateway.given_back() == 50_000


def test_what_a_hold_was_paid_too_little_goes_back_when_it_runs_out(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.tell(expired(payment).model_copy(update={"refund": Money(amount=200_000)}))
    (refund,) = treasury.of(payment)
    assert (refund.amount.amount, refund.status, refund.reason) == (200_000, "succeeded", "booking_expired")


def test_a_longer_visit_that_costs_less_gives_the_difference_back(treasury: Treasury) -> None:
    payment = treasury.paid()
    visit = expired(payment).model_dump() | {"previous_end": NOW, "previous_total": {"amount": 500_000}}
    treasury.tell(BookingExtended.model_validate(visit | {"status": "confirmed", "refund": {"amount": 50_000}}))
    assert [(refund.amount.amount, refund.reason) for refund in treasury.of(payment)] == [(50_000, "booking_extended")]


@pytest.mark.parametrize("promise", [50_000, 120_000])
def test_what_was_taken_of_a_payment_that_is_then_refused_is_taken_of_the_others(
    treasury: Treasury, promise: int
) -> None:
    first = treasury.paid()
    late = balance_payment(treasury, first, 80_000)
    treasury.tell(cancelled(first, promise))
    event_id = uuid4()

    for _ in range(2):
        treasury.tell(refused(late, "invalid_transition"), event_id)

    assert sum(refund.amount.amount for refund in treasury.of(late)) == 80_000
    assert sum(refund.amount.amount for refund in treasury.of(first)) == promise
    assert {refund.reason for refund in treasury.of(first)} == {"booking_cancelled"}
    assert treasury.gateway.given_back() == 80_000 + promise


def test_a_promise_that_failed_at_a_payment_that_is_then_refused_is_kept_by_the_others(treasury: Treasury) -> None:
    """The refused one goes back whole for its own sake, so what was promised has not gone back with it."""
    first = treasury.paid()
    late = balance_payment(treasury, first, 80_000)
    treasury.gateway.fault = "refuses"
    treasury.tell(cancelled(first, 80_000))
    treasury.gateway.fault = None

    treasury.tell(refused(late, "invalid_transition"))

    assert [(refund.amount.amount, refund.status) for refund in treasury.of(late)] == [
        (80_000, "failed"),
        (80_000, "succeeded"),
    ]
    assert [(refund.amount.amount, refund.status) for refund in treasury.of(first)] == [(80_000, "succeeded")]


@pytest.mark.parametrize("refund", [0, None])
def test_where_nothing_is_promised_nothing_goes_back(treasury: Treasury, refund: int | None) -> None:
    payment = treasury.paid()
    event = cancelled(payment, 0)
    treasury.tell(event if refund == 0 else event.model_copy(update={"refund": None}))
    assert treasury.rows("refunds") == 0


def test_a_promise_of_more_than_there_is_gives_all_and_calls_for_a_human(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.refund(payment, 150_000)
    treasury.tell(cancelled(payment, 60_000))
    assert (treasury.gateway.given_back(), treasury.balance(payment)) == (200_000, 0)
    (told,) = [envelope for envelope in treasury.broker.taken if envelope.type == "service.error"]
    assert (told.data["code"], told.data["payment_id"]) == ("refund_exceeds_payments", str(payment.id))


def test_a_duplicate_is_not_what_a_cancellation_gives_back(treasury: Treasury) -> None:
    booking_id = treasury.booked()
    first = treasury.pay(booking_id, method="sbp")
    treasury.clock.advance(minutes=1)
    second = treasury.pay(booking_id, method="bank_card")
    for payment in (first, second):
        treasury.settle(payment, status="succeeded")
    treasury.gateway.fault = "refuses"
    treasury.poll_refunds()
    treasury.gateway.fault = None

    treasury.tell(cancelled(first, 200_000))

    assert [refund.status for refund in treasury.of(second)] == ["failed"]
    assert [refund.status for refund in treasury.of(first)] == ["succeeded"]


def test_what_the_booking_refuses_goes_back_whole_and_once(treasury: Treasury) -> None:
    payment = treasury.paid()
    for reason in ("slot_taken", "invalid_transition"):
        treasury.tell(refused(payment, reason))
    (refund,) = treasury.of(payment)
    assert (refund.reason, refund.status, refund.amount) == ("slot_taken", "succeeded", payment.amount)
    assert treasury.told("payment.refunded")[0].model_dump()["reason"] == "slot_taken"
    assert (treasury.balance(payment), treasury.differences()) == (0, [])


def test_a_refusal_is_refunded_once_even_if_the_refund_failed(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.gateway.fault = "refuses"
    treasury.tell(refused(payment))
    treasury.gateway.fault = None
    treasury.tell(refused(payment))
    # Staff were told that it failed, and decide what to do.
    assert [refund.status for refund in treasury.of(payment)] == ["failed"]
    assert treasury.events().count("payment.refund_failed") == 1


def test_a_refused_payment_makes_no_duplicate_of_the_next(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.gateway.fault = "refuses"
    treasury.tell(refused(payment))
    treasury.gateway.fault = None
    assert treasury.payments.get(treasury.paid(payment.booking_id).id, treasury.customer).reason is None


def test_what_staff_gave_back_before_does_not_go_back_again(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.refund(payment, 50_000)
    treasury.tell(refused(payment))
    assert [refund.amount.amount for refund in treasury.of(payment)] == [50_000, 150_000]
    treasury.tell(refused(payment))
    assert treasury.gateway.given_back() == 200_000


def test_a_refusal_of_an_unknown_payment_stays_in_its_queue(treasury: Treasury) -> None:
    payment = treasury.paid().model_copy(update={"id": uuid4()})
    with pytest.raises(PaymentNotFoundError):
        treasury.tell(refused(payment))
    assert treasury.rows("inbox WHERE subscriber = 'payment-refunds'") == 0


def test_a_crash_between_commit_and_gateway_leaves_the_refund_to_the_job(
    treasury: Treasury, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment, event_id = treasury.paid(), uuid4()

    with monkeypatch.context() as broken, pytest.raises(CrashError):
        broken.setattr(Refunding, "carry_out", crash)
        treasury.tell(cancelled(payment, 50_000), event_id)
    treasury.tell(cancelled(payment, 50_000), event_id)
    assert treasury.gateway.given_back() == 0

    treasury.poll_refunds()

    assert (treasury.gateway.given_back(), treasury.balance(payment)) == (50_000, 150_000)


def test_a_silent_gateway_does_not_keep_the_event_in_its_queue(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.gateway.fault = "down"
    treasury.tell(cancelled(payment, 50_000))
    treasury.gateway.fault = None
    treasury.clock.advance(minutes=1)
    treasury.poll_refunds()
    assert treasury.gateway.given_back() == 50_000


def test_what_came_beyond_the_price_goes_back(treasury: Treasury) -> None:
    payment = treasury.paid()
    visit = expired(payment).model_dump() | {"status": "confirmed", "refund": {"amount": 100_000}}
    event = BookingBalanceChanged.model_validate(visit)
    for event_id in [uuid4()] * 2:
        treasury.tell(event, event_id)
    (refund,) = treasury.of(payment)
    assert (refund.amount.amount, refund.status, refund.reason) == (100_000, "succeeded", "booking_balance_changed")


@pytest.mark.parametrize("first", ["promise", "payment"])
def test_a_promise_that_comes_after_the_next_payment_is_no_reason_to_return_that(
    treasury: Treasury, first: str
) -> None:
    """The booking got cheaper, so that half goes back, and dearer again: the link knew all that."""
    payment = treasury.paid()
    half = Money(amount=100_000)
    treasury.clock.advance(minutes=5)
    treasury.booked(200_000, booking_id=payment.booking_id, kept=half, received=Money(amount=200_000))
    later = treasury.pay(payment.booking_id)
    acts = {"promise": lambda: treasury.tell(cancelled(payment, 100_000)), "payment": lambda: settle(treasury, later)}
    for name in sorted(acts, key=lambda name: name != first):
        acts[name]()
    assert (treasury.gateway.given_back(), treasury.balance(payment)) == (100_000, 300_000)


def settle(treasury: Treasury, payment: Payment) -> None:
    treasury.settle(payment, status="succeeded")


def test_booking_is_told_what_came_in_and_what_of_it_goes_back_by_itself(treasury: Treasury) -> None:
    first = treasury.pay(booking_id := treasury.booked())
    both = treasury.pay(booking_id, amount={"amount": 400_000})
    for payment in (first, both):
        treasury.settle(payment, status="succeeded")

    told = treasury.payments.collected(both.id)

    assert (told.booking_id, told.taken.amount, told.returning.amount) == (booking_id, 400_000, 200_000)
    assert treasury.payments.collected(first.id).returning.amount == 0


def test_nothing_was_collected_of_what_is_open_or_turned_away(treasury: Treasury) -> None:
    booking_id = treasury.booked()
    payments = [treasury.pay(booking_id, method=method) for method in ("sbp", "bank_card", None)]
    for payment in payments[:2]:
        treasury.settle(payment, status="succeeded")
    assert treasury.payments.collected(payments[0].id).taken.amount == 200_000
    for payment in payments[1:]:
        with pytest.raises(PaymentNotFoundError):
            treasury.payments.collected(payment.id)


def test_the_news_of_a_payment_says_what_has_come_in_for_the_booking_in_all(treasury: Treasury) -> None:
    first = treasury.paid()
    treasury.refund(first, 30_000)
    balance_payment(treasury, first, 50_000)
    told = [event.collected for event in treasury.told("payment.succeeded")]  # type: ignore[attr-defined]
    assert told == [Money(amount=200_000), Money(amount=220_000)]


def test_a_bookings_payments_stay_as_they_are_while_refunds_are_shared_out(
    treasury: Treasury, engine_for: EngineFor
) -> None:
    """Or else money that comes in meanwhile, or goes back, would be shared out twice."""
    first = treasury.paid()
    second, elsewhere = balance_payment(treasury, first, 50_000), treasury.paid()

    other = Treasury(engine_for("payment"), treasury.gateway)
    with treasury.unit_of_work() as sharing, other.unit_of_work() as meanwhile:
        assert [attempt.payment_id for attempt in sharing.attempts.counted(first.booking_id)] == sorted(
            [first.id, second.id]
        )
        meanwhile.connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
        assert meanwhile.attempts.get(elsewhere.id, lock=True)
        with pytest.raises(DBAPIError) as refused:
            meanwhile.attempts.get(first.id, lock=True)
    assert sqlstate(refused.value) == LOCK_NOT_AVAILABLE
