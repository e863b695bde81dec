"""Where the period of a report begins and ends: at midnight in the zone asked for, the last instant excluded."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from shared_schemas.integration.reports import (
    HoldsQuery,
    LeadTimeQuery,
    NoShowsQuery,
    PromoCodesQuery,
    RevenueQuery,
    UtilisationQuery,
)
from tests.support.booking.made import NOW, hall
from tests.support.database import EngineFor
from tests.support.integration.reporting import Reporting
from tests.support.integration.reports import HALL, paid, tariff, told

MOSCOW, KATHMANDU = ZoneInfo("Europe/Moscow"), ZoneInfo("Asia/Kathmandu")
FIRST, AFTER = date(2026, 12, 7), date(2026, 12, 9)
PERIOD: dict[str, Any] = {"from": FIRST, "to": AFTER}
TICK = timedelta(microseconds=1)
# When something happens at the edges of the period, and whether it is in.
EDGES = [(FIRST, -TICK, False), (FIRST, timedelta(0), True), (AFTER, -TICK, True), (AFTER, timedelta(0), False)]
ZONES = pytest.mark.parametrize("zone", [MOSCOW, KATHMANDU], ids=str)
AT_THE_EDGES = pytest.mark.parametrize(("day", "off", "is_in"), EDGES)


@pytest.fixture
def world(engine_for: EngineFor) -> Reporting:
    reporting = Reporting(engine_for("integration"))
    reporting.clear()
    reporting.halls.halls = [hall(id=HALL)]
    return reporting


def edge(day: date, off: timedelta, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone) + off


# How many each report counts of what its period has.
OF_MONEY: dict[str, Callable[[Reporting, str], int]] = {
    by: lambda world, zone, by=by, more=more: (
        world.reports.revenue(  # type: ignore[misc]
            RevenueQuery.model_validate(PERIOD | {"by": by, "timezone": zone} | more)
        ).totals.payments
    )
    for by, more in (("provider", {}), ("day", {}), ("hall", {}), ("tariff", {}), ("purpose", {"hall_id": HALL}))
}
OF_BOOKINGS: dict[str, Callable[[Reporting, str], int]] = {
    "holds": lambda world, zone: (
        world.reports.holds(HoldsQuery.model_validate(PERIOD | {"by": "day", "timezone": zone})).totals.created
    ),
    "promo codes": lambda world, zone: (
        world.reports.promo_codes(PromoCodesQuery.model_validate(PERIOD | {"timezone": zone})).totals.created
    ),
}
OF_VISITS: dict[str, Callable[[Reporting], int]] = {
    "lead times": lambda world: world.reports.lead_times(LeadTimeQuery.model_validate(PERIOD)).totals.visits,
    "no-shows": lambda world: world.reports.no_shows(NoShowsQuery.model_validate(PERIOD)).totals.visits,
    "utilisation": lambda world: (
        world.reports.utilisation(UtilisationQuery.model_validate(PERIOD)).totals.sold_minutes // 15
    ),
}


@ZONES
@AT_THE_EDGES
@pytest.mark.parametrize("report", OF_MONEY)
def test_money_belongs_to_the_day_on_which_it_came(
    world: Reporting, report: str, zone: ZoneInfo, day: date, off: timedelta, is_in: bool
) -> None:
    booking, at = uuid4(), edge(day, off, zone)
    world.take([told("booking.created", booking, 1, NOW, tariffs=[tariff("Day", 1000)]), paid(booking, 1000, at)])

    assert OF_MONEY[report](world, str(zone)) == is_in


@ZONES
@AT_THE_EDGES
@pytest.mark.parametrize("report", OF_BOOKINGS)
def test_a_booking_belongs_to_the_day_on_which_it_was_made(
    world: Reporting, report: str, zone: ZoneInfo, day: date, off: timedelta, is_in: bool
) -> None:
    world.take([told("booking.created", uuid4(), 1, edge(day, off, zone), promo_code="SPRING")])

    assert OF_BOOKINGS[report](world, str(zone)) == is_in


@ZONES
@pytest.mark.parametrize(
    ("day", "hours", "is_in"), [(FIRST, -0.25, False), (FIRST, 0, True), (AFTER, -0.25, True), (AFTER, 0, False)]
)
@pytest.mark.parametrize("report", OF_VISITS)
def test_a_visit_belongs_to_the_day_on_which_it_starts_by_its_own_clock(
    world: Reporting, report: str, zone: ZoneInfo, day: date, hours: float, is_in: bool
) -> None:
    booking, start = uuid4(), edge(day, timedelta(hours=hours), zone)
    when = {"start": start, "end": start + timedelta(minutes=15), "timezone": str(zone)}
    world.take(
        [
            told("booking.created", booking, 1, NOW, **when),
            told("booking.completed", booking, 2, start + timedelta(days=1), **when, status="completed"),
        ]
    )

    assert OF_VISITS[report](world) == is_in


@ZONES
def test_a_days_row_has_that_day_of_the_zone(world: Reporting, zone: ZoneInfo) -> None:
    booking = uuid4()
    world.take([told("booking.created", booking, 1, edge(FIRST, timedelta(0), zone))])
    world.take([paid(booking, 1000, edge(FIRST, timedelta(days=1) - TICK, zone))])
    asked = PERIOD | {"by": "day", "timezone": str(zone)}

    assert [row.date for row in world.reports.revenue(RevenueQuery.model_validate(asked)).rows] == [FIRST]
    assert [row.date for row in world.reports.holds(HoldsQuery.model_validate(asked)).rows] == [FIRST]
