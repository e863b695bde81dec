"""A gateway's word on a payment, applied on stores in memory: the ledger, and what goes back at once."""

from uuid import uuid4

import pytest

from payment.attempts.domain import Attempt
from shared_schemas.events.operations import ServiceError
from shared_schemas.events.payments import PaymentSucceeded
from tests.support.payment.till import Till


def events(till: Till) -> list[str]:
    return [event.type for _, event in till.world.stored.events]


def back(till: Till, one: Attempt) -> list[tuple[int, str, str]]:
    return [(row.amount, row.cause, row.status) for row in till.refunds_of(one)]


def test_money_that_came_in_is_entered_and_told_once(till: Till) -> None:
    one = till.kept()
    word = till.word(one, status="succeeded")

    for _ in range(2):
        till.settlement.apply(one.payment_id, word)

    assert (till.attempt(one).status, till.attempt(one).taken) == ("succeeded", 200_000)
    assert till.entered() == [("payment", 200_000)]
    (event,) = till.world.told("payment.succeeded")
    assert isinstance(event, PaymentSucceeded)
    assert event.collected and event.collected.amount == 200_000


def test_an_event_acts_once(till: Till) -> None:
    one, cause = till.kept(), uuid4()
    till.settlement.apply(one.payment_id, till.word(one), cause)
    till.settlement.apply(one.payment_id, till.word(one, status="succeeded"), cause)
    assert till.attempt(one).status == "pending"


def test_what_another_payment_has_covered_goes_back(till: Till) -> None:
    first = till.paid()
    second = till.kept(booking_id=first.booking_id)

    after = till.settlement.apply(second.payment_id, till.word(second, status="succeeded"))

    assert (after.status, after.reason) == ("succeeded", "duplicate")
    assert back(till, second) == [(200_000, "duplicate", "creating")]
    # The booking hears of the first alone.
    assert len(till.world.told("payment.succeeded")) == 1


def test_of_what_is_covered_in_part_the_rest_counts(till: Till) -> None:
    first = till.paid()
    second = till.kept(booking_id=first.booking_id, covers=350_000)

    after = till.settlement.apply(second.payment_id, till.word(second, status="succeeded"))

    assert (after.status, after.reason) == ("succeeded", None)
    assert back(till, second) == [(50_000, "excess", "creating")]
    event = till.world.told("payment.succeeded")[-1]
    assert isinstance(event, PaymentSucceeded)
    assert event.collected and event.collected.amount == 350_000


def test_money_that_came_and_went_by_itself_is_in_the_books_both_ways(till: Till) -> None:
    one = till.kept()
    till.settlement.apply(one.payment_id, till.word(one, status="succeeded", refunded=200_000))
    assert (till.attempt(one).status, till.attempt(one).reason) == ("failed", "refunded")
    assert till.entered() == [("payment", 200_000), ("refund", -200_000)]
    assert back(till, one) == [(200_000, "refused", "succeeded")]


def test_what_went_back_in_the_cabinet_is_entered_once(till: Till) -> None:
    one = till.paid()
    for _ in range(2):
        till.settlement.apply(one.payment_id, till.word(one, status="succeeded", refunded=70_000))
    assert till.entered() == [("payment", 200_000), ("refund", -70_000)]
    assert [(amount, status) for amount, _, status in back(till, one)] == [(70_000, "succeeded")]
    assert events(till).count("payment.refunded") == 1


def test_a_part_that_went_back_unsaid_calls_for_a_human_when_an_event_tells_of_it(till: Till) -> None:
    one = till.paid()
    word = till.word(one, status="succeeded", refunded=None)
    till.settlement.apply(one.payment_id, word)
    assert till.world.told("service.error") == []
    till.settlement.apply(one.payment_id, word, uuid4())
    (told,) = till.world.told("service.error")
    assert isinstance(told, ServiceError)
    assert told.code == "refund_of_unknown_sum"


def test_the_receipt_of_such_a_part_says_how_much_it_was(till: Till) -> None:
    one = till.paid()
    till.settlement.apply(one.payment_id, till.word(one, status="succeeded", refunded=None), uuid4(), receipted=30_000)
    assert till.entered() == [("payment", 200_000), ("refund", -30_000)]


def test_anothers_payment_changes_nothing_and_operators_are_told(till: Till) -> None:
    one = till.kept()
    till.settlement.apply(one.payment_id, till.word(one, status="succeeded", attempt_id=str(uuid4())))
    assert till.attempt(one).status == "pending"
    assert till.entered() == []
    (told,) = till.world.told("service.error")
    assert isinstance(told, ServiceError)
    assert (told.code, told.payment_id) == ("foreign_gateway_payment", one.payment_id)


@pytest.mark.parametrize("something_happened", [False, True])
def test_an_attempt_is_given_up_unless_something_happened_to_it(till: Till, something_happened: bool) -> None:
    one = till.kept()
    if something_happened:
        till.settlement.apply(one.payment_id, till.word(one, status="succeeded"))

    after = till.settlement.fail(one, "expired")

    assert after.status == till.attempt(one).status == ("succeeded" if something_happened else "failed")
    assert events(till) == ["payment.succeeded" if something_happened else "payment.failed"]
