from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import URL

from core.postgres.database import create_database
from shared_schemas.payment.tills import TillRequest
from tests.support.database import EngineFor, ServiceSettings
from tests.support.payment.cashier import Cashier
from tests.support.payment.held import Safe
from tests.support.payment.refunds import STAFF, SlowGateway, Treasury
from tests.support.scripted_server import Script, scripted_server
from tests.support.system.sandbox import running_sandbox

TABLES = (
    *("till_entries", "tills", "certificates", "deposits", "held_money_notes", "held_money_entries", "held_money"),
    *("reconciliations", "receipts", "ledger", "ledger_touched", "ledger_passes", "refunds", "notifications"),
    *("attempts", "payments", "outbox", "inbox", "idempotency_keys"),
)
PAPERS = (
    "bank_lines",
    "invoice_payments",
    "invoice_bookings",
    "acts",
    "invoices",
    "paper_numbers",
    "companies",
    "calls",
)


def empty(administrator: Engine, tables: Sequence[str]) -> None:
    """They have few rows, so these are deleted: truncating makes new files. Triggers and references do not look on."""
    deletions = (f"_{table} AS (DELETE FROM payment.{table})" for table in tables)  # noqa: S608
    with administrator.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role TO replica"))
        connection.execute(text(f"WITH {', '.join(deletions)} SELECT"))


@pytest.fixture(scope="module")
def engine(engine_for: EngineFor) -> Engine:
    return engine_for("payment")


@pytest.fixture(scope="module")
def administrator(database: URL) -> Iterator[Engine]:
    """Who may empty the ledger, as the service may not."""
    engine = create_database(ServiceSettings("migrator", database.render_as_string(hide_password=False)))
    yield engine
    engine.dispose()


@pytest.fixture
def emptied(administrator: Engine) -> Iterator[None]:
    """The schema is empty again afterwards, so that the next test counts its own rows."""
    yield
    empty(administrator, TABLES)


@pytest.fixture
def no_papers(administrator: Engine) -> Iterator[None]:
    """The same of companies and their papers."""
    yield
    empty(administrator, PAPERS)


@pytest.fixture
def cashier(engine: Engine, emptied: None) -> Cashier:
    """The payment service on an empty schema."""
    return Cashier(engine)


@pytest.fixture
def treasury(engine: Engine, emptied: None) -> Treasury:
    """The same, with a gateway that takes its time over refunds."""
    return Treasury(engine, SlowGateway())


@pytest.fixture
def safe(engine: Engine, emptied: None) -> Safe:
    """The same, with money that is held for people, and an open till."""
    safe = Safe(engine, SlowGateway(), service_key="what the codes of certificates follow from")
    safe.tills.open(TillRequest(), STAFF, None)
    return safe


@pytest.fixture(scope="module")
def webhooks() -> Iterator[Script]:
    """Takes all that the gateways of the sandbox tell, in words that each of them understands."""
    with scripted_server() as script:
        script.answers = [(200, b"OK")] * 1000
        yield script


@pytest.fixture(scope="module")
def sandbox(webhooks: Script, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox"), webhooks.url) as url:
        yield url
