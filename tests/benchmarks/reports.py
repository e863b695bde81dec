"""`make benchmark-reports`: what reports cost beside what their SQL costs in pgbench, up to a million visits.

Starts a database of its own. Opening hours are at hand, as they are within five minutes of the last report.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pg8000.converters import make_params
from rich.console import Console
from sqlalchemy import Connection, Engine, create_engine, event, make_url

from core.jobs import Turn
from core.postgres.database import create_database, driver
from core.postgres.pipelining import numbered
from infra.local.postgres import PostgresServer
from integration.composition import App, Outside
from integration.reports.service import Reports
from integration.settings import IntegrationSettings
from integration.visits.sums import RevenueDays
from migrator.app import migrate
from shared_schemas.integration.reports import (
    HoldsQuery,
    LeadTimeQuery,
    NoShowsQuery,
    PromoCodesQuery,
    RevenueQuery,
    UtilisationQuery,
)
from tests.benchmarks import pgbench, report_data
from tests.benchmarks.table import figures_table
from tests.support.clock import FixedClock
from tests.support.database import ServiceSettings, free_port
from tests.support.world import world

SIZES = (10_000, 100_000, 1_000_000)
PERIODS = {
    "a month": (date(2025, 3, 1), date(2025, 4, 1)),
    "a year": (date(2025, 1, 1), date(2026, 1, 1)),
    "three years": (date(2024, 1, 1), date(2027, 1, 1)),
}
LATER = datetime(2027, 6, 1, tzinfo=UTC)
COLUMNS = ("pgbench ms", "p50 ms", "worst ms", "ratio")
Ask = Callable[[], object]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.reports", description=__doc__)
    parser.add_argument("--visits", type=int, nargs="+", default=SIZES, help="how many visits (%(default)s)")
    parser.add_argument("--times", type=int, default=9, help="how often each report is asked for")
    parser.add_argument("--seconds", type=int, default=2, help="how long pgbench measures each")
    parser.add_argument("--without-sums", action="store_true", help="as before the days were added up")
    options = parser.parse_args()
    console = Console()
    with console.status("Starting a database …") as status, _database() as engine:
        now = world("integration", IntegrationSettings, engine)
        reports = App(now, Outside(halls=lambda _: report_data.OpenHalls())).reports
        for visits in options.visits:
            status.update(f"making {visits:,} visits …")
            _fill(engine, visits)
            if not options.without_sums:
                status.update(f"adding up the days of {visits:,} visits …")
                _add_up(engine, App(replace(now, clock=FixedClock(LATER))).revenue_days)
            table = figures_table(f"{visits:,} visits in a hundred halls over three years", COLUMNS)
            for period, days in PERIODS.items():
                for name, ask in _questions(reports, *days):
                    status.update(f"{name}, {period}, of {visits:,} visits …")
                    table.add_row(f"{name}, {period}", *_measured(engine, ask, options.times, options.seconds))
                table.add_section()
            console.print(table)


@contextmanager
def _database() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as directory, PostgresServer(Path(directory), free_port()) as server:
        engine = create_database(ServiceSettings("integration", server.url))
        migrate(engine)
        yield engine
        engine.dispose()


def _fill(engine: Engine, visits: int) -> None:
    """Over a connection without the service's time limits."""
    patient = create_engine(
        engine.url.set(drivername="postgresql+pg8000"), connect_args={"ssl_context": False, "timeout": 600}
    )
    report_data.fill(patient, visits)
    patient.dispose()


def _add_up(engine: Engine, days: RevenueDays) -> None:
    """As the job has done long before anybody asks."""
    days.add_up(Turn())
    patient = create_engine(engine.url.set(drivername="postgresql+pg8000"), connect_args={"ssl_context": False})
    report_data.maintain(patient, report_data.SUMS)
    patient.dispose()


def _questions(reports: Reports, first: date, after: date) -> list[tuple[str, Ask]]:
    def asked(answer: Callable[[Any], object], query: Any, by: str | None = None) -> Ask:
        question = query.model_validate({"from": first, "to": after} | ({"by": by} if by else {}))
        return lambda: answer(question)

    return [
        *((f"utilisation by {by}", asked(reports.utilisation, UtilisationQuery, by)) for by in
          ("hall", "weekday_hour", "day")),
        *((f"revenue by {by}", asked(reports.revenue, RevenueQuery, by)) for by in
          ("month", "day", "provider", "hall", "tariff")),
        ("holds by month", asked(reports.holds, HoldsQuery, "month")),
        ("lead times", asked(reports.lead_times, LeadTimeQuery)),
        ("no-shows by hour", asked(reports.no_shows, NoShowsQuery, "hour")),
        ("promo codes", asked(reports.promo_codes, PromoCodesQuery)),
    ]  # fmt: skip


def _measured(engine: Engine, ask: Ask, times: int, seconds: int) -> Sequence[str]:
    """Asked once to warm up, and then as often as told."""
    script = _script(engine, ask)
    took = []
    for _ in range(times):
        begin = time.perf_counter()
        ask()
        took.append((time.perf_counter() - begin) * 1000)
    url = make_url(engine.url).render_as_string(hide_password=False)
    floor = pgbench.measure(url, script, 1, seconds).latency_ms
    middle = statistics.median(took)
    return f"{floor:.1f}", f"{middle:.1f}", f"{max(took):.1f}", f"{middle / floor:.1f}"


def _script(engine: Engine, ask: Ask) -> str:
    """The SQL that a report leads to, with its values."""
    seen: list[tuple[str, Sequence[str | None]]] = []

    def note(connection: Connection, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        seen.append((numbered(statement), make_params(driver(connection).py_types, values)))

    event.listen(engine, "before_cursor_execute", note)
    ask()
    event.remove(engine, "before_cursor_execute", note)
    return pgbench.script(seen)


if __name__ == "__main__":
    main()
