"""Reports by what visits are for, against the newest event of each booking."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from shared_schemas.events.envelope import Envelope
from shared_schemas.integration.reports import (
    HoldsQuery,
    LeadTimeQuery,
    NoShowsQuery,
    PromoCodesQuery,
    RevenueQuery,
    UtilisationQuery,
)
from tests.support.booking.made import hall
from tests.support.database import EngineFor
from tests.support.integration.report_oracle import SOLD, Oracle
from tests.support.integration.reporting import PURPOSES, Reporting, stories
from tests.support.integration.reports import HALL, MONDAY, OTHER, paid

ALL = {"from": date(2026, 8, 1), "to": date(2027, 4, 1)}
SINCE, UNTIL = (datetime.combine(ALL[name], time(), ZoneInfo("Europe/Moscow")) for name in ("from", "to"))
HALLS = [hall(id=HALL, name="Big"), hall(id=OTHER, name="Small")]
STRAY = paid(uuid4(), 77_700, MONDAY)
EVENTS = [*stories(3, 60), STRAY]
ORACLE = Oracle(EVENTS, HALLS)


@pytest.fixture(scope="module")
def world(engine_for: EngineFor) -> Reporting:
    reporting = Reporting(engine_for("integration"))
    reporting.clear()
    reporting.halls.halls = HALLS
    reporting.take(EVENTS)
    return reporting


def purpose_of(booking: UUID) -> str | None:
    return ORACLE.bookings[booking].visit_purpose if booking in ORACLE.bookings else None


def counted(bookings: Iterable[UUID]) -> dict[Any, int]:
    return dict(Counter(purpose_of(booking) for booking in bookings))


def test_revenue_is_divided_by_what_visits_were_for(world: Reporting) -> None:
    whole = world.reports.revenue(RevenueQuery.model_validate(ALL))
    report = world.reports.revenue(RevenueQuery.model_validate(ALL | {"by": "visit_purpose"}))

    found = {row.visit_purpose: (row.gross.amount, row.refunds.amount) for row in report.rows}
    assert found == ORACLE.revenue(SINCE, UNTIL, lambda data, _: purpose_of(data.booking_id))
    assert set(found) == {*PURPOSES, None} and found[None] == (77_700, 0)
    assert report.totals == whole.totals


@pytest.mark.parametrize("by", ["month", "hall"])
def test_revenue_of_one_purpose_has_the_money_of_its_visits_alone(world: Reporting, by: str) -> None:
    every = world.reports.revenue(RevenueQuery.model_validate(ALL | {"by": "visit_purpose"}))
    each = {
        name: world.reports.revenue(RevenueQuery.model_validate(ALL | {"by": by, "visit_purpose": name}))
        for name in PURPOSES
    }

    wanted = {row.visit_purpose: (row.payments, row.gross, row.net) for row in every.rows if row.visit_purpose}
    assert {name: (r.totals.payments, r.totals.gross, r.totals.net) for name, r in each.items()} == wanted
    assert all(sum(row.gross.amount for row in r.rows) == r.totals.gross.amount for r in each.values())


def test_holds_and_no_shows_are_counted_by_it(world: Reporting) -> None:
    holds = world.reports.holds(HoldsQuery.model_validate(ALL | {"by": "visit_purpose"}))
    missed = world.reports.no_shows(NoShowsQuery.model_validate(ALL | {"by": "visit_purpose"}))

    assert {row.visit_purpose: row.created for row in holds.rows} == counted(ORACLE.bookings)
    over = [each for each, data in ORACLE.bookings.items() if data.status in ("completed", "no_show")]
    assert {row.visit_purpose: row.visits for row in missed.rows} == counted(over)


def test_of_one_purpose_every_report_has_its_visits_alone(world: Reporting) -> None:
    video = ALL | {"visit_purpose": "video"}
    theirs = {each: data for each, data in ORACLE.bookings.items() if data.visit_purpose == "video"}

    assert world.reports.holds(HoldsQuery.model_validate(video)).totals.created == len(theirs)
    over = [data for data in theirs.values() if data.status in ("completed", "no_show")]
    assert world.reports.no_shows(NoShowsQuery.model_validate(video)).totals.visits == len(over)
    sold = [data for data in theirs.values() if data.status in SOLD]
    assert world.reports.lead_times(LeadTimeQuery.model_validate(video)).totals.visits == len(sold)
    promo = [data for data in theirs.values() if data.promo_code]
    assert world.reports.promo_codes(PromoCodesQuery.model_validate(video)).totals.created == len(promo)


def test_utilisation_of_one_purpose_is_its_time_of_all_open_hours(world: Reporting) -> None:
    whole = world.reports.utilisation(UtilisationQuery.model_validate(ALL)).totals
    each = {
        name: world.reports.utilisation(UtilisationQuery.model_validate(ALL | {"visit_purpose": name})).totals
        for name in PURPOSES
    }

    own = Oracle([event for event in EVENTS if _is_for(event, "class")], HALLS)
    counted_by_hand = own.sold(ALL["from"], ALL["to"], lambda *_: None)[None]
    assert (each["class"].sold_minutes, each["class"].outside_minutes) == counted_by_hand
    assert {one.open_minutes for one in each.values()} == {whole.open_minutes}
    assert sum(one.sold_minutes for one in each.values()) == whole.sold_minutes


def _is_for(event: Envelope, purpose: str) -> bool:
    return bool(event.data.get("visit_purpose") == purpose)
