from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from booking import composition
from shared_schemas.booking.policy import PolicyRequest
from tests.support.booking.invariants import check
from tests.support.booking.studio import MANAGER, Studio
from tests.support.database import EngineFor


@pytest.fixture(scope="module")
def engine(engine_for: EngineFor) -> Engine:
    return engine_for("booking")


@pytest.fixture
def studio(engine: Engine) -> Studio:
    return Studio(engine)


@pytest.fixture
def default_policy(studio: Studio) -> None:
    """The studio's terms are those it begins with, whatever an earlier test made of them."""
    studio.policies.replace(PolicyRequest(rules=[]), MANAGER)


@pytest.fixture
def served(studio: Studio) -> Iterator[None]:
    """Handlers serve the test's studio."""
    with composition.app.replaced(studio.app):
        yield


@pytest.fixture
def books_in_order(engine: Engine) -> Iterator[None]:
    """Whatever a test does, the books must be in order afterwards."""
    yield
    check(engine)
