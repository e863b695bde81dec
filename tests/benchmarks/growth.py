"""`make benchmark-growth`: what a paid booking takes up in the database, at first and for ever.

A system of its own makes bookings and pays them on the gateway's page; what that added to each table, with its
indexes, is divided by their number. Then everything is removed that the jobs remove, as if each time of
`repository_retention.py` were over. Tables are packed before they are measured: the figures are of rows, not of gaps.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from sqlalchemy import Engine, text

import core.postgres.retention
from booking.settings import BookingSettings
from core.jobs import Turn
from integration.settings import IntegrationSettings
from notification.settings import NotificationSettings
from payment.settings import PaymentSettings
from tests.benchmarks.run import make_hall
from tests.benchmarks.table import figures_table
from tests.support.booking.whole_studio import policy
from tests.support.system.whole import Customer, System, running_system
from tests.support.waiting import eventually

# Days that are over, whatever is kept for how long.
LATER = -10_000
A_CLIENT_BOOKS = 5
COLUMNS = ("rows", "heap", "toast", "indexes", "at first", "for ever")
SETTINGS: dict[str, Any] = {
    "gateway": None,
    "booking": BookingSettings(service="booking", database_url="unused"),
    "payment": PaymentSettings(service="payment", database_url="unused"),
    "integration": IntegrationSettings(service="integration", database_url="unused"),
    "notification": NotificationSettings(service="notification", database_url="unused"),
}
TABLES = text("""
SELECT format('%I.%I', n.nspname, c.relname) AS name,
       coalesce(p.inhparent::regclass::text, c.oid::regclass::text) AS of,
       pg_relation_size(c.oid) AS heap, coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0) AS toast,
       pg_indexes_size(c.oid) AS indexes
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_inherits p ON p.inhrelid = c.oid
 WHERE n.nspname = ANY(:schemas) AND c.relkind = 'r' ORDER BY 1
""")
OUTBOXES = " + ".join(f"(SELECT count(*) FROM {service}.outbox WHERE published_at IS NULL)" for service in SETTINGS)  # noqa: S608
WAITING = text(f"""
SELECT (SELECT count(*) FROM booking.bookings WHERE status <> 'confirmed')
     + (SELECT count(*) FROM notification.notifications WHERE next_attempt_at IS NOT NULL)
     + (SELECT count(*) FROM payment.receipts WHERE next_attempt_at IS NOT NULL) + {OUTBOXES} AS waiting,
       (SELECT count(*) FROM integration.events) AS events
""")  # noqa: S608
QUIET_SECONDS = 4
# Whole months of the log go, and what connectors sent is forgotten by their own jobs.
MONTHS = ("DELETE FROM integration.events", "DELETE FROM integration.deliveries")


@dataclass(frozen=True)
class Size:
    """Of one table, in bytes."""

    rows: int = 0
    heap: int = 0
    toast: int = 0
    indexes: int = 0

    @property
    def total(self) -> int:
        return self.heap + self.toast + self.indexes

    def plus(self, other: "Size", sign: int = 1) -> "Size":
        return Size(**{name: value + sign * getattr(other, name) for name, value in vars(self).items()})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.growth", description=__doc__)
    parser.add_argument("--bookings", type=int, default=200, help="how many are paid (%(default)s)")
    bookings = parser.parse_args().bookings
    console = Console()
    with (
        tempfile.TemporaryDirectory() as directory,
        running_system(Path(directory) / "state") as system,
        system.database() as engine,
    ):
        before = sizes(engine)
        pay(system, bookings, console)
        eventually(lambda: _settled(engine), patience=300)
        first = sizes(engine)
        forget(engine)
        last = sizes(engine)
    console.print(_table(bookings, before, first, last))


def pay(system: System, bookings: int, console: Console) -> None:
    """Each client asks for the price, books, and pays, some times over."""
    hours = _hours(system)
    customer = system.customer()
    for number in track(range(bookings), "paying …", console=console, transient=True):
        if number and number % A_CLIENT_BOOKS == 0:
            customer = system.customer()
        _paid(customer, next(hours))


def _paid(customer: Customer, slot: dict[str, Any]) -> None:
    customer.api.post("/v1/quotes", slot)
    payment = customer.start_payment(customer.book(slot))
    customer.api.form(payment["confirmation_url"], action="pay")


def _hours(system: System) -> Iterator[dict[str, Any]]:
    system.manager.request("PUT", "/v1/policy", policy(max_quotes=100_000))
    hall = make_hall(system, 0)
    price = {"amount": 150_000, "currency": "RUB"}
    system.manager.post("/v1/tariffs", {"name": "Benchmark", "price_per_hour": price, "priority": 100})
    for ahead in range(3, 1000):
        for start in system.starts(hall, system.day(ahead))[::4]:
            end = datetime.fromisoformat(start) + timedelta(hours=1)
            yield {"hall_id": hall, "start": start, "end": end.isoformat(), "people": 1}


def _settled(engine: Engine) -> bool:
    """Nothing waits, and nothing came meanwhile."""
    counts = []
    for _ in range(2):
        with engine.connect() as connection:
            waiting, events = connection.execute(WAITING).one()
        counts.append(events)
        if waiting:
            return False
        time.sleep(QUIET_SECONDS)
    return bool(counts[0] == counts[1])


def forget(engine: Engine) -> None:
    """What the purging jobs and the others remove, once its time is over."""
    for name in ("INBOX_DAYS", "FAILURE_DAYS", "LIFETIME_HOURS"):
        setattr(core.postgres.retention, name, LATER)
    for service, settings in SETTINGS.items():
        module = import_module(f"{service}.repository_retention")
        rules = [replace(rule, days=LATER) for rule in module.kept(settings)] if settings else []
        core.postgres.retention.Purge(engine, import_module(f"{service}.tables").delivery, LATER, rules).run(Turn())
    with engine.begin() as connection:
        for statement in MONTHS:
            connection.execute(text(statement))


def sizes(engine: Engine) -> dict[str, Size]:
    """By table, partitions with the table that they are of."""
    found: dict[str, Size] = {}
    packed = engine.execution_options(isolation_level="AUTOCOMMIT")
    with packed.connect() as connection:
        for name in connection.execute(TABLES, {"schemas": list(SETTINGS)}).scalars().all():
            connection.execute(text(f"VACUUM FULL {name}"))
        for row in connection.execute(TABLES, {"schemas": list(SETTINGS)}).all():
            rows = connection.execute(text(f"SELECT count(*) FROM {row.name}")).scalar_one()  # noqa: S608
            found[row.of] = found.get(row.of, Size()).plus(Size(rows, row.heap, row.toast, row.indexes))
    return found


def _table(bookings: int, before: dict[str, Size], first: dict[str, Size], last: dict[str, Size]) -> Any:
    table = figures_table(f"Bytes of each of {bookings} paid bookings", COLUMNS)
    grown = {name: size.plus(before.get(name, Size()), -1) for name, size in first.items()}
    kept = {name: size.plus(before.get(name, Size()), -1) for name, size in last.items()}
    for name, size in sorted(grown.items(), key=lambda each: -each[1].total):
        if size.total > 0 or kept[name].total > 0:
            table.add_row(name, *_figures(bookings, size, kept[name]))
    table.add_section()
    table.add_row("all", *_figures(bookings, _sum(grown), _sum(kept)))
    return table


def _sum(found: dict[str, Size]) -> Size:
    total = Size()
    for size in found.values():
        total = total.plus(size)
    return total


def _figures(bookings: int, size: Size, kept: Size) -> list[str]:
    rows = f"{size.rows / bookings:.1f}"
    numbers = (size.heap, size.toast, size.indexes, size.total, kept.total)
    return [rows, *(f"{number / bookings:,.0f}" for number in numbers)]


if __name__ == "__main__":
    main()
