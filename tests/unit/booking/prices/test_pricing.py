"""The price of time: one winner per cell, exact kopecks, and never a free hour by omission."""

from datetime import UTC, date, datetime, time
from itertools import pairwise, permutations
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.hours.domain import StudioDays
from booking.hours.holidays import public_holiday
from booking.prices.errors import NoTariffError
from booking.time.ranges import TimeRange
from shared_schemas.booking.hours import DateOverride
from shared_schemas.booking.prices import Price, Tariff
from tests.support.booking.made import hall, tariff
from tests.support.booking.prices import WEDNESDAY_NOON, price_list, priced, slot

NEW_YEAR = date(2027, 1, 1)  # A Friday.
HOLIDAYS = StudioDays([], lambda country, day: "New Year" if (country, day) == ("RU", NEW_YEAR) else None)


def hourly(price: Price) -> list[int]:
    return [line.price_per_hour.amount for line in price.lines]


def hours_of(price: Price) -> list[tuple[str, int]]:
    return [(line.start.isoformat(), line.amount.amount) for line in price.lines]


def test_time_costs_its_share_of_the_hour() -> None:
    found = priced(price_list(tariff(150_000)), slot(2.25), hall())

    assert [line.amount.amount for line in found.lines] == [337_500]
    assert found.total.amount == 337_500


def test_where_no_rule_applies_there_is_no_price() -> None:
    studio = hall(name="Loft")

    with pytest.raises(NoTariffError) as caught:
        priced(price_list(tariff(ends=time(13))), slot(2), studio)

    assert caught.value.params == {"start": "2026-12-02T13:00:00+03:00", "hall": "Loft"}


def test_an_empty_price_list_has_no_price() -> None:
    with pytest.raises(NoTariffError):
        priced(price_list(), slot(1), hall())


def test_the_rule_that_says_more_wins_and_the_older_among_equals() -> None:
    studio = hall()
    ascending = [
        tariff(400, name="band", starts=time(11), ends=time(14)),
        tariff(800, name="days", weekdays=[3]),
        tariff(1200, name="season", first_day=date(2026, 12, 1)),
        tariff(1600, name="hall", hall_id=studio.id),
        tariff(2000, name="priority", priority=1),
    ]

    for weaker, stronger in pairwise(ascending):
        for rules in permutations([tariff(4), weaker, stronger]):
            assert hourly(priced(price_list(*rules), slot(1), studio)) == [stronger.price_per_hour.amount]
    assert hourly(priced(price_list(tariff(40), tariff(80)), slot(1), studio)) == [40]


def test_a_higher_rank_beats_all_lower_ones_together() -> None:
    everything_but_the_hall = tariff(400, weekdays=[3], first_day=date(2026, 12, 1), starts=time(11), ends=time(14))
    studio = hall()

    assert hourly(priced(price_list(everything_but_the_hall, tariff(800, hall_id=studio.id)), slot(1), studio)) == [800]


def test_a_rule_of_another_hall_does_not_count() -> None:
    assert hourly(priced(price_list(tariff(400, hall_id=uuid4(), priority=9), tariff(800)), slot(1), hall())) == [800]


@pytest.mark.parametrize(
    ("mode", "on_friday_holiday", "on_saturday"),
    [("any", False, True), ("also", True, True), ("only", False, False), ("except", False, True)],
)
def test_holidays_count_as_the_rule_says(mode: str, on_friday_holiday: bool, on_saturday: bool) -> None:
    weekend = tariff(400, priority=1, weekdays=[6, 7], holidays=mode)
    noon = datetime(2027, 1, 1, 12, tzinfo=WEDNESDAY_NOON.tzinfo)

    def holds(start: datetime) -> bool:
        return hourly(priced(price_list(tariff(800), weekend), slot(1, start), hall(), days=HOLIDAYS)) == [400]

    assert holds(noon) is on_friday_holiday
    assert holds(noon.replace(day=2)) is on_saturday


@pytest.mark.parametrize(("mode", "wins"), [("any", True), ("also", True), ("only", True), ("except", False)])
def test_a_holiday_on_the_rules_own_weekday(mode: str, wins: bool) -> None:
    friday = tariff(400, priority=1, weekdays=[5], holidays=mode)
    noon = datetime(2027, 1, 1, 12, tzinfo=WEDNESDAY_NOON.tzinfo)

    found = priced(price_list(tariff(800), friday), slot(1, noon), hall(), days=HOLIDAYS)

    assert hourly(found) == [400 if wins else 800]


def test_the_studio_decides_what_is_a_holiday_hall_by_hall() -> None:
    one, other = hall(), hall()
    day = WEDNESDAY_NOON.date()
    days = StudioDays([DateOverride(id=uuid4(), hall_id=other.id, first_day=day, last_day=day, holiday=True)])
    prices = price_list(tariff(400), tariff(800, priority=1, holidays="only"))

    assert hourly(priced(prices, slot(1), one, other, days=days)) == [400, 800]


def test_a_season_includes_both_its_days() -> None:
    december = tariff(400, priority=1, first_day=date(2026, 12, 1), last_day=date(2026, 12, 2))
    evening = WEDNESDAY_NOON.replace(day=30, month=11, hour=23)

    found = priced(price_list(tariff(800), december), slot(50, evening), hall())

    assert [(line.start.isoformat()[:13], line.price_per_hour.amount) for line in found.lines] == [
        ("2026-11-30T23", 800), ("2026-12-01T00", 400), ("2026-12-03T00", 800),
    ]  # fmt: skip


def test_a_season_may_be_open_at_either_end() -> None:
    assert hourly(priced(price_list(tariff(400, first_day=date(2026, 12, 2))), slot(1), hall())) == [400]
    assert hourly(priced(price_list(tariff(400, last_day=date(2026, 12, 2))), slot(1), hall())) == [400]
    with pytest.raises(NoTariffError):
        priced(price_list(tariff(400, first_day=date(2026, 12, 3))), slot(1), hall())


def test_a_night_rate_wraps_over_midnight() -> None:
    night = tariff(400_000, starts=time(22), ends=time(6), priority=1)

    found = priced(price_list(tariff(), night), slot(10, WEDNESDAY_NOON.replace(hour=21)), hall())

    assert hours_of(found) == [
        ("2026-12-02T21:00:00+03:00", 150_000),
        ("2026-12-02T22:00:00+03:00", 3_200_000),
        ("2026-12-03T06:00:00+03:00", 150_000),
    ]


def test_the_day_of_a_cell_is_the_one_it_lies_in() -> None:
    wednesday_night = tariff(400, starts=time(22), ends=time(6), weekdays=[3], priority=1)

    found = priced(price_list(tariff(800), wednesday_night), slot(4, WEDNESDAY_NOON.replace(hour=22)), hall())

    assert hourly(found) == [400, 800]


@pytest.mark.parametrize(
    ("zone", "day", "cells"),
    [
        ("Europe/Berlin", date(2026, 3, 29), [("00:00", 8), ("03:00", 4)]),
        ("Europe/Berlin", date(2026, 10, 25), [("00:00", 16), ("03:00", 4)]),
        ("America/New_York", date(2026, 3, 8), [("00:00", 8), ("03:00", 4)]),
        ("America/New_York", date(2026, 11, 1), [("00:00", 16), ("03:00", 4)]),
        ("Europe/Moscow", date(2026, 3, 29), [("00:00", 12), ("03:00", 4)]),
    ],
)
def test_a_rule_follows_the_wall_clock_and_bills_real_time(zone: str, day: date, cells: list[tuple[str, int]]) -> None:
    """From midnight to 04:00 on the wall: the hours before 03:00 are two, four or three."""
    begins, ends = (datetime.combine(day, time(hour), ZoneInfo(zone)) for hour in (0, 4))
    rules = price_list(tariff(400, ends=time(3)), tariff(800, starts=time(3)))

    found = priced(rules, TimeRange(begins, ends).utc(), hall(timezone=zone))

    counted = [line.amount.amount // (line.price_per_hour.amount // 4) for line in found.lines]
    assert list(zip([f"{line.start:%H:%M}" for line in found.lines], counted, strict=True)) == cells


def test_several_halls_are_priced_each_by_its_own_rules() -> None:
    cheap, dear = hall(), hall()

    found = priced(price_list(tariff(400), tariff(800, hall_id=dear.id)), slot(2), cheap, dear)

    assert [(line.hall_id, line.amount.amount) for line in found.lines] == [(cheap.id, 800), (dear.id, 1600)]
    assert found.total.amount == 2400


def band(quarter: int, starts: int, ends: int, weekdays: list[int]) -> Tariff:
    return tariff(quarter * 4, starts=time(starts), ends=time(ends), weekdays=weekdays)


def rules_of_different_rank() -> st.SearchStrategy[list[Tariff]]:
    """Each with a priority of its own, so that nothing is left to the order."""
    hours, weekdays = st.integers(0, 23), st.lists(st.integers(1, 7), min_size=1, unique=True)
    return st.lists(st.builds(band, st.integers(0, 10_000), hours, hours, weekdays), max_size=6).map(
        lambda rules: [tariff(), *(rule.model_copy(update={"priority": n}) for n, rule in enumerate(rules, 1))]
    )


@given(rules_of_different_rank(), st.integers(1, 40), st.integers(0, 95), st.data())
def test_exactly_one_rule_prices_a_cell_in_whatever_order_they_come(
    rules: list[Tariff], cells: int, start: int, data: st.DataObject
) -> None:
    during, studio = slot(cells / 4, slot(start / 4).end), hall()
    shuffled = data.draw(st.permutations(rules))

    found = priced(price_list(*rules), during, studio)

    assert found == priced(price_list(*shuffled), during, studio)
    assert (found.lines[0].start, found.lines[-1].end) == (during.start, during.end)
    assert all(one.end == other.start for one, other in pairwise(found.lines))


@given(rules_of_different_rank(), st.integers(2, 40), st.data())
def test_a_slot_costs_what_its_parts_cost(rules: list[Tariff], cells: int, data: st.DataObject) -> None:
    studio, prices = hall(), price_list(*rules)
    cut = data.draw(st.integers(1, cells - 1))
    first = slot(cut / 4)

    def total(during: TimeRange) -> int:
        return priced(prices, during, studio).total.amount

    assert total(slot(cells / 4)) == total(first) + total(slot((cells - cut) / 4, first.end))


def test_a_working_saturday_is_sold_as_the_weekday_for_which_it_is_worked() -> None:
    """20 February 2027 in Russia, for the Monday after it, which is a holiday."""
    days = StudioDays([], public_holiday)
    rules = price_list(
        tariff(100_000, weekdays=[1, 2, 3, 4, 5]), tariff(300_000, weekdays=[6, 7], holidays="also", priority=1)
    )
    found = {
        day: hourly(priced(rules, slot(1, datetime(2027, 2, day, 12, tzinfo=UTC)), hall(), days=days))
        for day in (19, 20, 21, 22, 27)
    }
    assert found == {19: [100_000], 20: [100_000], 21: [300_000], 22: [300_000], 27: [300_000]}
