"""Questions of every minute are answered from an index made for them, however much there is beside."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, event, text

from booking.bookings.customers_repository import CustomerVisitsRepository
from booking.bookings.holds_repository import HoldRepository
from booking.extras.repository import PromoCodeRepository
from booking.schedule.repository import ScheduleRepository
from booking.tables import delivery as booking_delivery
from core.events.outbox import Outbox
from gateway.contacts.repository import ContactRepository
from gateway.guests.repository import GuestRepository
from integration.deliveries.connectors_repository import ConnectorRepository
from integration.trail.repository import ActionRepository
from notification.history.repository import HistoryRepository
from payment.acts.repository import ActRepository
from payment.attempts.repository import AttemptRepository
from payment.bank.repository import BankLineRepository
from payment.books.repository import ReconciliationRepository
from payment.companies.repository import CompanyRepository
from payment.invoices.repository import InvoiceRepository
from payment.receipts.repository import ReceiptRepository
from payment.refunds.repository import CREDITED, REFUNDED, counted
from payment.tills.repository import TillRepository
from shared_schemas.booking.schedule import ScheduleQuery
from shared_schemas.integration.trail import OperatorActionsQuery
from shared_schemas.notification import NotificationsQuery
from shared_schemas.payment.books import ReconciliationsQuery
from shared_schemas.payment.invoices import ActsQuery, InvoicesQuery
from shared_schemas.search.people import Wish
from tests.support.database import EngineFor

NOW = datetime(2026, 12, 1, tzinfo=UTC)
A_DAY = ScheduleQuery.model_validate({"from": NOW.date(), "to": NOW.date() + timedelta(days=1)})
Ask = Callable[[Connection], object]
# Among indexes of an empty table any is as good as another.
PEOPLE = """
INSERT INTO gateway.users (id, email, phone, full_name, locale, role, consented_at)
SELECT gen_random_uuid(), 'p' || n || '@example.com', '+7900' || lpad(n::text, 7, '0'), 'P ' || n, 'ru', 'client', now()
  FROM generate_series(1, 2000) AS n
"""


def plan(engine: Engine, ask: Ask, *, peopled: bool = False) -> str:
    """How PostgreSQL would answer what `ask` asks, if reading a whole table were out of the question; where it is
    `peopled`, of some people, who are gone afterwards."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    with engine.connect() as connection:
        for statement in (PEOPLE, "ANALYZE gateway.users") if peopled else ():
            connection.execute(text(statement))
        event.listen(connection, "before_cursor_execute", note)
        ask(connection)
        event.remove(connection, "before_cursor_execute", note)
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        connection.execute(text("SET LOCAL enable_sort = off"))
        lines = [row[0] for each in asked for row in connection.exec_driver_sql(f"EXPLAIN {each[0]}", each[1])]
    return "\n".join(lines)


QUESTIONS: dict[str, tuple[str, Ask, list[str]]] = {
    "the receipts of a payment": (
        "payment", lambda c: ReceiptRepository(c).of_payment(uuid4()), ["receipts_by_payment"],
    ),
    "payments by the number of a booking": (
        "payment",
        lambda c: AttemptRepository(c, REFUNDED, CREDITED, counted()).of_booking("7K3Q9D2M"),
        ["payments_by_number"],
    ),
    "messages by the number of a booking": (
        "notification",
        lambda c: HistoryRepository(c).page(NotificationsQuery(number="7K3Q9D2M"), None, 50),
        ["bookings_by_number", "notifications_by_booking"],
    ),
    "messages by status": (
        "notification",
        lambda c: HistoryRepository(c).page(NotificationsQuery(status="sending"), None, 50),
        ["notifications_by_status"],
    ),
    "messages by status, a later page": (
        "notification",
        lambda c: HistoryRepository(c).page(NotificationsQuery(status="sending"), (NOW, uuid4()), 50),
        ["notifications_by_status"],
    ),
    "the health of connectors": (
        "integration",
        lambda c: ConnectorRepository(c).views(["webhooks"], ["webhooks"]),
        ["deliveries_due", "deliveries_dead"],
    ),
    "who came before, and who did not": (
        "booking", lambda c: ScheduleRepository(c).visits(A_DAY, None, 50), ["bookings_by_time", "bookings_past"],
    ),
    "what a client, or all guests of a number, hold unpaid": (
        "booking", lambda c: HoldRepository(c).of(uuid4(), NOW), ["bookings_unpaid", "customers_by_phone"],
    ),
    "whose guests are to join": (
        "gateway", lambda c: GuestRepository(c).join(uuid4(), None, "vera@example.com"), ["users_guests_by_email"],
    ),
    "what is busy": (
        "booking", lambda c: ScheduleRepository(c).busy(A_DAY), ["occupancy_no_overlap"],
    ),
    "whether the schedule is what it was": (
        "booking", lambda c: ScheduleRepository(c).stamp(A_DAY), ["bookings_by_time", "occupancy_no_overlap"],
    ),
    "people by either end of a phone": (
        "gateway", lambda c: ContactRepository(c).search(Wish("phone", ("4567", "+74567")), 20),
        ["users_by_phone_tail", "users_by_phone_head"],
    ),
    "people by the beginning of an e-mail": (
        "gateway", lambda c: ContactRepository(c).search(Wish("email", ("anna@",)), 20), ["users_by_email_prefix"],
    ),
    "people by a word that many have": (
        "gateway", lambda c: ContactRepository(c).search(Wish("name", ("p",)), 20),
        ["users_by_word_1", "users_by_word_2", "users_by_word_3"],
    ),
    "what customers booked": (
        "booking", lambda c: CustomerVisitsRepository(c).of([uuid4()], NOW), ["bookings_by_customer"],
    ),
    "promo codes, a later page": (
        "booking", lambda c: PromoCodeRepository(c).page((NOW, uuid4()), 50), ["promo_codes_by_age"],
    ),
    "what is to be published": (
        "booking", lambda c: Outbox(booking_delivery.outbox)._claim(c), ["outbox_waiting"],
    ),
}  # fmt: skip

LATER = (NOW, uuid4())
# With `enable_sort` off, an index that has the order of a page is taken, whatever else would do.
PAPERS: dict[str, tuple[Ask, str]] = {
    "companies": (lambda c: CompanyRepository(c).page(LATER, 50), "companies_by_age"),
    "companies by their INN": (lambda c: CompanyRepository(c).by_inn("7707", 50), "companies_by_inn"),
    "companies by words": (lambda c: CompanyRepository(c).by_name(["ромашка"], 50), "companies_by_name"),
    "companies by a word that many have": (
        lambda c: CompanyRepository(c).by_name(["ромашка"], 50), "companies_by_word_1",
    ),
    "invoices": (lambda c: InvoiceRepository(c).page(InvoicesQuery(), LATER, 50), "invoices_by_age"),
    "open invoices": (lambda c: InvoiceRepository(c).page(InvoicesQuery(open=True), LATER, 50), "invoices_open"),
    "invoices of a company": (
        lambda c: InvoiceRepository(c).page(InvoicesQuery(company_id=uuid4()), LATER, 50), "invoices_by_company",
    ),
    "acts": (lambda c: ActRepository(c).page(ActsQuery(), LATER, 50), "acts_by_age"),
    "acts of a company": (
        lambda c: ActRepository(c).page(ActsQuery(company_id=uuid4()), LATER, 50), "acts_by_company",
    ),
    "what moved in a till": (lambda c: TillRepository(c).entries(uuid4(), 7, 50), "till_entries_by_till"),
    "payments of the bank": (lambda c: BankLineRepository(c).page(None, LATER, 50), "bank_lines_by_age"),
    "comparisons of books": (
        lambda c: ReconciliationRepository(c).page(ReconciliationsQuery(), LATER, 50), "reconciliations_by_time",
    ),
    "comparisons of books that differ": (
        lambda c: ReconciliationRepository(c).page(ReconciliationsQuery(differing=True), LATER, 50),
        "reconciliations_differing",
    ),
    "open payments of the bank": (lambda c: BankLineRepository(c).page("open", LATER, 50), "bank_lines_by_state"),
}  # fmt: skip
QUESTIONS |= {name: ("payment", ask, [index]) for name, (ask, index) in PAPERS.items()}
TRAIL: dict[str, dict[str, Any]] = {
    "by_time": {}, "of_actor": {"actor": uuid4()}, "of_action": {"action": "sign_in"}, "of_target": {"target": "a:1"},
}  # fmt: skip


def trail(asked: dict[str, Any]) -> Ask:
    query = OperatorActionsQuery.model_validate(asked | {"to": NOW})
    return lambda connection: ActionRepository(connection).page(query, (NOW, 7), 50)


QUESTIONS |= {
    f"the trail {kind}": ("integration", trail(asked), [f"operator_actions_{kind}"]) for kind, asked in TRAIL.items()
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_from_its_index(engine_for: EngineFor, question: str) -> None:
    service, ask, indexes = QUESTIONS[question]
    told = plan(engine_for(service), ask, peopled=service == "gateway")
    assert [name for name in indexes if name not in told] == [], told
