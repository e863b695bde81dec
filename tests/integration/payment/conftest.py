from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.support.database import EngineFor
from tests.support.payment import Cashier


@pytest.fixture(scope="module")
def engine(engine_for: EngineFor) -> Engine:
    return engine_for("payment")


@pytest.fixture
def cashier(engine: Engine) -> Iterator[Cashier]:
    """The payment service on an empty schema."""
    cashier = Cashier(engine)
    yield cashier
    cashier.clear()
