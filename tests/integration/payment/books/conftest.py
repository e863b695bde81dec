import pytest
from sqlalchemy import Engine

from tests.support.payment.books import Auditor


@pytest.fixture
def auditor(engine: Engine, emptied: None) -> Auditor:
    """Its gateway has a list."""
    return Auditor(engine)


@pytest.fixture(params=["list", "questions"])
def either(auditor: Auditor, request: pytest.FixtureRequest) -> Auditor:
    """With a list, and without."""
    auditor.gateway.listless = request.param == "questions"
    return auditor
