from datetime import timedelta
from itertools import product
from typing import Any, get_args
from uuid import UUID, uuid4

import pytest

from payment.attempts.domain import TRANSITIONS, give_up, payment_events, poll_wait, settle, view
from payment.attempts.errors import ForeignPaymentError
from shared_schemas.payment.payments import PaymentStatus
from tests.support.booking.made import NOW
from tests.support.payment.cashier import attempt, creating, found, minutes_from_now

STATUSES: tuple[PaymentStatus, ...] = get_args(PaymentStatus)
SAYS = ("pending", "succeeded", "failed")


@pytest.mark.parametrize(("status", "says"), list(product(STATUSES, SAYS)))
def test_the_gateways_word_moves_a_payment_only_along_the_table(status: PaymentStatus, says: str) -> None:
    before = attempt(status=status)

    after = settle(before, found(before, status=says))

    if says in TRANSITIONS[status]:
        assert (after.status, after.version) == (says, before.version + 1)
    elif status == "review" and says == "succeeded":
        assert (after.status, after.taken) == ("review", before.amount.amount)
    else:
        assert after is before


@pytest.mark.parametrize("status", STATUSES)
def test_what_came_in_is_never_forgotten(status: PaymentStatus) -> None:
    before = attempt(status=status)
    for amount, refunded in product((1, before.amount.amount), (0, None)):
        assert settle(before, found(before, status="succeeded", amount=amount, refunded=refunded)).taken > 0


@pytest.mark.parametrize("status", ["creating", "pending", "failed"])
def test_what_came_and_went_was_here(status: PaymentStatus) -> None:
    before = attempt(status=status)
    after = settle(before, found(before, status="succeeded", refunded=before.amount.amount))
    assert (after.status, after.reason, after.taken) == ("failed", "refunded", before.amount.amount)


def test_nothing_undoes_success() -> None:
    paid = attempt(status="succeeded")
    for says, amount in product(SAYS, (1, paid.amount.amount)):
        assert settle(paid, found(paid, status=says, amount=amount)) is paid


def test_money_that_comes_late_still_counts() -> None:
    failed = attempt(status="failed", reason="expired")
    after = settle(failed, found(failed, status="succeeded"))
    assert (after.status, after.reason) == ("succeeded", None)


@pytest.mark.parametrize("changes", [{"amount": 199_999}, {"amount": 200_001}, {"currency": "USD"}])
@pytest.mark.parametrize("says", ["pending", "succeeded"])
def test_another_amount_or_currency_is_never_success(changes: dict[str, Any], says: str) -> None:
    before = attempt()

    after = settle(before, found(before, status=says, **changes))

    assert (after.status, after.reason) == ("review", "amount_mismatch")
    assert [event.type for event in payment_events(before, after)] == ["service.error"]


def test_a_hold_is_not_yet_success() -> None:
    before = creating()
    assert settle(before, found(before, status="held")).status == "pending"


def test_money_that_came_and_went_unseen_is_no_success() -> None:
    before = attempt()
    after = settle(before, found(before, status="succeeded", refunded=before.amount.amount))
    assert (after.status, after.reason) == ("failed", "refunded")


def test_a_part_that_went_back_leaves_success() -> None:
    before = attempt()
    assert settle(before, found(before, status="succeeded", refunded=1)).status == "succeeded"


@pytest.mark.parametrize("changes", [{"attempt_id": None}, {"attempt_id": str(uuid4())}, {"id": "another"}])
def test_a_payment_of_another_attempt_is_not_ours(changes: dict[str, Any]) -> None:
    before = attempt()
    with pytest.raises(ForeignPaymentError):
        settle(before, found(before, status="succeeded", **changes))


def test_the_first_answer_brings_the_gateways_id_and_page() -> None:
    before = creating()

    after = settle(before, found(before, confirmation_url="https://pay.example/g1"))

    assert (after.status, after.gateway_payment_id) == ("pending", "g1")
    assert after.confirmation_url == "https://pay.example/g1"
    assert [event.type for event in payment_events(before, after)] == ["payment.created"]


@pytest.mark.parametrize(("says", "event"), [("succeeded", "payment.succeeded"), ("failed", "payment.failed")])
def test_a_payment_settled_before_its_creation_was_answered_is_created_first(says: str, event: str) -> None:
    before = creating()
    after = settle(before, found(before, status=says))
    assert [told.type for told in payment_events(before, after)] == ["payment.created", event]


@pytest.mark.parametrize(("age", "wait"), [(0, 1), (4, 1), (20, 5), (240, 60), (1440, 60)])
def test_the_older_the_attempt_the_rarer_it_is_asked_about(age: int, wait: int) -> None:
    assert poll_wait(timedelta(minutes=age)) == timedelta(minutes=wait)


def test_giving_up_says_why() -> None:
    before = creating()

    after = give_up(before, "not_created")

    (event,) = payment_events(before, after)
    assert (event.type, event.model_dump()["reason"]) == ("payment.failed", "not_created")


def test_nobody_is_sent_to_pay_once_the_hold_is_over() -> None:
    open_attempt = attempt()
    assert view(open_attempt, minutes_from_now(14.9)).confirmation_url == "https://pay.example/g1"
    assert view(open_attempt, minutes_from_now(15)).confirmation_url is None


@pytest.mark.parametrize("status", ["creating", "succeeded", "failed", "review"])
def test_only_a_pending_payment_shows_where_to_pay(status: PaymentStatus) -> None:
    assert view(attempt(status=status), NOW).confirmation_url is None


def test_the_payer_sees_the_payments_id_not_the_attempts() -> None:
    shown = attempt(payment_id=UUID(int=1), id=UUID(int=2))
    assert view(shown, NOW).id == UUID(int=1)
