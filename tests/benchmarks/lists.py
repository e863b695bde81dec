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
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from sqlalchemy import Connection, Engine, create_engine, text

from booking.bookings.customers_repository import CustomerVisitsRepository
from booking.bookings.ports import BookingFilter
from booking.bookings.repository import BookingRepository
from booking.extras.repository import PromoCodeRepository
from booking.imports.repository import ImportedVisitRepository
from booking.schedule.repository import ScheduleRepository
from core.http.paging import Cursor
from core.postgres.database import create_database
from gateway.contacts.repository import ContactRepository
from infra.local.postgres import PostgresServer
from migrator.app import migrate
from payment.acts.repository import ActRepository
from payment.attempts.repository import AttemptRepository
from payment.bank.repository import BankLineRepository
from payment.books.repository import ReconciliationRepository
from payment.certificates.repository import CertificateRepository
from payment.companies.repository import CompanyRepository
from payment.deposits.repository import DepositRepository
from payment.desk.repository import DeskRepository
from payment.held_money.repository import HeldMoneyRepository
from payment.invoices.repository import InvoiceRepository
from payment.refunds.repository import CREDITED, REFUNDED, counted
from payment.tills.repository import TillRepository
from shared_schemas.booking.schedule import ScheduleQuery
from shared_schemas.payment.books import ReconciliationsQuery
from shared_schemas.payment.certificates import CertificatesQuery
from shared_schemas.payment.deposits import DepositsQuery
from shared_schemas.payment.invoices import ActsQuery, InvoicesQuery
from shared_schemas.payment.payments import PaymentsQuery
from shared_schemas.search.people import Wish
from tests.benchmarks.lists_data import A_HALL, FIRST, ONE, ROWS, SOME_BOOKING, SOMEBODY, TABLES
from tests.benchmarks.table import figures_table
from tests.support.database import ServiceSettings, free_port

SIZES = (10_000, 1_000_000)
PAGE = 51
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
    return _of_payments(rows, deep) | _of_papers(deep) | _of_visits(deep)


def _of_payments(rows: int, deep: Cursor) -> dict[str, Ask]:
    span = PaymentsQuery.model_validate({"from": FIRST - timedelta(days=9999), "to": FIRST})

    def payments(connection: Connection) -> AttemptRepository:
        return AttemptRepository(connection, REFUNDED, CREDITED, counted())

    return {
        "payments": lambda c: payments(c).page(span, deep, PAGE),
        "payments by the number of a booking": lambda c: payments(c).of_booking("00000042"),
        "payments of an unknown whole": lambda c: payments(c).of_whole(ONE),
        "refunds to hand out": lambda c: DeskRepository(c).to_hand_out(deep, PAGE),
        "tills": lambda c: TillRepository(c).page(deep, PAGE),
        "what moved in a till, first page": lambda c: TillRepository(c).entries(ONE, 0, PAGE),
        "what moved in a till, deep": lambda c: TillRepository(c).entries(ONE, rows // 2, PAGE),
        "entries of a balance": lambda c: HeldMoneyRepository(c).page(ONE, deep, PAGE),
        "certificates": lambda c: CertificateRepository(c).page(CertificatesQuery(), deep, PAGE),
        "certificates by the end of a code": lambda c: CertificateRepository(c).page(
            CertificatesQuery(tail="0042"), None, PAGE
        ),
        "certificates of a buyer": lambda c: CertificateRepository(c).page(
            CertificatesQuery(customer_id=SOMEBODY), None, PAGE
        ),
        "deposits": lambda c: DepositRepository(c).page(DepositsQuery(), deep, PAGE),
        "deposits that are held": lambda c: DepositRepository(c).page(DepositsQuery(held=True), deep, PAGE),
        "comparisons of books": lambda c: ReconciliationRepository(c).page(ReconciliationsQuery(), deep, PAGE),
        "comparisons that differ": lambda c: ReconciliationRepository(c).page(
            ReconciliationsQuery(differing=True), None, PAGE
        ),
        "promo codes": lambda c: PromoCodeRepository(c).page(deep, PAGE),
    }


def _of_papers(deep: Cursor) -> dict[str, Ask]:
    def invoices(after: Cursor | None = deep, **asked: Any) -> Ask:
        return lambda c: InvoiceRepository(c).page(InvoicesQuery(**asked), after, PAGE)

    return {
        "companies": lambda c: CompanyRepository(c).page(deep, PAGE),
        "companies by a word": lambda c: CompanyRepository(c).by_name(["firm"], PAGE),
        "companies by a word and a number": lambda c: CompanyRepository(c).by_name(["firm", "4711"], PAGE),
        "companies by an INN": lambda c: CompanyRepository(c).by_inn("7707", PAGE),
        "invoices": invoices(),
        "invoices that are open": invoices(open=True),
        "invoices that are closed": invoices(open=False),
        "invoices of a company": invoices(company_id=ONE),
        "open invoices of a company": invoices(company_id=ONE, open=True),
        "invoices by their number": invoices(None, number="2027-42"),
        "invoices of a booking": invoices(None, booking_id=SOME_BOOKING),
        "acts": lambda c: ActRepository(c).page(ActsQuery(), deep, PAGE),
        "acts of a company": lambda c: ActRepository(c).page(ActsQuery(company_id=ONE), deep, PAGE),
        "payments of the bank": lambda c: BankLineRepository(c).page("open", deep, PAGE),
    }


def _of_visits(deep: Cursor) -> dict[str, Ask]:
    day = ScheduleQuery.model_validate({"from": FIRST.date(), "to": FIRST.date() + timedelta(days=1)})
    month = ScheduleQuery.model_validate({"from": FIRST.date(), "to": FIRST.replace(month=4).date()})

    def bookings(after: Cursor | None = deep, **asked: Any) -> Ask:
        return lambda c: c.execute(BookingRepository(c).search(BookingFilter(**asked), after, PAGE)).all()

    def people(by: Any, *parts: str) -> Ask:
        return lambda c: ContactRepository(c).search(Wish(by, parts), 21)

    return {
        "the schedule of a day": lambda c: ScheduleRepository(c).visits(day, None, PAGE),
        "the schedule of a month, first page": lambda c: ScheduleRepository(c).visits(month, None, PAGE),
        "busy time of a month": lambda c: ScheduleRepository(c).busy(month),
        "the stamp of a day": lambda c: ScheduleRepository(c).stamp(day),
        "bookings": bookings(),
        "bookings by number": bookings(None, number="00000042"),
        "bookings of a customer": bookings(None, customer_id=SOMEBODY),
        "bookings of a status": bookings(None, status="completed"),
        "bookings of a day": bookings(None, first_day=FIRST.date(), before_day=FIRST.date() + timedelta(days=1)),
        "bookings of a hall": bookings(hall_id=A_HALL),
        "customers by four digits": people("phone", "7919", "+7919"),
        "customers by a first name": people("name", "анна"),
        "customers by a first name and a letter": people("name", "анна", "с"),
        "customers by a name that nobody has": people("name", "анна", "щщщ"),
        "customers by an e-mail": people("email", "person77"),
        "what customers booked": lambda c: CustomerVisitsRepository(c).of([SOMEBODY], FIRST),
        "what was imported before": lambda c: ImportedVisitRepository(c).find("0" * 32),
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
