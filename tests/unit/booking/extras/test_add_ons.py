"""Add-ons of an order, and how many of them are out at the busiest moment."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.extras.add_ons import book_add_ons, peak, quantities
from booking.time.ranges import STEP, TimeRange
from shared_schemas.booking.extras import AddOn, AddOnOrder
from shared_schemas.errors import RuleViolationError
from tests.support.booking.made import hall
from tests.support.booking.prices import WEDNESDAY_NOON, add_on, money

ELSEWHERE = uuid4()
CLAIMS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12), st.integers(1, 5)), max_size=12)


def quarters(first: int, count: int) -> TimeRange:
    return TimeRange(WEDNESDAY_NOON + first * STEP, WEDNESDAY_NOON + (first + count) * STEP)


def refusals(add_ons: list[AddOn], *quantities: int) -> list[tuple[str, str, dict[str, object]]]:
    orders = [AddOnOrder(id=item.id, quantity=many) for item, many in zip(add_ons, quantities, strict=True)]
    with pytest.raises(RuleViolationError) as caught:
        book_add_ons([hall()], orders, add_ons)
    return [(found.field, found.code, found.params) for found in caught.value.violations]


def test_an_add_on_is_sold_as_it_is_today() -> None:
    flash = add_on(name="Flash", unit="hour", price=money(40_000))

    (sold,) = book_add_ons([hall()], [AddOnOrder(id=flash.id, quantity=2)], [flash])

    assert (sold.id, sold.quantity, sold.name, sold.unit, sold.price) == (flash.id, 2, "Flash", "hour", money(40_000))


def test_everything_that_cannot_be_had_is_named() -> None:
    gone, elsewhere = add_on(name="Gone", active=False), add_on(name="Smoke", hall_ids=[ELSEWHERE])
    few = add_on(name="Chair", max_quantity=4)

    assert refusals([gone, elsewhere, few], 1, 1, 5) == [
        ("add_ons.0", "add_on_inactive", {"name": "Gone"}),
        ("add_ons.1", "add_on_other_hall", {"name": "Smoke", "allowed_hall_ids": [str(ELSEWHERE)]}),
        ("add_ons.2.quantity", "too_many_add_ons", {"max": 4, "name": "Chair"}),
    ]


def test_an_add_on_is_named_once() -> None:
    flash = add_on()

    assert refusals([flash, flash], 1, 1) == [("add_ons", "repeated_add_on", {})]


def test_of_several_halls_one_that_has_it_is_enough() -> None:
    one, other = hall(), hall()
    smoke = add_on(hall_ids=[other.id])

    assert book_add_ons([one, other], [AddOnOrder(id=smoke.id)], [smoke])


def test_the_most_allowed_is_allowed() -> None:
    few = add_on(max_quantity=4)

    assert book_add_ons([hall()], [AddOnOrder(id=few.id, quantity=4)], [few])


def test_what_one_visit_gives_back_another_takes_at_once() -> None:
    assert peak([(quarters(0, 4), 3), (quarters(4, 4), 2)]) == 3


def test_what_is_out_at_the_same_time_adds_up() -> None:
    assert peak([(quarters(0, 4), 3), (quarters(3, 4), 2), (quarters(8, 1), 4)]) == 5


def test_nothing_is_out() -> None:
    assert peak([]) == 0


@given(CLAIMS)
def test_the_peak_is_the_busiest_quarter_hour(claims: list[tuple[int, int, int]]) -> None:
    out = [0] * 50
    for first, count, quantity in claims:
        for quarter in range(first, first + count):
            out[quarter] += quantity

    assert peak((quarters(first, count), quantity) for first, count, quantity in claims) == max(out)


def test_what_was_sold_keeps_its_price_and_more_of_it_has_todays() -> None:
    dear = add_on(price=money(50_000))
    sold = book_add_ons([hall()], [AddOnOrder(id=dear.id, quantity=3)], [dear.model_copy(update={"price": money(1)})])

    def booked(quantity: int) -> list[tuple[int, int]]:
        items = book_add_ons([hall()], [AddOnOrder(id=dear.id, quantity=quantity)], [dear], sold)
        assert quantities(items) == {dear.id: quantity}
        return [(item.quantity, item.price.amount) for item in items]

    assert booked(2) == [(2, 1)]
    assert booked(3) == [(3, 1)]
    assert booked(5) == [(3, 1), (2, 50_000)]
