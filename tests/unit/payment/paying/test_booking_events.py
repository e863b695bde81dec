"""What the life of a booking does to its money and its links, on stores in memory."""

from uuid import uuid4

import pytest

from payment.attempts.domain import Attempt
from payment.gateways.port import GatewayUnreachableError
from tests.support.payment.refunds import cancelled, expired, moved, refused
from tests.support.payment.till import Till


def given(till: Till, one: Attempt) -> list[tuple[int, str]]:
    return [(row.amount, row.status) for row in till.refunds_of(one)]


def test_what_an_event_promises_goes_back_once_however_often_it_comes(till: Till) -> None:
    paid, event_id = till.paid(), uuid4()
    for _ in range(2):
        till.tell(cancelled(till.payment(paid), 150_000), event_id)
    assert given(till, paid) == [(150_000, "succeeded")]
    assert till.entered() == [("payment", 200_000), ("refund", -150_000)]


def test_a_promise_is_kept_by_the_newest_payments_first(till: Till) -> None:
    first = till.paid()
    till.clock.advance(hours=1)
    second = till.paid(booking_id=first.booking_id, amount=first.amount)
    till.tell(cancelled(till.payment(first), 250_000))
    assert given(till, second) == [(200_000, "succeeded")]
    assert given(till, first) == [(50_000, "succeeded")]


@pytest.mark.parametrize("promised", [0, None])
def test_where_nothing_is_promised_nothing_goes_back(till: Till, promised: int | None) -> None:
    paid = till.paid()
    event = cancelled(till.payment(paid), promised or 0)
    till.tell(event if promised == 0 else event.model_copy(update={"refund": None}))
    assert given(till, paid) == []


def test_what_a_booking_refuses_goes_back_whole_and_once_whatever_the_reason(till: Till) -> None:
    paid = till.paid()
    till.tell(refused(till.payment(paid)))
    till.tell(refused(till.payment(paid), "invalid_transition"))
    assert given(till, paid) == [(200_000, "succeeded")]


def test_a_refusal_that_comes_again_asks_for_nothing_more_although_the_first_refund_failed(till: Till) -> None:
    paid = till.paid()
    till.gateway.fault = "refuses"
    till.tell(refused(till.payment(paid)))
    till.gateway.fault = None
    till.tell(refused(till.payment(paid), "invalid_transition"))
    assert given(till, paid) == [(200_000, "failed")]


def test_an_event_that_comes_again_takes_nothing_of_what_came_in_since(till: Till) -> None:
    first, event_id = till.paid(), uuid4()
    event = cancelled(till.payment(first), 250_000)
    till.tell(event, event_id)
    till.clock.advance(hours=1)
    second = till.paid(booking_id=first.booking_id, covers=400_000)
    till.tell(event, event_id)
    assert given(till, first) == [(200_000, "succeeded")]
    assert given(till, second) == []


def test_a_gateway_that_is_down_loses_no_promise(till: Till) -> None:
    paid = till.paid()
    till.gateway.fault = "down"
    till.tell(cancelled(till.payment(paid), 150_000))
    assert given(till, paid) == [(150_000, "creating")]
    till.gateway.fault = None
    till.clock.advance(minutes=1)
    till.poll_refunds()
    assert given(till, paid) == [(150_000, "succeeded")]


def test_a_link_of_a_slot_that_was_given_up_is_killed(till: Till) -> None:
    one = till.kept()
    till.tell(expired(till.payment(one)))
    assert till.gateway.payments[one.gateway_payment_id or ""].status == "failed"
    assert (till.attempt(one).status, till.attempt(one).reason) == ("failed", "declined")


def test_a_link_that_nobody_was_given_fails_without_its_gateway(till: Till) -> None:
    one = till.kept(status="creating", gateway_payment_id=None)
    calls = till.gateway.calls
    till.tell(expired(till.payment(one)))
    assert (till.attempt(one).status, till.attempt(one).reason) == ("failed", "not_created")
    assert till.gateway.calls == calls


def test_a_link_that_was_paid_just_now_stays_paid(till: Till) -> None:
    one = till.kept()
    till.gateway.change(one.gateway_payment_id or "", status="succeeded")
    till.tell(expired(till.payment(one)))
    assert till.attempt(one).status == "pending"


def test_a_link_that_was_asked_for_after_the_event_stays(till: Till) -> None:
    one = till.kept(booking_version=3)
    till.tell(expired(till.payment(one)))
    assert till.attempt(one).status == "pending"


@pytest.mark.parametrize(
    ("previous", "is_killed"), [(500_000, True), (400_000, False), (300_000, False), (None, False)]
)
def test_a_link_of_a_booking_that_became_cheaper_is_killed(till: Till, previous: int | None, is_killed: bool) -> None:
    one = till.kept(status="creating", gateway_payment_id=None)
    till.tell(moved(till.payment(one), previous))
    assert till.attempt(one).reason == ("booking_changed" if is_killed else None)


def test_a_link_that_cannot_be_killed_leaves_the_event_to_its_queue(till: Till) -> None:
    one = till.kept()
    till.gateway.fault = "down"
    with pytest.raises(GatewayUnreachableError):
        till.tell(expired(till.payment(one)))
    till.gateway.fault = "refuses"
    till.tell(expired(till.payment(one)))
    assert till.attempt(one).status == "pending"
