"""The state machine of payments and refunds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.sandbox.payments import states
from infra.sandbox.payments.model import Payment, Refund

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def payment(**changes: Any) -> Payment:
    fields: dict[str, Any] = {"id": "p", "provider": "yookassa", "amount": 10_000, "capture": True}
    fields |= {"return_url": "https://shop.test", "created_at": NOW, "deadline": NOW + states.LINK_LIFE}
    return Payment(**(fields | changes))


def refund(amount: int, **changes: Any) -> Refund:
    fields: dict[str, Any] = {"id": "r", "provider": "yookassa", "payment_id": "p", "amount": amount}
    return Refund(**(fields | {"created_at": NOW, "due_at": NOW} | changes))


ACTIONS: dict[str, Callable[[Payment], Payment]] = {
    "pay": lambda p: states.pay(p, NOW, None),
    "decline": lambda p: states.decline(p, "general_decline"),
    "capture": lambda p: states.capture(p, NOW, None),
    "cancel": states.cancel,
    "withdraw": states.withdraw,
    "reverse": lambda p: states.reverse(p, None),
}
ALLOWED = {
    ("pending", "pay"),
    ("pending", "decline"),
    ("pending", "withdraw"),
    ("held", "capture"),
    ("held", "cancel"),
    ("held", "reverse"),
    ("succeeded", "reverse"),
}


@pytest.mark.parametrize("status", ["pending", "held", "succeeded", "canceled"])
@pytest.mark.parametrize("action", ACTIONS)
def test_a_state_allows_its_actions_and_no_others(status: str, action: str) -> None:
    before = payment(status=status)
    if (status, action) in ALLOWED:
        assert ACTIONS[action](before).status != status
    else:
        with pytest.raises(states.TransitionError):
            ACTIONS[action](before)


def test_a_paid_payment_is_captured_and_has_no_deadline() -> None:
    paid = states.pay(payment(), NOW, None)
    assert (paid.status, paid.captured_at, paid.deadline) == ("succeeded", NOW, None)


def test_a_payment_without_capture_is_held_for_seven_days() -> None:
    held = states.pay(payment(capture=False), NOW, None)
    assert (held.status, held.captured_at, held.deadline) == ("held", None, NOW + timedelta(days=7))


def test_a_partial_capture_takes_the_part() -> None:
    assert states.capture(payment(status="held"), NOW, 4_000).amount == 4_000


def test_more_than_what_is_held_cannot_be_captured() -> None:
    with pytest.raises(states.AmountError):
        states.capture(payment(status="held"), NOW, 10_001)


@pytest.mark.parametrize(("status", "reason"), [("pending", "expired_on_confirmation"), ("held", "expired_on_capture")])
def test_what_expires_says_why(status: str, reason: str) -> None:
    expired = states.expire(payment(status=status))
    assert (expired.status, expired.cancellation, expired.deadline) == ("canceled", reason, None)


def test_refunds_fit_beside_those_that_are_open_and_done() -> None:
    earlier = [refund(3_000), refund(2_000, status="succeeded"), refund(9_000, status="canceled")]
    states.open_refund(payment(status="succeeded"), earlier, 5_000)
    with pytest.raises(states.AmountError) as refused:
        states.open_refund(payment(status="succeeded"), earlier, 5_001)
    assert refused.value.left == 5_000


@pytest.mark.parametrize("status", ["pending", "held", "canceled"])
def test_only_a_succeeded_payment_is_refunded(status: str) -> None:
    with pytest.raises(states.TransitionError):
        states.open_refund(payment(status=status), [], 1)


def test_a_settled_refund_counts_on_its_payment() -> None:
    paid, done = states.settle_refund(payment(status="succeeded", refunded=1_000), refund(2_500))
    assert (paid.refunded, done.status, done.due_at) == (3_500, "succeeded", None)


@pytest.mark.parametrize("status", ["held", "succeeded", "canceled"])
def test_only_a_pending_payment_is_checked_or_rejected(status: str) -> None:
    with pytest.raises(states.TransitionError):
        states.check(payment(status=status), None)
    with pytest.raises(states.TransitionError):
        states.reject(payment(status=status), "call_issuer")


def test_a_rejected_payment_can_still_be_paid_and_forgets_why() -> None:
    rejected = states.reject(payment(), "call_issuer")
    assert (rejected.status, rejected.step, rejected.failure) == ("pending", "rejected", "call_issuer")
    paid = states.pay(rejected, NOW, None)
    assert (paid.status, paid.failure, paid.approved) == ("succeeded", None, 10_000)


def test_nothing_is_withdrawn_while_the_payers_bank_is_at_work() -> None:
    checking = states.check(payment(), None)
    with pytest.raises(states.TransitionError):
        states.withdraw(checking)
    assert states.confirm(checking, NOW).status == "succeeded"


def test_only_a_check_that_has_begun_is_confirmed() -> None:
    with pytest.raises(states.TransitionError):
        states.confirm(payment(), NOW)


def test_a_part_is_given_back_and_the_rest_is_left() -> None:
    part = states.reverse(payment(status="held"), 4_000)
    assert (part.status, part.amount, part.reversed) == ("held", 6_000, 4_000)
    rest = states.reverse(part, None)
    assert (rest.status, rest.reversed) == ("canceled", 10_000)
    with pytest.raises(states.AmountError):
        states.reverse(part, 6_001)


def test_looking_at_a_page_changes_nothing_but_the_first_time() -> None:
    shown = states.show(payment())
    assert (shown.step, states.show(shown)) == ("shown", shown)
    rejected = states.reject(shown, "call_issuer")
    assert states.show(rejected) == rejected
