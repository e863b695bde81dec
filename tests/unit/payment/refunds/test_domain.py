"""The rules of giving back, without a gateway or a database."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment.gateways.words import GatewayRefund
from payment.refunds.domain.refund import (
    StoredRefund,
    apply_answer,
    needs_review,
    new_refund,
    order_of,
    overdue,
    refund_events,
    refused,
)
from payment.refunds.domain.sums import collected, excess, refundable, share_out
from payment.refunds.errors import PaymentNotRefundableError, RefundTooLargeError
from tests.support.booking.made import NOW
from tests.support.payment.cashier import attempt

PAID = attempt(status="succeeded")
NEW_KEY = uuid4()


def refund(**changes: Any) -> StoredRefund:
    return replace(new_refund(uuid4(), PAID, 1_000, "requested", NOW), **changes)


def word(status: Any, **changes: Any) -> GatewayRefund:
    return replace(GatewayRefund("r1", status, 1_000), **changes)


@given(st.integers(0, 10_000), st.lists(st.integers(0, 3_000), max_size=6))
def test_shares_take_what_there_is_from_the_newest_on(amount: int, left: list[int]) -> None:
    payments = [(attempt(created_at=NOW + timedelta(hours=age)), each) for age, each in enumerate(left)]

    shares = list(share_out(amount, payments))

    assert sum(share for _, share in shares) == min(amount, sum(left))
    known = {payment.id: each for payment, each in payments}
    assert all(0 < share <= known[payment.id] for payment, share in shares)
    assert [payment.created_at for payment, _ in shares] == sorted((p.created_at for p, _ in shares), reverse=True)
    # Older money is touched only where the newer is used up.
    assert all(share == known[payment.id] for payment, share in shares[:-1])


@pytest.mark.parametrize(("left", "wanted"), [(5, None), (5, 5), (5, 1)])
def test_what_is_left_may_be_refunded(left: int, wanted: int | None) -> None:
    assert refundable(PAID, left, wanted) == (wanted or left)


@pytest.mark.parametrize(("left", "wanted"), [(5, 6), (0, None), (0, 1), (5, 0)])
def test_more_may_not(left: int, wanted: int | None) -> None:
    with pytest.raises(RefundTooLargeError) as caught:
        refundable(PAID, left, wanted)
    assert caught.value.params == {"available": left}


@pytest.mark.parametrize("status", ["creating", "pending", "failed", "review"])
def test_only_what_was_collected_may_be_refunded(status: str) -> None:
    with pytest.raises(PaymentNotRefundableError):
        refundable(attempt(status=status), 5, None)


@pytest.mark.parametrize(("before", "over"), [(0, 0), (20, 0), (50, 0), (80, 30), (150, 100), (900, 100)])
def test_what_came_in_before_leaves_less_to_be_covered(before: int, over: int) -> None:
    """Of a payment of 100 that was to bring its booking to 150; never more than it brought."""
    assert excess(attempt(status="succeeded", taken=100, covers=150), before) == over


def test_a_booking_does_not_count_what_is_on_its_way_back_as_an_excess() -> None:
    refunds = [
        refund(cause="excess", amount=1_000, status="pending"),
        refund(cause="excess", amount=200, status="succeeded"),
        refund(cause="excess", amount=30, status="failed"),
        refund(cause="requested", amount=4, status="succeeded"),
    ]

    counted = collected(PAID, refunds, NOW)

    assert (counted.taken.amount, counted.returning.amount) == (200_000, 1_200)


@pytest.mark.parametrize("status", ["succeeded", "failed"])
def test_a_settled_refund_waits_for_nothing(status: str) -> None:
    after = apply_answer(refund(), word(status, reason="why"), NOW, NEW_KEY)
    assert (after.status, after.settled_at, after.next_attempt_at) == (status, NOW, None)
    assert (after.version, after.gateway_refund_id) == (2, "r1")
    assert after.failure == ("why" if status == "failed" else None)


def test_no_news_changes_nothing() -> None:
    pending = apply_answer(refund(), word("pending"), NOW, NEW_KEY)
    assert apply_answer(pending, word("pending"), NOW, NEW_KEY) is pending


def test_a_passing_failure_begins_anew_under_another_key() -> None:
    before = refund(attempts=3, gateway_refund_id="r0", status="pending")
    after = apply_answer(before, word("failed", needs_new_id=True, reason="timeout"), NOW, NEW_KEY)
    assert (after.status, after.key, after.attempts, after.gateway_refund_id) == ("creating", NEW_KEY, 0, None)
    assert refund_events(before, after, PAID) == []


@pytest.mark.parametrize("status", ["creating", "pending"])
def test_another_amount_calls_for_a_human(status: Any) -> None:
    before = refund(status=status)
    after = apply_answer(before, word("succeeded", amount=999), NOW, NEW_KEY)
    assert (after.status, after.failure) == ("pending", "amount_mismatch")
    assert [event.type for event in refund_events(before, after, PAID)] == ["service.error"]


def test_a_no_is_final_only_before_the_gateway_took_it_on() -> None:
    assert refused(refund(), "no", NOW).status == "failed"
    pending = refund(status="pending", gateway_refund_id="r1")
    after = refused(pending, "not_found", NOW)
    assert (after.status, after.failure) == ("pending", "not_found")
    assert needs_review(after, "refund_uncertain") is after


def test_staff_hear_after_an_hour_of_what_no_gateway_took_on_and_decide_after_a_day() -> None:
    waiting = refund(attempts=3)
    assert overdue(waiting, NOW + timedelta(minutes=59)) is waiting

    told = overdue(waiting, NOW + timedelta(hours=1))
    assert (told.status, told.failure) == ("creating", "refund_not_taken_on")
    assert [event.type for event in refund_events(waiting, told, PAID)] == ["service.error"]
    assert overdue(told, NOW + timedelta(hours=23)) is told

    doubted = overdue(told, NOW + timedelta(hours=24))
    assert (doubted.status, doubted.failure) == ("pending", "refund_not_answered")


def test_doubts_end_with_the_gateways_word() -> None:
    doubted = needs_review(refund(), "refund_uncertain")
    after = apply_answer(doubted, word("succeeded"), NOW, NEW_KEY)
    assert (after.status, after.failure) == ("succeeded", None)
    assert [event.type for event in refund_events(doubted, after, PAID)] == ["payment.refunded"]


@pytest.mark.parametrize(("attempts", "tried"), [(1, False), (2, True)])
def test_the_gateway_is_told_whether_it_may_have_heard_of_it(attempts: int, tried: bool) -> None:
    order = order_of(refund(attempts=attempts), PAID, 500)
    assert (order.tried, order.refunded_before, order.paid) == (tried, 500, 200_000)
