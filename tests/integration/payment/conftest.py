from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import URL

from core.database import create_database
from tests.support.database import EngineFor, ServiceSettings
from tests.support.payment import Cashier

TABLES = "ledger, refunds, notifications, attempts, payments, outbox, inbox, idempotency_keys"


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
def cashier(engine: Engine, administrator: Engine) -> Iterator[Cashier]:
    """The payment service on an empty schema."""
    yield Cashier(engine)
    with administrator.begin() as connection:
        connection.execute(text("SET search_path TO payment"))
        connection.execute(text(f"TRUNCATE {TABLES}"))
