"""`make benchmark-strangers`: what the dearest questions cost that anybody may ask without a token, at a hundred halls.

In processor time of this process, beside a request that reads one row. What is dearer than the budget is marked."""

import argparse
import gzip
from collections.abc import Iterator
from datetime import time

from rich.console import Console

from booking import composition
from gateway.app import api as gateway
from infra.local.doors.compression import LEVEL
from shared_schemas.booking.extras import AddOnRequest
from shared_schemas.booking.halls import Hall, HallRequest
from shared_schemas.booking.policy import PolicyRequest
from shared_schemas.common import Money
from tests.benchmarks.months import BUDGET_MS, COLUMNS, MONTH, PRICED, WEEK, claim, database, measured, row
from tests.benchmarks.table import figures_table
from tests.support.booking.made import hours
from tests.support.booking.studio import MANAGER, Studio
from tests.support.booking.whole_studio import UNLIMITED

HALLS = 100
BUDGET_KB = 100
SHORT, DENSE, WHY = {"duration": "60"}, {"from": "2026-12-01", "to": "2026-12-02"}, {"explain": "true"}
TWO_MONTHS, TWELVE_DAYS = MONTH | {"to": "2027-02-01"} | SHORT, MONTH | {"to": "2026-12-13"} | SHORT
OF_HALL, OF_ALL = "GET /v1/halls/{hall_id}/availability", "GET /v1/availability"
QUESTIONS = {
    "two months of a hall": (OF_HALL, TWO_MONTHS),
    "twelve days of a hall, with reasons": (OF_HALL, TWELVE_DAYS | WHY),
    "a month of a hall, with prices": (OF_HALL, MONTH | SHORT | PRICED),
    "a day of all halls": (OF_ALL, DENSE | SHORT),
    "a week of all halls": (OF_ALL, WEEK | SHORT),
    "the same with reasons": (OF_ALL, WEEK | SHORT | WHY),
    "the same with prices": (OF_ALL, WEEK | SHORT | PRICED),
    "two months of all halls": (OF_ALL, TWO_MONTHS),
    "a month of all halls at a glance": ("GET /v1/calendar", {"month": "2026-12", "duration": "60"}),
    "all halls": ("GET /v1/halls", {}),
    "all add-ons": ("GET /v1/add-ons", {}),
    "all tariffs": ("GET /v1/tariffs", {}),
    "a year of holidays": ("GET /v1/halls/{hall_id}/holidays", {"from": "2026-12-01", "to": "2027-12-01"}),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.strangers", description=__doc__)
    parser.add_argument("--times", type=int, default=5, help="how often each is asked for; the best counts")
    options = parser.parse_args()
    with database() as engine:
        studio = Studio(engine)
        halls = _furnished(studio)
        gateway.calls = None  # It has no database here to count in.
        with composition.app.replaced(studio.app):
            claim(engine, halls, 3)
            title = f"{HALLS} halls; {BUDGET_MS} ms and {BUDGET_KB} kB are the budget"
            table = figures_table(title, (*COLUMNS, "over"))
            for each in _rows(studio, halls[0], options.times):
                table.add_row(*each)
            Console().print(table)


def _rows(studio: Studio, hall: Hall, times: int) -> Iterator[tuple[str, ...]]:
    bare = measured(times, "GET /v1/policy", {})
    for name, (route, query) in QUESTIONS.items():
        path = {"hall_id": str(hall.id)} if "{hall_id}" in route else None
        found = measured(times, route, query, path, before=studio.app.months.forget)
        yield *row(name, found, bare), _over(found)
    for route in ("GET /openapi.json", "GET /docs"):
        found = measured(times, route, {}, called=gateway.app)
        yield *row(route, found, bare), _over(found)


def _over(found: tuple[float, bytes]) -> str:
    """What is above the budget: on their way answers are compressed, whoever does not take that aside."""
    kilobytes = len(gzip.compress(found[1], LEVEL)) / 1000
    return " ".join(["ms"] * (found[0] > BUDGET_MS) + ["kB"] * (kilobytes > BUDGET_KB))


def _furnished(studio: Studio) -> list[Hall]:
    """Open round the clock, each with an add-on of its own."""
    studio.policies.replace(PolicyRequest.model_validate(UNLIMITED), MANAGER)
    halls = []
    for number in range(HALLS):
        name, open_hours = f"Hall {number:03}", hours(time(0), time(0))
        request = HallRequest(name=name, capacity=5, opening_hours=open_hours, description="A hall. " * 40)
        halls.append(studio.halls.add(request, None))
        studio.tariff(halls[-1], 150_000)
        add_on = AddOnRequest(name=f"Light {number}", unit="unit", price=Money(amount=10_000))
        studio.app.extras.add_add_on(add_on, None)
    return halls


if __name__ == "__main__":
    main()
