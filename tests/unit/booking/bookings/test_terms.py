"""What may be charged for a booking, and the lines that its receipts are made of."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.bookings.domain.booking import Order, changed, hold
from booking.bookings.domain.terms import payment_terms, sold_lines
from booking.time.ranges import STEP, TimeRange
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.extras import PromoCode
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.policy import Policy
from shared_schemas.booking.prices import Price, TariffVersion
from shared_schemas.common import Money
from tests.support.booking.made import NOW, hall, tariff
from tests.support.booking.prices import (
    WEDNESDAY_NOON,
    booked,
    crowd,
    money,
    price_list,
    priced,
    promo_code,
    slot,
    tier,
)

MIDNIGHT = WEDNESDAY_NOON.replace(hour=22)


def sold(price: Price, during: TimeRange, *halls: Hall, people: int = 1) -> Booking:
    return hold(
        halls, during, people, price, Order(customer_id=uuid4(), now=NOW, minutes=15, flow_id="f", terms=Policy())
    )  # fmt: skip


def simply(total: int = 400_000, paid: int = 0, refund_due: int = 0, **fields: Any) -> Booking:
    """Two hours of a hall, half of it to be paid in advance."""
    booking = sold(priced(price_list(tariff(total // 2)), slot(2), studio := hall()), slot(2), studio)
    return changed(booking, paid=money(paid), refund_due=money(refund_due), **fields)


def figures(booking: Booking) -> list[tuple[str, int, int]]:
    return [(line.name, line.quantity, line.amount.amount) for line in sold_lines(booking)]


@pytest.mark.parametrize(
    ("status", "paid", "refund_due", "due", "balance"),
    [
        ("pending", 0, 0, 200_000, 400_000),
        ("pending", 50_000, 0, 150_000, 350_000),
        ("confirmed", 200_000, 0, 0, 200_000),
        ("confirmed", 0, 0, 200_000, 400_000),
        ("in_progress", 400_000, 100_000, 0, 100_000),
        ("completed", 300_000, 0, 0, 100_000),
        ("completed", 500_000, 0, 0, 0),
        ("cancelled", 0, 0, 0, 0),
        ("cancelled", 200_000, 200_000, 0, 0),
        ("expired", 0, 0, 0, 0),
        ("no_show", 200_000, 0, 0, 0),
    ],
)
def test_what_is_owed_is_what_the_studio_does_not_keep_yet(
    status: str, paid: int, refund_due: int, due: int, balance: int
) -> None:
    terms = payment_terms(simply(paid=paid, refund_due=refund_due, status=status))
    assert (terms.due.amount, terms.balance.amount) == (due, balance)
    assert terms.kept.amount == paid - refund_due


def test_a_line_names_the_hall_and_the_time_on_its_own_clock() -> None:
    name, quantity, amount = figures(simply(hall_name="Циклорама"))[0]
    assert name == "Аренда зала «Циклорама», 02.12.2026 12:00–14:00"
    assert (quantity, amount) == (1, 400_000)


@pytest.mark.parametrize(
    ("start", "hours", "period"),
    [
        (MIDNIGHT, 2, "02.12.2026 22:00–24:00"),
        (MIDNIGHT, 3, "02.12.2026 22:00 – 03.12.2026 01:00"),
        (MIDNIGHT, 26, "02.12.2026 22:00 – 04.12.2026 00:00"),
    ],
)
def test_a_night_has_both_dates(start: datetime, hours: int, period: str) -> None:
    booking = simply().model_copy(update={"start": start, "end": start + timedelta(hours=hours)})
    assert figures(booking)[0][0].endswith(f", {period}")


def test_add_ons_have_lines_of_their_own() -> None:
    extras = [booked("hour", 10_000, 2), booked("person", 5_000), booked("booking", 30_000), booked("unit", 7_000, 3)]
    price = priced(price_list(tariff(200_000)), during := slot(1.5), studio := hall(), people=4, add_ons=extras)
    assert figures(sold(price, during, studio, people=4))[1:] == [
        ("Per hour, 1,5 ч", 2, 30_000),
        ("Per person", 4, 20_000),
        ("Per booking", 1, 30_000),
        ("Per unit", 3, 21_000),
    ]


def test_the_price_of_time_is_one_line_with_its_surcharges_and_discounts() -> None:
    prices = price_list(tariff(200_000), headcount=[crowd(5, percent=20)], durations=[tier(120, 10)])
    halls = hall(name="Левый"), hall(name="Правый")
    price = priced(prices, slot(2), *halls, people=6)
    name, _, amount = figures(sold(price, slot(2), *halls, people=6))[0]
    assert name.startswith("Аренда залов «Левый + Правый»")
    assert amount == price.total.amount == 2 * 432_000


def test_a_promo_code_lowers_every_line_in_proportion() -> None:
    price = priced(price_list(tariff(200_000)), slot(2), studio := hall(), add_ons=[booked("unit", 100_000)],
                   promo=promo_code(percent=50))  # fmt: skip
    assert [amount for _, _, amount in figures(sold(price, slot(2), studio))] == [200_000, 50_000]


def test_what_costs_nothing_has_no_line() -> None:
    free = promo_code(percent=100)
    assert figures(sold(priced(price_list(tariff()), slot(2), studio := hall(), promo=free), slot(2), studio)) == []


def test_a_minimum_order_of_free_time_is_the_price_of_the_time() -> None:
    prices = price_list(tariff(0), minimum_order=money(50_000))
    price = priced(prices, slot(2), studio := hall(), add_ons=[booked("unit", 0)])
    assert [amount for _, _, amount in figures(sold(price, slot(2), studio))] == [50_000]


def test_long_names_are_cut_and_what_is_around_them_is_not() -> None:
    first = figures(simply(hall_name="Зал " * 60))[0][0]
    assert len(first) <= 128
    assert first.startswith("Аренда зала «Зал Зал")
    assert first.endswith("…», 02.12.2026 12:00–14:00")


RATES = st.integers(0, 300_000).map(lambda quarter: quarter * 4)
HEADCOUNT = st.one_of(
    st.integers(1, 200).map(lambda percent: {"percent": percent}),
    RATES.map(lambda rate: {"per_hour": Money(amount=rate)}),
    RATES.map(lambda rate: {"per_person_hour": Money(amount=rate)}),
)
PRICE_LISTS = st.builds(
    lambda rate, rule, off, minimum: price_list(
        tariff(rate), headcount=[crowd(3, **rule)], durations=[tier(60, off)], minimum_order=money(minimum)
    ),
    RATES, HEADCOUNT, st.integers(1, 100), st.integers(0, 2_000_000),
)  # fmt: skip
ADD_ONS = st.lists(
    st.builds(booked, st.sampled_from(["hour", "booking", "unit", "person"]), RATES, st.integers(1, 9)), max_size=5
)
PROMOS = st.one_of(
    st.none(),
    st.integers(1, 100).map(lambda percent: promo_code(percent=percent)),
    st.integers(0, 3_000_000).map(lambda amount: promo_code(amount=money(amount))),
)


@given(PRICE_LISTS, ADD_ONS, PROMOS, st.integers(1, 60), st.integers(1, 8), st.integers(1, 3))
def test_the_lines_of_any_booking_add_up_to_its_total(
    prices: TariffVersion, add_ons: Sequence[Any], promo: PromoCode | None, cells: int, people: int, halls: int
) -> None:
    during, rooms = slot(cells * STEP / timedelta(hours=1)), [hall() for _ in range(halls)]
    price = priced(prices, during, *rooms, people=people, add_ons=add_ons, promo=promo)

    terms = payment_terms(sold(price, during, *rooms, people=people))

    assert sum(line.amount.amount for line in terms.lines) == price.total.amount == terms.balance.amount
    assert all(line.amount.amount > 0 and len(line.name) <= 128 for line in terms.lines)
