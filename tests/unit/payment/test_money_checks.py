"""The checks of the money test see what they are there to see: each is shown books that were cooked."""

from dataclasses import replace
from typing import Any

import pytest

from tests.support.stories.money.books import (
    AtGateway,
    Books,
    Entry,
    GivenBack,
    OurBooking,
    OurPayment,
    OurRefund,
    Told,
)
from tests.support.stories.money.checks import CHECKS, wrong

HONEST = Books(
    gateways=[
        AtGateway("g1", "tkassa", "a1", taken=500),
        AtGateway("g2", "tkassa", "a2", taken=500, given_back=(GivenBack(250, "r2"),)),
        AtGateway("g3", "tkassa", "a3"),
    ],
    payments=[
        OurPayment("p1", "b1", "a1", "succeeded"),
        OurPayment("p2", "b2", "a2", "succeeded"),
        OurPayment("p3", "b3", "a3", "failed"),
    ],
    refunds=[OurRefund("r2", "p2", "b2", "succeeded", 250), OurRefund("r3", "p2", "b2", "failed", 250)],
    ledger=[Entry("b1", "p1", None, 500), Entry("b2", "p2", None, 500), Entry("b2", "p2", "r2", -250)],
    bookings=[
        OurBooking("b1", "confirmed", prepayment=500, paid=500),
        OurBooking("b2", "cancelled", prepayment=500, paid=250, may_keep=250),
        OurBooking("b3", "expired", prepayment=500, paid=0),
    ],
    told=[
        Told("e1", "payment.succeeded", "p1", 500),
        Told("e2", "payment.succeeded", "p2", 500),
        Told("e3", "payment.refunded", "r2", 250),
        Told("e4", "booking.created"),
    ],
    logged=frozenset({"e1", "e2", "e3", "e4"}),
)
PAID, LEFT, BACK = HONEST.ledger
FIRST, SECOND, THIRD = HONEST.gateways
COOKED: dict[str, tuple[str, dict[str, Any]]] = {
    "a ruble that was taken is missing": ("every_ruble_taken_is_entered_once", {"ledger": [LEFT, BACK]}),
    "a payment is entered twice": ("every_ruble_taken_is_entered_once", {"ledger": [*HONEST.ledger, PAID]}),
    "less is entered than was taken": (
        "every_ruble_taken_is_entered_once", {"ledger": [replace(PAID, amount=499), LEFT, BACK]},
    ),
    "money is entered that nobody took": (
        "every_ruble_taken_is_entered_once", {"gateways": [replace(FIRST, taken=0), SECOND, THIRD]},
    ),
    "an attempt was taken twice by its gateway": (
        "every_ruble_taken_is_entered_once", {"gateways": [*HONEST.gateways, replace(FIRST, id="g4")]},
    ),
    "money was taken for nothing of ours": (
        "every_ruble_taken_is_entered_once", {"gateways": [*HONEST.gateways, AtGateway("g4", "tkassa", None, taken=5)]},
    ),
    "money that went back is not entered": ("every_ruble_given_back_is_entered_once", {"ledger": [PAID, LEFT]}),
    "a refund is entered that never went back": (
        "every_ruble_given_back_is_entered_once", {"gateways": [FIRST, replace(SECOND, given_back=()), THIRD]},
    ),
    "a refund went back twice": (
        "no_refund_is_carried_out_twice",
        {"gateways": [FIRST, replace(SECOND, given_back=(GivenBack(250, "r2"),) * 2), THIRD]},
    ),
    "more went back than was taken": (
        "no_refund_is_carried_out_twice",
        {"gateways": [FIRST, replace(SECOND, given_back=(GivenBack(501),)), THIRD]},
    ),
    "a refund hangs": (
        "every_refund_is_over", {"refunds": [*HONEST.refunds, OurRefund("r4", "p1", "b1", "pending", 1)]},
    ),
    "a confirmed visit is not paid for": (
        "every_booking_is_paid_or_refunded",
        {"bookings": [*HONEST.bookings, OurBooking("b4", "confirmed", prepayment=1, paid=0)]},
    ),
    "an expired booking kept its money": (
        "every_booking_is_paid_or_refunded", {"bookings": [OurBooking("b1", "expired", prepayment=500, paid=500)]},
    ),
    "a cancelled booking keeps more than its terms allow": (
        "every_booking_is_paid_or_refunded", {"bookings": [replace(HONEST.bookings[1], may_keep=249)]},
    ),
    "a cancelled booking keeps less than its terms allow": (
        "every_booking_is_paid_or_refunded", {"bookings": [replace(HONEST.bookings[1], may_keep=251)]},
    ),
    "more than the price is kept": (
        "nothing_beyond_the_price_is_kept", {"bookings": [replace(HONEST.bookings[0], total=499)]},
    ),
    "a hold never ended": (
        "every_booking_is_paid_or_refunded", {"bookings": [OurBooking("b4", "pending", prepayment=1, paid=0)]},
    ),
    "a booking counts what the ledger does not have": (
        "bookings_know_what_is_paid", {"bookings": [replace(HONEST.bookings[0], paid=501)]},
    ),
    "what was promised back never went": (
        "bookings_know_what_is_paid", {"bookings": [replace(HONEST.bookings[1], refund_due=1)]},
    ),
    "the service itself finds a difference": ("the_ledger_is_what_moved", {"differences": ["p1"]}),
    "an event was not published": (
        "every_event_arrived", {"told": [*HONEST.told, Told("e5", "booking.expired", published=False)]},
    ),
    "an event is not in the log": ("every_event_arrived", {"logged": HONEST.logged - {"e4"}}),
    "a payment was not told of": ("what_happened_was_told_once", {"told": HONEST.told[1:]}),
    "a payment was told of twice": (
        "what_happened_was_told_once", {"told": [*HONEST.told, Told("e1", "payment.succeeded", "p1", 500)]},
    ),
    "a refund was told with another amount": (
        "what_happened_was_told_once", {"told": [*HONEST.told[:2], Told("e3", "payment.refunded", "r2", 249)]},
    ),
    "a payment was told of that is none": (
        "what_happened_was_told_once", {"payments": [*HONEST.payments[1:], OurPayment("p1", "b1", "a1", "failed")]},
    ),
}  # fmt: skip


def test_honest_books_are_in_order() -> None:
    assert wrong(HONEST) == []


@pytest.mark.parametrize("name", COOKED)
def test_cooked_books_are_noticed(name: str) -> None:
    check, changes = COOKED[name]

    assert check in {line.partition(":")[0] for line in wrong(replace(HONEST, **changes))}


def test_every_check_is_shown_cooked_books() -> None:
    assert {check for check, _ in COOKED.values()} == {check.__name__ for check in CHECKS}


def test_what_staff_gave_away_is_no_missing_prepayment() -> None:
    gift = OurRefund("r4", "p1", "b1", "succeeded", 100, by_staff=True)
    books = replace(
        HONEST,
        gateways=[replace(FIRST, given_back=(GivenBack(100),)), SECOND, THIRD],
        refunds=[*HONEST.refunds, gift],
        ledger=[*HONEST.ledger, Entry("b1", "p1", "r4", -100)],
        bookings=[replace(HONEST.bookings[0], paid=400), *HONEST.bookings[1:]],
        told=[*HONEST.told, Told("e5", "payment.refunded", "r4", 100)],
        logged=HONEST.logged | {"e5"},
    )

    assert wrong(books) == []


def test_a_duplicate_is_told_only_when_it_goes_back() -> None:
    payments = [replace(HONEST.payments[0], reason="duplicate"), *HONEST.payments[1:]]

    assert wrong(replace(HONEST, payments=payments, told=HONEST.told[1:])) == []
