from typing import Any
from uuid import uuid4

import pytest

from payment.attempts.domain import Attempt
from payment.attempts.errors import HoldExpiredError
from payment.paying.charges import is_wanted, new_attempt, require_payable
from payment.paying.errors import AmountOutOfRangeError, BookingNotPayableError
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.common import Money
from shared_schemas.payment.payments import PaymentRequest
from tests.support.booking.made import NOW
from tests.support.payment.cashier import RETURN_URL, minutes_from_now
from tests.support.payment.terms import terms

NOTHING = Money(amount=0)


def confirmed(**changes: Any) -> PaymentTerms:
    """The same once its prepayment has come."""
    paid = {"status": "confirmed", "hold_expires_at": None, "due": NOTHING, "balance": Money(amount=200_000)}
    return terms(**(paid | {"kept": Money(amount=200_000)} | changes))


def made(of: PaymentTerms, **request: Any) -> Attempt:
    wanted = {"booking_id": of.booking_id, "provider": "yookassa", "return_url": RETURN_URL} | request
    return new_attempt(
        uuid4(), uuid4(), PaymentRequest.model_validate(wanted), of, NOW, two_stage=bool(request.get("method"))
    )


def test_a_held_booking_may_be_paid_until_its_hold_ends() -> None:
    assert require_payable(terms(), NOW) == minutes_from_now(15)


@pytest.mark.parametrize("status", ["confirmed", "in_progress", "completed"])
def test_what_is_left_may_be_paid_until_after_the_visit(status: str) -> None:
    assert require_payable(confirmed(status=status), NOW) == minutes_from_now(60)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"status": "confirmed", "hold_expires_at": None, "balance": NOTHING}, BookingNotPayableError),
        ({"status": "cancelled", "hold_expires_at": None}, BookingNotPayableError),
        ({"status": "no_show", "hold_expires_at": None}, BookingNotPayableError),
        ({"balance": NOTHING, "due": NOTHING}, BookingNotPayableError),
        ({"status": "expired", "hold_expires_at": None}, HoldExpiredError),
        ({"hold_expires_at": NOW}, HoldExpiredError),
    ],
)
def test_any_other_booking_is_refused(changes: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        require_payable(terms(**changes), NOW)


@pytest.mark.parametrize(
    ("of", "request_", "purpose", "amount"),
    [
        (terms(), {}, "prepayment", 200_000),
        (terms(), {"purpose": "prepayment"}, "prepayment", 200_000),
        (terms(), {"purpose": "full"}, "full", 400_000),
        (terms(), {"purpose": "balance"}, "full", 400_000),
        (terms(), {"amount": {"amount": 200_000}}, "prepayment", 200_000),
        (terms(), {"amount": {"amount": 300_000}}, "prepayment", 300_000),
        (terms(), {"amount": {"amount": 400_000}}, "full", 400_000),
        (terms(due=NOTHING), {}, "full", 400_000),
        (confirmed(), {}, "balance", 200_000),
        (confirmed(), {"purpose": "full"}, "balance", 200_000),
        (confirmed(), {"amount": {"amount": 1}}, "balance", 1),
        (confirmed(due=Money(amount=50_000)), {}, "balance", 200_000),
        (confirmed(due=Money(amount=50_000)), {"purpose": "prepayment"}, "prepayment", 50_000),
    ],
)
def test_the_booking_says_what_is_paid(of: PaymentTerms, request_: dict[str, Any], purpose: str, amount: int) -> None:
    attempt = made(of, **request_)

    assert (attempt.purpose, attempt.amount.amount) == (purpose, amount)
    assert attempt.covers == of.kept.amount + amount
    assert (attempt.customer_id, attempt.status) == (of.customer_id, "creating")


@pytest.mark.parametrize(
    ("of", "amount", "bounds"),
    [
        (terms(), 199_999, {"least": 200_000, "most": 400_000}),
        (terms(), 400_001, {"least": 200_000, "most": 400_000}),
        (confirmed(), 200_001, {"least": 1, "most": 200_000}),
    ],
)
def test_the_payers_own_figure_stays_within_what_is_owed(of: PaymentTerms, amount: int, bounds: dict[str, int]) -> None:
    with pytest.raises(AmountOutOfRangeError) as refusal:
        made(of, amount={"amount": amount})
    assert refusal.value.params == bounds


def test_a_prepayment_that_was_made_is_not_asked_for_again() -> None:
    with pytest.raises(BookingNotPayableError):
        made(confirmed(), purpose="prepayment")


def test_sbp_has_one_stage_only() -> None:
    assert made(terms(), method="bank_card").two_stage
    assert not made(terms(), method="sbp").two_stage


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, True),
        ({"status": "confirmed"}, True),
        ({"status": "expired"}, True),  # The slot may still be free.
        ({"status": "cancelled"}, False),
        ({"status": "no_show"}, False),
        ({"kept": Money(amount=1)}, False),  # Somebody paid meanwhile.
    ],
)
def test_held_money_is_taken_only_where_it_is_owed(changes: dict[str, Any], wanted: bool) -> None:
    assert is_wanted(made(terms()), terms(**changes)) is wanted
