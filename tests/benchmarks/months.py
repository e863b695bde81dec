"""`make benchmark-months`: what prices of starts and a month at a glance cost beside plain free time, at twenty halls.

In processor time of this process, which is the function's; PostgreSQL has its own. Starts a database of its own.
"""

import argparse
import gzip
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from rich.console import Console
from sqlalchemy import Engine, text

from booking import composition
from booking.app import api
from core.postgres.database import create_database
from infra.local.postgres import PostgresServer
from migrator.app import migrate
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.policy import PolicyRequest
from tests.benchmarks.table import figures_table
from tests.support.booking.studio import MANAGER, START, Studio
from tests.support.booking.whole_studio import UNLIMITED
from tests.support.database import ServiceSettings, free_port
from tests.support.rest import CONTEXT, rest_event

HALLS = 20
BUDGET_MS = 50
COLUMNS = ("CPU ms", "ratio", "kB", "kB gzip")
MONTH = {"from": "2026-12-01", "to": "2027-01-01", "duration": "120"}
WEEK = MONTH | {"to": "2026-12-08"}
PRICED = {"prices": "true"}
CALENDAR = {"month": "2026-12", "duration": "120"}
OF_HALL, OF_ALL = "GET /v1/halls/{hall_id}/availability", "GET /v1/availability"
CLAIM = text(
    "INSERT INTO booking.occupancy (owner_id, hall_id, during, kind)"
    " VALUES (:owner, :hall, tstzrange(:start, :end), 'booking')"
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.months", description=__doc__)
    parser.add_argument("--times", type=int, default=9, help="how often each is asked for; the best counts")
    options = parser.parse_args()
    console = Console()
    with database() as engine:
        studio = Studio(engine)
        halls = _halls(studio)
        with composition.app.replaced(studio.app):
            for share, name in ((0, "a free month"), (4, "a month of four visits a day")):
                claim(engine, halls, share)
                table = figures_table(f"{HALLS} halls, {name}; {BUDGET_MS} ms are the budget", COLUMNS)
                for each in rows(studio, halls[0], options.times):
                    table.add_row(*each)
                console.print(table)


def rows(studio: Studio, hall: Hall, times: int) -> Iterator[tuple[str, ...]]:
    """What is asked for, each beside the plain answer about the same days."""
    path = {"hall_id": str(hall.id)}
    one, one_priced = measured(times, OF_HALL, MONTH, path), measured(times, OF_HALL, MONTH | PRICED, path)
    week, week_priced = measured(times, OF_ALL, WEEK), measured(times, OF_ALL, WEEK | PRICED)
    every = measured(times, OF_ALL, MONTH)
    fresh = measured(times, "GET /v1/calendar", CALENDAR, before=studio.app.months.forget)
    known = measured(times, "GET /v1/calendar", CALENDAR)
    yield row("a month of one hall", one, one)
    yield row("the same with prices", one_priced, one)
    yield row("a week of all halls, a page", week, week)
    yield row("the same with prices", week_priced, week)
    yield row("a month of all halls, a page", every, every)
    yield row("the month at a glance", fresh, every)
    yield row("the same once more", known, every)


def row(name: str, found: tuple[float, bytes], plain: tuple[float, bytes]) -> tuple[str, ...]:
    took, body = found
    size, packed = len(body) / 1000, len(gzip.compress(body)) / 1000
    return name, f"{took:.1f}", f"{took / plain[0]:.2f}", f"{size:.1f}", f"{packed:.1f}"


def measured(
    times: int,
    route: str,
    query: Mapping[str, str],
    path: Mapping[str, str] | None = None,
    before: Callable[[], None] = lambda: None,
    called: Callable[..., dict[str, Any]] = api.app,
) -> tuple[float, bytes]:
    """The least processor time of an answer, in milliseconds, and its body."""
    packed = {"Accept-Encoding": "gzip"}
    sent, took, body = rest_event(route, query=query, path=path, headers=packed), [], ""
    for _ in range(times):
        before()
        begin = time.process_time()
        answer = called(dict(sent), CONTEXT)
        took.append((time.process_time() - begin) * 1000)
        if answer["statusCode"] != 200:
            raise RuntimeError(answer["body"])
        body = answer["body"]
    return min(took), body.encode()


def _halls(studio: Studio) -> list[Hall]:
    """Every third has the gap rule, every second is dearer at the weekend."""
    studio.policies.replace(PolicyRequest.model_validate(UNLIMITED), MANAGER)
    halls = [studio.hall(min_gap_minutes=60 * (place % 3 == 0)) for place in range(HALLS)]
    for hall in halls[::2]:
        studio.tariff(hall, 300_000, weekdays=[6, 7], priority=1)
    return halls


def claim(engine: Engine, halls: list[Hall], visits: int) -> None:
    """So many visits of two hours on each day of each hall."""
    with engine.begin() as connection:
        # One address asks for all of it.
        connection.execute(text("TRUNCATE booking.calls"))
        for hall in halls:
            for start in _visits(visits):
                values = {"owner": uuid4(), "hall": hall.id, "start": start, "end": start + timedelta(hours=2)}
                connection.execute(CLAIM, values)


def _visits(visits: int) -> Iterator[datetime]:
    for day in range(31):
        for place in range(visits):
            yield START.replace(day=1, hour=9) + timedelta(days=day, hours=3 * place)


@contextmanager
def database() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as directory, PostgresServer(Path(directory), free_port()) as server:
        engine = create_database(ServiceSettings("booking", server.url))
        migrate(engine)
        yield engine
        engine.dispose()


if __name__ == "__main__":
    main()
