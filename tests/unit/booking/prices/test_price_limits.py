"""Whatever the border lets in has a price that the books can hold, or is refused by name; never anything else."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from booking.calendar.timetable import timetable
from booking.calendar.verdicts import violations
from booking.hours.domain import StudioDays
from booking.time.ranges import TimeRange
from shared_schemas.booking.extras import AddOnRequest
from shared_schemas.booking.prices import TariffRequest, TariffVersionRequest
from shared_schemas.booking.rates import MAX_PRICE
from shared_schemas.errors import RuleViolationError
from tests.support.booking.made import NOW, hall, tariff
from tests.support.booking.prices import WEDNESDAY_NOON, booked, crowd, money, price_list, priced, slot

MOST = MAX_PRICE - MAX_PRICE % 4
PRICES = st.integers(0, MOST // 4).map(lambda quarter: quarter * 4)


@pytest.mark.parametrize(
    "ask",
    [
        lambda amount: TariffRequest(name="Base", price_per_hour=money(amount)),
        lambda amount: AddOnRequest(name="Lamp", unit="hour", price=money(amount)),
        lambda amount: TariffVersionRequest(minimum_order=money(amount)),
        lambda amount: crowd(2, per_hour=money(amount)),
        lambda amount: crowd(2, per_person_hour=money(amount)),
    ],
)
def test_no_price_is_made_that_the_books_cannot_hold(ask: Any) -> None:
    ask(MOST)
    with pytest.raises(ValidationError) as refused:
        ask(10**12)

    assert [error["type"] for error in refused.value.errors()] == ["price_too_high"]


@given(
    rate=PRICES,
    extra=PRICES,
    hours=st.sampled_from([0.25, 1, 24, 31 * 24]),
    people=st.sampled_from([1, 2, 10_000]),
    unit=st.sampled_from(["hour", "booking", "unit", "person"]),
    quantity=st.sampled_from([1, 1000]),
    rule=st.sampled_from([{"percent": 1000}, {"per_hour": money(MOST)}, {"per_person_hour": money(MOST)}]),
)
def test_an_order_has_a_price_or_is_refused_by_name(
    rate: int, extra: int, hours: float, people: int, unit: str, quantity: int, rule: dict[str, Any]
) -> None:
    prices = price_list(tariff(rate), headcount=[crowd(2, **rule)])
    try:
        found = priced(prices, slot(hours), hall(), people=people, add_ons=[booked(unit, extra, quantity)])
    except RuleViolationError as error:
        assert [violation.code for violation in error.violations] == ["price_too_high"]
    else:
        assert 0 <= found.total.amount <= MAX_PRICE


def test_no_word_of_staff_makes_a_visit_longer_than_a_month() -> None:
    table = timetable(hall(), StudioDays(), [], NOW.date(), NOW.date())
    start = WEDNESDAY_NOON

    def codes(length: timedelta) -> list[str]:
        return [found.code for found in violations(table, TimeRange(start, start + length).utc(), 1, NOW)]

    assert codes(timedelta(days=31, minutes=15)) == ["longer_than_a_month"]
    assert "longer_than_a_month" not in codes(timedelta(days=31))
