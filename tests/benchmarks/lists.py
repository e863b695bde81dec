"""`make benchmark-lists`: pages of the desk's lists, however much there is, as ratios to those of a small studio.

Starts a database of its own and asks the same statements as the routes. A list that reads more than its page shows by
its ratio. Every row is filled in by SQL alone.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from rich.console import Console
from sqlalchemy import Connection, Engine, create_engine, text

from booking.extras.repository import PromoCodeRepository
from core.postgres.database import create_database
from infra.local.postgres import PostgresServer
from migrator.app import migrate
from payment.attempts.repository import AttemptRepository
from payment.bank.repository import BankLineRepository
from payment.certificates.repository import CertificateRepository
from payment.companies.repository import CompanyRepository
from payment.deposits.repository import DepositRepository
from payment.held_money.repository import HeldMoneyRepository
from payment.refunds.repository import CREDITED, REFUNDED, counted
from payment.tills.repository import TillRepository
from shared_schemas.payment.certificates import CertificatesQuery
from shared_schemas.payment.deposits import DepositsQuery
from shared_schemas.payment.payments import PaymentsQuery
from tests.benchmarks.table import figures_table
from tests.support.database import ServiceSettings, free_port

SIZES = (10_000, 1_000_000)
PAGE = 51
FIRST = datetime(2027, 3, 1, tzinfo=UTC)
# One of each list that has everything: a till, a balance and a company as nobody has them.
ONE = UUID(int=1)
TABLES = (
    "payment.payments, payment.attempts, payment.tills, payment.till_entries, payment.held_money, "
    "payment.held_money_entries, payment.certificates, payment.deposits, payment.companies, "
    "payment.bank_lines, booking.promo_codes"
)
AT = "CAST(:first AS timestamptz) - n * interval '1 minute'"
EACH = "FROM generate_series(1, :rows) AS n"
ROWS = [
    f"""INSERT INTO payment.payments (id, booking_id, booking_number, customer_id, provider, method, amount, taken,
            covers, currency, return_url, correlation_id, status, version, expires_at, created_at)
        SELECT md5('p' || n)::uuid, md5('b' || n)::uuid, lpad(n::text, 8, '0'), md5('c' || n)::uuid, 'cash', 'cash',
               100, 100, 100, 'RUB', '', 'benchmark', 'succeeded', 1, {AT}, {AT} {EACH}""",
    f"""INSERT INTO payment.attempts (id, payment_id, provider)
        SELECT md5('a' || n)::uuid, md5('p' || n)::uuid, 'cash' {EACH}""",
    f"""INSERT INTO payment.tills (id, opened_at, opened_by, float, closed_at, closed_by, counted)
        SELECT CASE n WHEN 1 THEN CAST(:one AS uuid) ELSE md5('t' || n)::uuid END, {AT}, 'a', 0, {AT}, 'a', 0 {EACH}""",
    f"""INSERT INTO payment.till_entries (till_id, kind, method, amount, by, at)
        SELECT CAST(:one AS uuid), 'put_in', 'cash', 100, 'a', {AT} {EACH}""",
    f"""INSERT INTO payment.held_money (id, kind, customer_id, remaining, worth, created_at)
        SELECT CASE n WHEN 1 THEN CAST(:one AS uuid) ELSE md5('h' || n)::uuid END, 'balance', md5('c' || n)::uuid, 100,
               100, {AT} {EACH}""",
    f"""INSERT INTO payment.held_money_entries (id, held_id, kind, amount, remaining, worth, entered_by, at)
        SELECT md5('e' || n)::uuid, CAST(:one AS uuid), 'top_up', 100, 100, 100, 'a', {AT} {EACH}""",
    f"""INSERT INTO payment.held_money (id, kind, customer_id, remaining, worth, created_at)
        SELECT md5(kind || n)::uuid, kind, md5('c' || n)::uuid, 100, 100, {AT}
        {EACH}, unnest(ARRAY['certificate', 'deposit']) AS kind""",
    f"""INSERT INTO payment.certificates (id, digest, tail, name, unit, face, price, method, hall_ids, tariffs,
            valid_from, valid_until, sold_by, sold_at)
        SELECT md5('certificate' || n)::uuid, md5(n::text), lpad(mod(n, 9973)::text, 4, '0'), 'A gift', 'kopecks', 100,
               100, 'cash', '{{}}', '{{}}', '2027-01-01', '2028-01-01', 'a', {AT} {EACH}""",
    f"""INSERT INTO payment.deposits (id, booking_id, booking_number, amount, given_back, method, taken_by, taken_at)
        SELECT md5('deposit' || n)::uuid, md5('b' || n)::uuid, lpad(n::text, 8, '0'), 100, 0, 'cash', 'a', {AT}
        {EACH}""",
    f"""INSERT INTO payment.companies (id, inn, kpp, name, words, details, version, created_at, updated_at, used_at)
        SELECT CASE n WHEN 1 THEN CAST(:one AS uuid) ELSE md5('f' || n)::uuid END, '7707083893', lpad(n::text, 9, '0'),
               'Firm ' || n, 'firm ' || n, '{{"address": "Moscow"}}', 1, {AT}, {AT}, {AT} {EACH}""",
    f"""INSERT INTO payment.bank_lines (id, account, number, date, received_on, amount, payer, payer_inn, purpose,
            state, imported_at, imported_by)
        SELECT md5('l' || n)::uuid, '1', n::text, '2027-01-01', '2027-01-01', 100, 'Firm', '1', 'rent', 'open', {AT},
               'a' {EACH}""",
    f"""INSERT INTO booking.promo_codes (id, code, details, created_at, uses)
        SELECT md5('k' || n)::uuid, 'CODE' || n, '{{"percent": 10}}', {AT}, 0 {EACH}""",
]
Ask = Callable[[Connection], object]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.lists", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES, help="how many of each (%(default)s)")
    parser.add_argument("--times", type=int, default=15, help="how often each is asked for")
    options = parser.parse_args()
    console, took = Console(), dict[str, list[float]]()
    with console.status("Starting a database …") as status, _database() as engine:
        for rows in options.rows:
            status.update(f"making {rows:,} of each …")
            _fill(engine, rows)
            for name, ask in _questions(rows).items():
                took.setdefault(name, []).append(_measured(engine, ask, options.times))
    columns = [f"{rows:,} p50 ms" for rows in options.rows]
    table = figures_table("Pages of lists", (*columns, "last to first"))
    for name, each in took.items():
        table.add_row(name, *(f"{value:.2f}" for value in each), f"{each[-1] / each[0]:.2f}")
    console.print(table)


@contextmanager
def _database() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as directory, PostgresServer(Path(directory), free_port()) as server:
        engine = create_database(ServiceSettings("migrator", server.url))
        migrate(engine)
        yield engine
        engine.dispose()


def _fill(engine: Engine, rows: int) -> None:
    """Over a connection without the service's time limits."""
    url = engine.url.set(drivername="postgresql+pg8000")
    patient = create_engine(url, connect_args={"ssl_context": False, "timeout": 1800}, isolation_level="AUTOCOMMIT")
    values = {"rows": rows, "first": FIRST, "one": str(ONE)}
    with patient.connect() as connection:
        for statement in (f"TRUNCATE {TABLES} CASCADE", *ROWS, f"VACUUM (ANALYZE) {TABLES}"):
            used = {name: value for name, value in values.items() if f":{name}" in statement}
            connection.execute(text(statement), used)
    patient.dispose()


def _questions(rows: int) -> dict[str, Ask]:
    """First pages, and those that begin in the middle of a list."""
    deep = (FIRST - timedelta(minutes=rows // 2), ONE)
    span = PaymentsQuery.model_validate({"from": FIRST - timedelta(days=9999), "to": FIRST})
    return {
        "payments": lambda c: AttemptRepository(c, REFUNDED, CREDITED, counted()).page(span, deep, PAGE),
        "payments of an unknown whole": lambda c: AttemptRepository(c, REFUNDED, CREDITED, counted()).of_whole(ONE),
        "tills": lambda c: TillRepository(c).page(deep, PAGE),
        "what moved in a till, first page": lambda c: TillRepository(c).entries(ONE, 0, PAGE),
        "what moved in a till, deep": lambda c: TillRepository(c).entries(ONE, rows // 2, PAGE),
        "entries of a balance": lambda c: HeldMoneyRepository(c).page(ONE, deep, PAGE),
        "certificates": lambda c: CertificateRepository(c).page(CertificatesQuery(), deep, PAGE),
        "certificates by the end of a code": lambda c: CertificateRepository(c).page(
            CertificatesQuery(tail="0042"), None, PAGE
        ),
        "deposits": lambda c: DepositRepository(c).page(DepositsQuery(), deep, PAGE),
        "deposits that are held": lambda c: DepositRepository(c).page(DepositsQuery(held=True), deep, PAGE),
        "companies": lambda c: CompanyRepository(c).page(deep, PAGE),
        "companies by a word": lambda c: CompanyRepository(c).by_name(["firm", "4711"], PAGE),
        "companies by an INN": lambda c: CompanyRepository(c).by_inn("7707", PAGE),
        "payments of the bank": lambda c: BankLineRepository(c).page("open", deep, PAGE),
        "promo codes": lambda c: PromoCodeRepository(c).page(deep, PAGE),
    }


def _measured(engine: Engine, ask: Ask, times: int) -> float:
    took = []
    for _ in range(times + 1):
        with engine.connect() as connection:
            begin = time.perf_counter()
            ask(connection)
            took.append((time.perf_counter() - begin) * 1000)
    return statistics.median(took[1:])


if __name__ == "__main__":
    main()
