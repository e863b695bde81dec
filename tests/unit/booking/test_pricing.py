"""Prices: one winner per cell, exact kopecks, and never a free hour by omission."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain_pricing import price
from booking.domain_ranges import TimeRange
from booking.errors import NoTariffError
from tests.support.booking import hall, tariff

WEDNESDAY_NOON = datetime(2026, 12, 2, 12, tzinfo=ZoneInfo("Europe/Moscow"))


def slot(hours: float, start: datetime = WEDNESDAY_NOON) -> TimeRange:
    return TimeRange(start, start + timedelta(hours=hours))


def test_time_costs_its_share_of_the_hour() -> None:
    priced = price(hall(), slot(2.25), [tariff(150_000)], 50)

    assert priced.total.amount == 337_500
    assert [line.amount.amount for line in priced.lines] == [337_500]


def test_where_no_rule_applies_there_is_no_price() -> None:
    with pytest.raises(NoTariffError) as caught:
        price(hall(), slot(2), [tariff(ends=time(13))], 50)

    assert caught.value.params == {"start": "2026-12-02T13:00:00+03:00"}


def test_priority_then_the_narrower_then_the_older_wins() -> None:
    studio = hall()
    old, young = tariff(100), tariff(200)
    own = tariff(300, hall_id=studio.id)
    midweek = tariff(400, weekdays=[3])
    evening = tariff(500, starts=time(13), ends=time(14))
    urgent = tariff(600, priority=1, starts=time(14), ends=time(15))

    def first(*rules: object) -> list[int]:
        return [line.price_per_hour.amount for line in price(studio, slot(3), rules, 50).lines]  # type: ignore[arg-type]

    assert first(old, young) == [100]
    assert first(old, midweek) == [400]
    assert first(midweek, own) == [300]
    assert first(old, evening, urgent) == [100, 500, 600]


def test_a_night_rate_wraps_over_midnight() -> None:
    night = tariff(400_000, starts=time(22), ends=time(6), priority=1)

    priced = price(hall(), slot(4, WEDNESDAY_NOON.replace(hour=21)), [tariff(), night], 50)

    assert [(line.start.hour, line.amount.amount) for line in priced.lines] == [(21, 150_000), (22, 1_200_000)]


def test_another_halls_rule_is_none_of_ours() -> None:
    with pytest.raises(NoTariffError):
        price(hall(), slot(1), [tariff(hall_id=hall().id)], 50)


@given(st.integers(0, 10_000).map(lambda n: n * 4), st.integers(1, 48), st.integers(1, 100))
def test_lines_add_up_and_the_prepayment_is_rounded_once_in_the_studios_favour(
    rate: int, cells: int, percent: int
) -> None:
    priced = price(hall(), slot(cells / 4), [tariff(rate)], percent)

    assert sum(line.amount.amount for line in priced.lines) == priced.total.amount == rate * cells // 4
    assert 0 <= priced.prepayment.amount * 100 - priced.total.amount * percent < 100
