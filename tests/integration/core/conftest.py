import pytest
from sqlalchemy import Engine, delete

from booking.tables import delivery
from tests.support.database import EngineFor


@pytest.fixture(scope="module")
def engine(engine_for: EngineFor) -> Engine:
    return engine_for("booking")


@pytest.fixture
def emptied(engine: Engine) -> None:
    """Nothing is left of earlier tests in the outbox, the inbox and among the answers."""
    with engine.begin() as connection:
        for table in (delivery.outbox, delivery.inbox, delivery.idempotency):
            connection.execute(delete(table))
