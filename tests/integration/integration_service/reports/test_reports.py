"""Reports on real PostgreSQL, against what the events say when every minute is counted by hand."""

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from integration.reports.errors import HallsUnavailableError
from shared_schemas.calendar import OpeningHours
from shared_schemas.errors import RuleViolationError
from shared_schemas.events.payments import PaymentEvent
from shared_schemas.integration.reports import (
    HoldsQuery,
    LeadTimeQuery,
    NoShowsQuery,
    PromoCodesQuery,
    RevenueQuery,
    RevenueRow,
    UtilisationQuery,
)
from tests.support.booking.made import hall
from tests.support.database import EngineFor
from tests.support.integration.report_oracle import SOLD, Oracle
from tests.support.integration.reporting import Reporting, stories
from tests.support.integration.reports import HALL, OTHER

WHOLE, GONE = UUID(int=0xC), UUID(int=0xD)
FIRST, AFTER = date(2026, 12, 2), date(2027, 1, 4)
PERIOD = {"from": FIRST, "to": AFTER}
YEAR = {"from": date(2026, 1, 1), "to": date(2027, 12, 31)}
ZONE = ZoneInfo("Europe/Moscow")


def daily(opens: int, closes: int, days: range) -> list[OpeningHours]:
    return [OpeningHours(weekday=day, opens=time(opens), closes=time(closes)) for day in days]


SATURDAY = OpeningHours(weekday=6, opens=time(20), closes=time(2, 45))
SUNDAY = OpeningHours(weekday=7, opens=time(1, 30), closes=time(4))
HALLS = [
    hall(id=HALL, name="Big", opening_hours=[*daily(9, 22, range(1, 6)), SATURDAY, SUNDAY]),
    hall(id=OTHER, name="Small", opening_hours=daily(0, 0, range(1, 8))),
    hall(id=WHOLE, name="Both", parts=[HALL, OTHER]),
]
EVENTS = stories(1, 150, (HALL, OTHER, WHOLE, GONE))


@pytest.fixture(scope="module")
def world(engine_for: EngineFor) -> Reporting:
    """All that happened, told out of order and more than once."""
    engine: Engine = engine_for("integration")
    reporting = Reporting(engine)
    reporting.clear()
    reporting.halls.halls = HALLS
    shuffled = EVENTS + EVENTS[::3]
    random.Random(2).shuffle(shuffled)
    reporting.take(shuffled)
    return reporting


ORACLE = Oracle(EVENTS, HALLS)
UTILISATION: dict[str, tuple[str, Callable[[UUID, datetime], Any]]] = {
    "hall": ("hall_id", lambda space, _: space),
    "weekday": ("weekday", lambda _, local: local.isoweekday()),
    "hour": ("hour", lambda _, local: local.hour),
    "day": ("date", lambda _, local: local.date()),
    "week": ("date", lambda _, local: local.date() - timedelta(days=local.weekday())),
    "month": ("date", lambda _, local: local.date().replace(day=1)),
}


@pytest.mark.parametrize("by", UTILISATION)
def test_utilisation_is_what_counting_every_quarter_of_an_hour_gives(world: Reporting, by: str) -> None:
    column, key = UTILISATION[by]

    report = world.reports.utilisation(UtilisationQuery.model_validate(PERIOD | {"by": by}))

    sold, opened = ORACLE.sold(FIRST, AFTER, key), ORACLE.opened(FIRST, AFTER, key)
    found = {getattr(row, column): (row.sold_minutes, row.outside_minutes, row.open_minutes) for row in report.rows}
    assert found == {name: (*sold.get(name, (0, 0)), opened[name]) for name in {*sold, *opened}}
    assert len(found) == len(report.rows) > 1
    totals = report.totals
    assert (totals.sold_minutes, totals.open_minutes) == (sum(s for s, _ in sold.values()), opened.total())
    assert 0 < totals.outside_minutes == sum(outside for _, outside in sold.values()) < totals.sold_minutes


def test_the_heat_map_has_every_hour_of_the_week(world: Reporting) -> None:
    report = world.reports.utilisation(UtilisationQuery.model_validate(PERIOD | {"by": "weekday_hour"}))

    sold = ORACLE.sold(FIRST, AFTER, lambda _, local: (local.isoweekday(), local.hour))
    assert len(report.rows) == 7 * 24
    assert {(r.weekday, r.hour): (r.sold_minutes, r.outside_minutes) for r in report.rows if r.sold_minutes} == sold


def test_one_hall_of_those_that_a_visit_took(world: Reporting) -> None:
    every = world.reports.utilisation(UtilisationQuery.model_validate(PERIOD))
    one = world.reports.utilisation(UtilisationQuery.model_validate(PERIOD | {"hall_id": HALL}))
    both = world.reports.utilisation(UtilisationQuery.model_validate(PERIOD | {"hall_id": WHOLE}))

    by_hall = {row.hall_id: row for row in every.rows}
    assert {row.hall_name for row in every.rows} == {"Big", "Small", None}
    assert one.rows == [by_hall[HALL]]
    assert both.rows == [by_hall[HALL], by_hall[OTHER]]
    gone = by_hall[GONE]
    assert (gone.open_minutes, gone.percent) == (0, None) and gone.outside_minutes == gone.sold_minutes > 0
    inside = by_hall[HALL].sold_minutes - by_hall[HALL].outside_minutes
    assert by_hall[HALL].percent == round(100 * inside / by_hall[HALL].open_minutes, 1)


def local(at: datetime) -> date:
    return at.astimezone(ZONE).date()


REVENUE: dict[str, tuple[str, Callable[[PaymentEvent, datetime], Any]]] = {
    "provider": ("provider", lambda data, _: data.provider),
    "purpose": ("purpose", lambda data, _: data.purpose),
    "day": ("date", lambda _, at: local(at)),
    "week": ("date", lambda _, at: local(at) - timedelta(days=local(at).weekday())),
    "month": ("date", lambda _, at: local(at).replace(day=1)),
}
MONTH = {"from": date(2026, 10, 15), "to": date(2026, 11, 20)}
SINCE, UNTIL = (datetime.combine(MONTH[name], time(), ZONE) for name in ("from", "to"))


def money(rows: list[RevenueRow], column: str) -> dict[Any, tuple[int, int]]:
    assert all(row.net.amount == row.gross.amount - row.refunds.amount for row in rows)
    return {getattr(row, column): (row.gross.amount, row.refunds.amount) for row in rows}


@pytest.mark.parametrize("by", REVENUE)
def test_revenue_is_what_adding_up_every_payment_gives(world: Reporting, by: str) -> None:
    column, key = REVENUE[by]

    report = world.reports.revenue(RevenueQuery.model_validate(MONTH | {"by": by}))

    expected = ORACLE.revenue(SINCE, UNTIL, key)
    assert money(report.rows, column) == expected
    assert report.totals.gross.amount == sum(came for came, _ in expected.values()) > 0
    assert report.totals.refunds.amount == sum(back for _, back in expected.values()) > 0
    assert report.totals.payments == sum(a > 0 and SINCE <= at < UNTIL for _, a, at in ORACLE.money.values())


@pytest.mark.parametrize("by", ["hall", "tariff"])
def test_shares_of_halls_and_tariffs_lose_no_kopeck(world: Reporting, by: str) -> None:
    whole = world.reports.revenue(RevenueQuery.model_validate(MONTH | {"by": "provider"})).totals
    report = world.reports.revenue(RevenueQuery.model_validate(MONTH | {"by": by}))

    assert report.totals == whole
    assert sum(row.gross.amount for row in report.rows) == whole.gross.amount
    assert sum(row.net.amount for row in report.rows) == whole.net.amount
    if by == "hall":
        each = [
            world.reports.revenue(
                RevenueQuery.model_validate(MONTH | {"by": "provider", "hall_id": row.hall_id})
            ).totals
            for row in report.rows
        ]
        assert [(one.gross, one.net, one.payments) for one in each] == [
            (row.gross, row.net, row.payments) for row in report.rows
        ]


def test_what_became_of_holds(world: Reporting) -> None:
    query = HoldsQuery.model_validate(MONTH | {"by": "hall"})
    made = {
        booking: times for booking, times in ORACLE.moments.items() if SINCE <= times["booking.created"] < UNTIL
    }  # fmt: skip
    confirmed = [times for times in made.values() if "booking.confirmed" in times]
    minutes = sorted((t["booking.confirmed"] - t["booking.created"]).total_seconds() / 60 for t in confirmed)
    middle = (minutes[len(minutes) // 2] + minutes[(len(minutes) - 1) // 2]) / 2

    totals = world.reports.holds(query).totals

    assert (totals.created, totals.confirmed, totals.waiting) == (len(made), len(confirmed), 0)
    assert totals.expired == len(made) - len(confirmed)
    assert (totals.percent, totals.median_minutes) == (round(100 * len(confirmed) / len(made), 1), round(middle, 1))
    assert sum(row.created for row in world.reports.holds(query).rows) == totals.created
    one = HoldsQuery.model_validate(MONTH | {"by": "hall", "hall_id": HALL})
    assert world.reports.holds(one).rows == [r for r in world.reports.holds(query).rows if r.hall_id == HALL]


def test_lead_times_by_days_between_booking_and_start(world: Reporting) -> None:
    hours = sorted(
        max((data.start - ORACLE.moments[booking]["booking.created"]).total_seconds() / 3600, 0)
        for booking, data in ORACLE.bookings.items()
        if data.status in SOLD and FIRST <= data.start.astimezone(ZoneInfo(data.timezone)).date() < AFTER
    )

    report = world.reports.lead_times(LeadTimeQuery.model_validate(PERIOD))

    assert report.totals.visits == len(hours) == sum(row.visits for row in report.rows)
    assert report.rows == sorted(report.rows, key=lambda row: row.from_days or 0)
    for row in report.rows:
        ends = row.to_days or 10**6
        assert row.visits == sum((row.from_days or 0) * 24 <= hour < ends * 24 for hour in hours)
    assert report.totals.median_hours == round((hours[len(hours) // 2] + hours[(len(hours) - 1) // 2]) / 2, 1)


@pytest.mark.parametrize("by", ["hall", "weekday", "hour", "day", "week", "month"])
def test_no_shows_of_visits_that_are_over(world: Reporting, by: Any) -> None:
    over = [
        data for data in ORACLE.bookings.values()
        if data.status in ("completed", "no_show")
        and FIRST <= data.start.astimezone(ZoneInfo(data.timezone)).date() < AFTER
    ]  # fmt: skip
    missed = [data for data in over if data.status == "no_show"]

    report = world.reports.no_shows(NoShowsQuery.model_validate(PERIOD | {"by": by}))

    assert (report.totals.visits, report.totals.no_shows) == (len(over), len(missed))
    assert report.totals.missed.amount == sum(data.total.amount for data in missed)
    assert sum(row.no_shows for row in report.rows) == len(missed)
    if by == "hour":
        hours = [data.start.astimezone(ZoneInfo(data.timezone)).hour for data in over]
        assert {row.hour: row.visits for row in report.rows} == {hour: hours.count(hour) for hour in hours}


def test_what_promo_codes_bring_and_cost(world: Reporting) -> None:
    report = world.reports.promo_codes(PromoCodesQuery.model_validate(MONTH))

    for row in [*report.rows, report.totals]:
        used = [
            data for booking, data in ORACLE.bookings.items()
            if data.promo_code and row.promo_code in (None, data.promo_code)
            and SINCE <= ORACLE.moments[booking]["booking.created"] < UNTIL
        ]  # fmt: skip
        sold = [data for data in used if data.status in SOLD]
        assert (row.created, row.sold.amount) == (len(used), sum(data.total.amount for data in sold))
        assert row.discount.amount == sum(data.promo_discount.amount for data in sold if data.promo_discount)
    assert [row.promo_code for row in report.rows] == ["=SUM(A1)", "SPRING"]


def test_nothing_comes_to_nothing(world: Reporting) -> None:
    never = {"from": date(2031, 1, 1), "to": date(2031, 1, 2)}
    assert world.reports.revenue(RevenueQuery.model_validate(never)).totals.net.amount == 0
    assert world.reports.holds(HoldsQuery.model_validate(never)).totals.percent is None
    assert world.reports.lead_times(LeadTimeQuery.model_validate(never)).rows == []
    assert world.reports.no_shows(NoShowsQuery.model_validate(never)).totals.no_shows == 0
    assert world.reports.promo_codes(PromoCodesQuery.model_validate(never)).totals.sold.amount == 0
    assert world.reports.utilisation(UtilisationQuery.model_validate(never)).totals.percent == 0


@pytest.mark.parametrize(
    ("days", "code"), [(0, "empty_period"), (-1, "empty_period"), (3 * 366 + 1, "period_too_long")]
)
def test_a_period_has_a_day_and_three_years_at_most(world: Reporting, days: int, code: str) -> None:
    query = {"from": FIRST, "to": FIRST + timedelta(days=days)}
    with pytest.raises(RuleViolationError) as refused:
        world.reports.no_shows(NoShowsQuery.model_validate(query))
    assert [(v.field, v.code) for v in refused.value.violations] == [("to", code)]
    assert refused.value.message("ru") != refused.value.message("en")


def test_figures_need_no_names_but_opening_hours_are_needed(world: Reporting, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any) -> Any:
        raise HallsUnavailableError

    monkeypatch.setattr(world.halls, "open_hours", unknown)
    report = world.reports.revenue(RevenueQuery.model_validate(MONTH | {"by": "hall"}))
    assert report.totals.gross.amount and not any(row.hall_name for row in report.rows)
    with pytest.raises(HallsUnavailableError):
        world.reports.utilisation(UtilisationQuery.model_validate(PERIOD))
