import pytest
from sqlalchemy import Engine

from tests.support.database import EngineFor


@pytest.fixture(scope="module")
def engine(engine_for: EngineFor) -> Engine:
    return engine_for("integration")
