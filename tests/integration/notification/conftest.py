from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from core.aws import aws_client
from tests.support.database import EngineFor
from tests.support.notification import PostOffice


@pytest.fixture(scope="module")
def engine(engine_for: EngineFor) -> Engine:
    return engine_for("notification")


@pytest.fixture
def emptied(engine: Engine) -> Iterator[None]:
    """Neither messages nor bookings stay behind."""
    yield
    with engine.begin() as connection:
        connection.execute(
            text(
                "DELETE FROM notification.notifications; DELETE FROM notification.bookings;"
                " DELETE FROM notification.rules; DELETE FROM notification.rule_runs"
            )
        )


@pytest.fixture
def office(engine: Engine, emptied: None) -> PostOffice:
    return PostOffice(engine)


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Of an AWS account that is not there, for a client that is made anew."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    aws_client.cache_clear()
    yield
    aws_client.cache_clear()
