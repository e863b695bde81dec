import pytest
from sqlalchemy import Engine, delete

from gateway.tables import (
    api_keys,
    codes,
    consents,
    delivery,
    invitations,
    known_addresses,
    second_factors,
    sessions,
    tries,
    users,
)  # fmt: skip
from tests.support.database import EngineFor


@pytest.fixture(scope="module")
def _engine(engine_for: EngineFor) -> Engine:
    return engine_for("gateway")


@pytest.fixture
def engine(_engine: Engine) -> Engine:
    """With no account at all."""
    with _engine.begin() as connection:
        for table in (
            invitations, api_keys, codes, consents, known_addresses, second_factors, tries, sessions, users,
            delivery.outbox,
        ):  # fmt: skip
            connection.execute(delete(table))
    return _engine
