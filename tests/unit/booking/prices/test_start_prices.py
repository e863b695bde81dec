"""The prices of all starts are those that quotes give, each of them."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.hours.domain import StudioDays
from booking.hours.holidays import public_holiday
from booking.prices.errors import NoTariffError
from booking.prices.start_prices import STEP_SECONDS, StartPrices
from booking.time.grid import DAY, local_midnight
from booking.time.ranges import TimeRange
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.hours import DateOverride
from shared_schemas.booking.prices import TariffVersion
from shared_schemas.booking.rates import MAX_PRICE
from shared_schemas.errors import RuleViolationError
from shared_schemas.visits.purposes import VisitPurpose
from tests.support.booking.made import hall, tariff
from tests.support.booking.prices import crowd, money, notice, package, price_list, priced, tier

QUARTERS = st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
# A year's end, a worked Saturday with its holiday, and the days on which clocks are changed.
FIRST_DAYS = st.sampled_from([date(2026, 12, 30), date(2025, 10, 31), date(2026, 3, 28), date(2026, 10, 24)])
ZONES = st.sampled_from(["Europe/Moscow", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
AMOUNTS = st.one_of(st.integers(0, 10**6), st.integers(MAX_PRICE // 8, MAX_PRICE // 4)).map(lambda each: each * 4)


@st.composite
def rules(draw: st.DrawFn) -> Any:
    season = sorted(draw(st.lists(st.dates(date(2026, 3, 27), date(2027, 1, 3)), min_size=2, max_size=2)))
    first, last = draw(st.sampled_from([(None, None), (season[0], season[1]), (season[0], None), (None, season[1])]))
    return tariff(
        draw(AMOUNTS),
        starts=draw(QUARTERS),
        ends=draw(QUARTERS),
        priority=draw(st.integers(0, 2)),
        weekdays=draw(st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True)),
        holidays=draw(st.sampled_from(["any", "also", "only", "except"])),
        first_day=first,
        last_day=last,
    )


@st.composite
def price_lists(draw: st.DrawFn) -> TariffVersion:
    base = draw(st.sampled_from([[], [tariff(150_000)]]))
    crowds = [crowd(2, percent=20), crowd(5, per_hour=money(40_000)), crowd(9, per_person_hour=money(10_000))]
    tiers = [tier(120, 10), tier(240, 33), tier(120, 15, weekdays=[6, 7]), tier(60, 5, starts="08:00", ends="20:00")]
    packages = [
        package(minutes, 90_000 + 100 * minutes, **when)
        for minutes in (60, 180, 1440)
        for when in (
            {},
            {"weekdays": [5, 6], "holidays": "also"},
            {"starts": "22:00", "ends": "04:00"},
            {"purposes": ["event"]},
        )
    ]
    soon = [notice(same_day=True, percent_off=20), notice(under_hours_before=30, percent_more=15, weekdays=[1, 3, 5])]
    early = [notice(from_hours_before=50, percent_off=5, first_day=date(2026, 3, 29))]
    return price_list(
        *base,
        *draw(st.lists(rules(), max_size=6)),
        headcount=draw(st.lists(st.sampled_from(crowds), max_size=3, unique_by=lambda rule: rule.from_people)),
        durations=draw(st.lists(st.sampled_from(tiers), max_size=3)),
        packages=draw(st.lists(st.sampled_from(packages), max_size=4)),
        notices=draw(st.lists(st.sampled_from([*soon, *early]), max_size=3)),
        minimum_order=money(draw(st.sampled_from([0, 500_000]))),
    )


def quoted(
    prices: TariffVersion, where: Hall, start: int, minutes: int, people: int, days: StudioDays, **visit: Any
) -> int | None:
    """What a quote would say."""
    begins = datetime.fromtimestamp(start, ZoneInfo("UTC"))
    try:
        return priced(
            prices, TimeRange(begins, begins + timedelta(minutes=minutes)), where, people=people, days=days, **visit
        ).total.amount
    except (NoTariffError, RuleViolationError):
        return None


@given(
    prices=price_lists(),
    zone=ZONES,
    first=FIRST_DAYS,
    minutes=st.integers(1, 96).map(lambda quarters: quarters * 15),
    people=st.integers(1, 12),
    starts=st.lists(st.integers(0, 3 * 96), min_size=1, max_size=12),
    holiday=st.sampled_from([None, True, False]),
    purpose=st.sampled_from(["photo", "event"]),
    passed=st.integers(-300, 300),
)
def test_each_price_is_the_quote_s(
    prices: TariffVersion,
    zone: str,
    first: date,
    minutes: int,
    people: int,
    starts: list[int],
    holiday: bool | None,
    purpose: VisitPurpose,
    passed: int,
) -> None:
    where = hall(timezone=zone)
    override = DateOverride.model_validate(
        {"id": where.id, "first_day": first, "last_day": first, "hours": None, "holiday": holiday}
    )
    days = StudioDays([override] if holiday is not None else [], public_holiday)
    begins = int(local_midnight(first, ZoneInfo(zone)).timestamp())

    now = datetime.fromtimestamp(begins + passed * STEP_SECONDS, ZoneInfo("UTC"))

    told = StartPrices(where, prices, days, first, first + 3 * DAY, minutes, people, purpose, now)

    for start in (begins + place * STEP_SECONDS for place in starts):
        visit = {"purpose": purpose, "sold_at": now}
        assert told.total(start) == quoted(prices, where, start, minutes, people, days, **visit)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe"])
def test_days_that_are_shorter_or_longer_have_their_own_prices(zone: str) -> None:
    """Every start of the days on which clocks are changed, by a tariff that changes with the hour."""
    prices = price_list(*(tariff(4 * (hour + 1), starts=time(hour), ends=time((hour + 1) % 24)) for hour in range(24)))
    where = hall(timezone=zone)
    for first in (date(2026, 3, 28), date(2026, 10, 24), date(2026, 4, 4), date(2026, 10, 3)):
        told = StartPrices(where, prices, StudioDays(), first, first + DAY, 60, 1)
        begins = int(local_midnight(first, ZoneInfo(zone)).timestamp())
        for start in range(begins, begins + 2 * 24 * 3600, STEP_SECONDS):
            assert told.total(start) == quoted(prices, where, start, 60, 1, StudioDays())
