"""`make benchmark-desk`: the schedule of a month of twenty halls, and looking for people, however much there is beside.

Starts a database of its own. The month always has the same visits; the bookings of other times grow, and the people.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from sqlalchemy import Engine, create_engine, text

from booking.bookings.customers_repository import CustomerVisitsRepository
from booking.schedule.repository import ScheduleRepository
from core.postgres.database import create_database
from gateway.contacts.repository import ContactRepository
from infra.local.postgres import PostgresServer
from migrator.app import migrate
from shared_schemas.booking.schedule import ScheduleQuery
from shared_schemas.search.people import Wish
from tests.benchmarks.table import figures_table
from tests.support.database import ServiceSettings, free_port

SIZES = (10_000, 100_000, 1_000_000)
HALLS, DAYS, A_DAY = 20, 31, 8
MONTH = HALLS * DAYS * A_DAY
FIRST = datetime(2027, 3, 1, tzinfo=UTC)
EMPTY = "TRUNCATE booking.bookings, booking.occupancy, booking.halls, gateway.users CASCADE"
STUDIO = """
INSERT INTO booking.halls (id, name, timezone, spaces, details)
SELECT md5('hall' || n)::uuid, 'Hall ' || n, 'Europe/Moscow', ARRAY[md5('hall' || n)::uuid], '{}'
  FROM generate_series(0, :halls - 1) AS n
"""
BOOKINGS = """
INSERT INTO booking.bookings (id, number, status, version, customer_id, hall_id, during, people, price, details, total,
                              prepayment, paid, created_at, correlation_id)
SELECT md5(n::text)::uuid, lpad(n::text, 8, '0'), CASE WHEN n < :month THEN 'confirmed' ELSE 'completed' END, 3,
       md5('person' || mod(n * 7919::bigint, :people))::uuid, md5('hall' || mod(n, :halls))::uuid,
       tstzrange(start, start + interval '1 hour'), 2, '{"lines": [], "adjustments": [], "add_ons": []}',
       '{"hall_name": "Hall", "timezone": "Europe/Moscow"}', 150000, 75000, 75000, start - interval '9 days',
       'benchmark'
  FROM generate_series(0, :bookings - 1) AS n,
       LATERAL (SELECT CASE WHEN n < :month THEN n / :halls ELSE -1 - (n - :month) / :halls END AS place) AS p,
       LATERAL (SELECT CAST(:first AS timestamptz) + interval '3 hours' * place AS start) AS at
"""
CLAIMS = """
INSERT INTO booking.occupancy (owner_id, hall_id, during, kind)
SELECT id, hall_id, during, 'booking' FROM booking.bookings
 WHERE lower(during) >= CAST(:first AS timestamptz) - interval '60 days'
"""
PEOPLE = """
INSERT INTO gateway.users (id, email, phone, full_name, locale, role, consented_at)
SELECT md5('person' || n)::uuid, 'person' || n || '@example.com',
       '+79' || lpad(CAST(mod(n * 7919::bigint, 1000000000) AS text), 9, '0'),
       (CAST(:names AS text[]))[1 + mod(n, 5)] || ' ' || initcap(translate(md5(n::text), '0123456789', 'оаеинтрслв')),
       'ru', 'client', now()
  FROM generate_series(0, :people - 1) AS n
"""
NAMES = ["Анна", "Пётр", "Мария", "Иван", "Ольга"]
MAINTENANCE = "VACUUM (ANALYZE) booking.bookings, booking.occupancy, booking.halls, gateway.users"
Ask = Callable[[], object]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.desk", description=__doc__)
    parser.add_argument("--bookings", type=int, nargs="+", default=SIZES, help="how many (%(default)s)")
    parser.add_argument("--times", type=int, default=15, help="how often each is asked for")
    options = parser.parse_args()
    console = Console()
    with console.status("Starting a database …") as status, _databases() as (booking, gateway):
        for bookings in options.bookings:
            status.update(f"making {bookings:,} bookings and people …")
            _fill(booking, bookings)
            title = f"{bookings:,} bookings and as many people; {MONTH:,} visits in the month"
            table = figures_table(title, ("p50 ms", "worst ms"))
            for name, ask in _questions(booking, gateway).items():
                table.add_row(name, *_measured(ask, options.times))
            console.print(table)


@contextmanager
def _databases() -> Iterator[tuple[Engine, Engine]]:
    with tempfile.TemporaryDirectory() as directory, PostgresServer(Path(directory), free_port()) as server:
        engines = [create_database(ServiceSettings(name, server.url)) for name in ("booking", "gateway")]
        migrate(engines[0])
        yield engines[0], engines[1]
        for engine in engines:
            engine.dispose()


def _fill(engine: Engine, bookings: int) -> None:
    """Over a connection without the service's time limits."""
    values: dict[str, Any] = {
        "halls": HALLS,
        "month": MONTH,
        "bookings": bookings,
        "people": bookings,
        "first": FIRST,
        "names": NAMES,
    }
    url = engine.url.set(drivername="postgresql+pg8000")
    patient = create_engine(url, connect_args={"ssl_context": False, "timeout": 1800}, isolation_level="AUTOCOMMIT")
    with patient.connect() as connection:
        for statement in ("SET synchronous_commit TO off", EMPTY, STUDIO, BOOKINGS, CLAIMS, PEOPLE, MAINTENANCE):
            used = {name: value for name, value in values.items() if f":{name}" in statement}
            connection.execute(text(statement), used)
    patient.dispose()


def _questions(booking: Engine, gateway: Engine) -> dict[str, Ask]:
    month = ScheduleQuery.model_validate({"from": FIRST.date(), "to": FIRST.replace(month=4).date()})

    def schedule(limit: int) -> object:
        with booking.connect() as connection:
            return ScheduleRepository(connection).visits(month, None, limit)

    def busy() -> object:
        with booking.connect() as connection:
            return ScheduleRepository(connection).busy(month)

    def search(by: Any, *parts: str) -> list[Any]:
        with gateway.connect() as connection:
            return list(ContactRepository(connection).search(Wish(by, parts), 21))

    def found() -> object:
        with booking.connect() as connection:
            return CustomerVisitsRepository(connection).of([one.id for one in search("phone", "7919", "+7919")], FIRST)

    return {
        "a month, first page": lambda: schedule(501),
        "a month, all of it": lambda: schedule(MONTH),
        "busy time of a month": busy,
        "people by four digits": lambda: search("phone", "7919", "+7919"),
        "people by a first name": lambda: search("name", "анна"),
        "people by first and last name": lambda: search("name", "анна", "рс"),
        "people by an e-mail": lambda: search("email", "person77"),
        "people by four digits, with visits": found,
    }


def _measured(ask: Ask, times: int) -> tuple[str, str]:
    took = []
    for _ in range(times + 1):
        begin = time.perf_counter()
        ask()
        took.append((time.perf_counter() - begin) * 1000)
    return f"{statistics.median(took[1:]):.1f}", f"{max(took[1:]):.1f}"


if __name__ == "__main__":
    main()
