"""What is added to the price of time and taken off it: its order, its thresholds, its rounding."""

from datetime import time
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.prices.rounding import share
from shared_schemas.booking.prices import Price
from tests.support.booking.made import hall, tariff
from tests.support.booking.prices import booked, crowd, money, price_list, priced, promo_code, slot, tier


def steps(price: Price) -> list[tuple[str, int]]:
    return [(step.kind, step.amount.amount) for step in price.adjustments]


@pytest.mark.parametrize(
    ("rule", "surcharge"),
    [
        ({"percent": 20}, 80_000),
        ({"per_hour": money(40_000)}, 80_000),
        # The sixth, the seventh and the eighth of eight people, for two hours.
        ({"per_person_hour": money(10_000)}, 60_000),
    ],
)
def test_many_people_cost_more(rule: dict[str, Any], surcharge: int) -> None:
    prices = price_list(tariff(200_000), headcount=[crowd(6, **rule)])

    assert steps(priced(prices, slot(2), hall(), people=8)) == [("headcount", surcharge)]
    assert steps(priced(prices, slot(2), hall(), people=5)) == []


def test_the_highest_threshold_reached_counts_alone() -> None:
    prices = price_list(tariff(200_000), headcount=[crowd(10, percent=50), crowd(5, percent=10)])

    def surcharge(people: int) -> list[int | None]:
        return [step.percent for step in priced(prices, slot(1), hall(), people=people).adjustments]

    assert [surcharge(people) for people in (4, 5, 9, 10, 11)] == [[], [10], [10], [50], [50]]


def test_a_hall_with_thresholds_of_its_own_has_no_others() -> None:
    studio = hall()
    prices = price_list(
        tariff(200_000),
        headcount=[crowd(10, percent=50), crowd(5, percent=10, hall_id=studio.id), crowd(2, percent=1)],
        durations=[tier(240, 30), tier(120, 5, hall_id=studio.id), tier(60, 1, hall_id=uuid4())],
    )

    found = priced(prices, slot(4), studio, people=12)

    assert [(step.kind, step.percent) for step in found.adjustments] == [("headcount", 10), ("duration", 5)]


def test_below_its_own_thresholds_a_hall_has_none() -> None:
    studio = hall()
    prices = price_list(
        tariff(200_000),
        headcount=[crowd(2, percent=50), crowd(20, percent=10, hall_id=studio.id)],
        durations=[tier(60, 30), tier(480, 5, hall_id=studio.id)],
    )

    assert steps(priced(prices, slot(4), studio, people=12)) == []
    assert steps(priced(prices, slot(4), hall(), people=12)) == [("headcount", 400_000), ("duration", -360_000)]


def test_long_bookings_cost_less_from_their_threshold_on() -> None:
    prices = price_list(tariff(200_000), durations=[tier(240, 20), tier(120, 10)])

    assert steps(priced(prices, slot(1.75), hall())) == []
    assert steps(priced(prices, slot(2), hall())) == [("duration", -40_000)]
    assert steps(priced(prices, slot(3.75), hall())) == [("duration", -75_000)]
    assert steps(priced(prices, slot(4), hall())) == [("duration", -160_000)]


@pytest.mark.parametrize(("unit", "cost"), [("hour", 250_000), ("booking", 100_000), ("unit", 100_000)])
def test_an_add_on_is_counted_by_its_unit(unit: str, cost: int) -> None:
    found = priced(price_list(tariff(200_000)), slot(2.5), hall(), add_ons=[booked(unit, 50_000, quantity=2)])

    assert steps(found) == [("add_on", cost)]


def test_an_add_on_per_person_is_for_everybody() -> None:
    found = priced(price_list(tariff(200_000)), slot(1), hall(), people=7, add_ons=[booked("person", 30_000)])

    assert steps(found) == [("add_on", 210_000)]


def test_two_of_an_add_on_per_person_are_two_for_everybody() -> None:
    pairs = booked("person", 30_000).model_copy(update={"quantity": 2})

    assert steps(priced(price_list(tariff(200_000)), slot(1), hall(), people=7, add_ons=[pairs])) == [
        ("add_on", 420_000)
    ]


def test_an_add_on_costs_once_in_several_halls() -> None:
    found = priced(price_list(tariff(200_000)), slot(1), hall(), hall(), add_ons=[booked("hour", 50_000)])

    assert (steps(found), found.total.amount) == ([("add_on", 50_000)], 450_000)


def test_a_promo_code_takes_a_share_or_an_amount() -> None:
    prices = price_list(tariff(200_000))

    assert steps(priced(prices, slot(1), hall(), promo=promo_code(percent=15))) == [("promo_code", -30_000)]
    assert steps(priced(prices, slot(1), hall(), promo=promo_code(amount=money(50_000)))) == [("promo_code", -50_000)]


def test_a_promo_code_never_pays_out() -> None:
    found = priced(price_list(tariff(200_000)), slot(1), hall(), promo=promo_code(amount=money(900_000)))

    assert (steps(found), found.total.amount, found.prepayment.amount) == ([("promo_code", -200_000)], 0, 0)


def test_a_promo_code_needs_its_minimum_before_the_discount() -> None:
    promo = promo_code(percent=50, minimum=money(400_000))

    assert steps(priced(price_list(tariff(200_000)), slot(2), hall(), promo=promo)) == [("promo_code", -200_000)]
    too_small = priced(price_list(tariff(200_000)), slot(1.75), hall(), promo=promo)

    assert (too_small.promo_code, steps(too_small), too_small.total.amount) == (None, [], 350_000)


def test_a_minimum_order_is_topped_up_after_everything_else() -> None:
    prices = price_list(tariff(200_000), minimum_order=money(190_000))

    assert steps(priced(prices, slot(1), hall())) == []
    found = priced(prices, slot(1), hall(), promo=promo_code(percent=10))
    assert (steps(found), found.total.amount) == ([("promo_code", -20_000), ("minimum_order", 10_000)], 190_000)


def test_every_step_looks_at_the_sum_of_those_before() -> None:
    prices = price_list(
        tariff(200_000), headcount=[crowd(2, percent=50)], durations=[tier(60, 10)], minimum_order=money(400_000)
    )

    found = priced(prices, slot(1), hall(), people=2, add_ons=[booked("unit", 100_000)], promo=promo_code(percent=10))

    assert steps(found) == [
        ("headcount", 100_000),  # half of 200 000
        ("duration", -30_000),  # a tenth of 300 000
        ("add_on", 100_000),
        ("promo_code", -37_000),  # a tenth of 370 000
        ("minimum_order", 67_000),
    ]


def test_each_hall_has_surcharge_and_discount_of_its_own_time() -> None:
    cheap, dear = hall(), hall()
    prices = price_list(
        tariff(100_000), tariff(300_000, hall_id=dear.id), headcount=[crowd(2, percent=10)], durations=[tier(60, 10)]
    )

    found = priced(prices, slot(1), cheap, dear, people=2)

    assert [(step.hall_id, step.amount.amount) for step in found.adjustments] == [
        (cheap.id, 10_000), (cheap.id, -11_000), (dear.id, 30_000), (dear.id, -33_000),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "percent", "part"), [(100, 50, 50), (101, 50, 51), (1, 1, 1), (0, 50, 0), (199, 100, 199), (3, 150, 5)]
)
def test_part_of_a_kopeck_counts_as_one(amount: int, percent: int, part: int) -> None:
    assert share(amount, percent) == part


def test_shares_are_rounded_up_each_where_it_arises() -> None:
    """404 kopecks: 3 % more are 13 (12.12), 7 % of 417 are 30 (29.19), 11 % of 387 are 43 (42.57), half of 344 172."""
    prices = price_list(tariff(404), headcount=[crowd(2, percent=3)], durations=[tier(15, 7)])

    found = priced(prices, slot(1), hall(), people=2, promo=promo_code(percent=11))

    assert [amount for _, amount in steps(found)] == [13, -30, -43]
    assert (found.total.amount, found.prepayment.amount) == (344, 172)


PERCENTS = st.integers(1, 100)


@given(
    hours=st.integers(1, 64).map(lambda cells: cells / 4),
    people=st.integers(1, 20),
    rate=st.integers(0, 1_000_000).map(lambda quarter: quarter * 4),
    surcharge=st.sampled_from(["percent", "per_hour", "per_person_hour"]),
    size=st.integers(1, 1000),
    off=PERCENTS,
    add_ons=st.lists(
        st.builds(
            booked,
            st.sampled_from(["hour", "booking", "unit", "person"]),
            st.integers(0, 100_000).map(lambda quarter: quarter * 4),
            st.integers(1, 9),
        ),
        max_size=3,
    ),
    promo=st.one_of(
        st.none(),
        PERCENTS.map(lambda percent: promo_code(percent=percent)),
        st.integers(0, 10**9).map(lambda amount: promo_code(amount=money(amount))),
    ),
    minimum=st.integers(0, 10_000_000),
    prepaid=st.integers(0, 100),
    halls=st.integers(1, 3),
)
def test_a_price_adds_up(
    hours: float, people: int, rate: int, surcharge: str, size: int, off: int, add_ons: Any, promo: Any,
    minimum: int, prepaid: int, halls: int,
) -> None:  # fmt: skip
    many = crowd(5, **{surcharge: size if surcharge == "percent" else money(size * 4)})
    prices = price_list(
        tariff(rate), tariff(rate * 2, starts=time(14), ends=time(16), priority=1),
        headcount=[many], durations=[tier(240, off)], minimum_order=money(minimum),
    )  # fmt: skip

    found = priced(
        prices, slot(hours), *(hall() for _ in range(halls)),
        people=people, add_ons=add_ons, promo=promo, percent=prepaid,
    )  # fmt: skip

    amounts = [line.amount.amount for line in found.lines] + [step.amount.amount for step in found.adjustments]
    assert found.total.amount == sum(amounts) >= minimum
    assert 0 <= found.prepayment.amount <= found.total.amount
    order = [("headcount", "duration"), ("add_on",), ("promo_code",), ("minimum_order",)]
    ranks = [next(rank for rank, kinds in enumerate(order) if step.kind in kinds) for step in found.adjustments]
    assert ranks == sorted(ranks)
