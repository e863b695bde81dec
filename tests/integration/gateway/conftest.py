import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine, delete

from core.postgres.asking import Asking
from gateway import composition
from gateway.api_keys.standing_repository import KeyHolders
from gateway.sessions.standing_repository import Standings
from gateway.sessions.verdict import Authorizer
from gateway.tables import (
    api_keys,
    codes,
    consent_documents,
    consents,
    delivery,
    invitations,
    known_addresses,
    second_factors,
    sessions,
    tries,
    users,
)  # fmt: skip
from tests.support.database import EngineFor, RecordingPublisher
from tests.support.gateway import KEYS, FakePasswords
from tests.support.system.environment import NOBODY, deployed


@pytest.fixture(scope="module")
def _engine(engine_for: EngineFor) -> Engine:
    return engine_for("gateway")


@pytest.fixture
def engine(_engine: Engine) -> Engine:
    """With no account at all."""
    with _engine.begin() as connection:
        for table in (
            invitations, api_keys, codes, consents, consent_documents, known_addresses, second_factors, tries, sessions,
            users, delivery.outbox,
        ):  # fmt: skip
            connection.execute(delete(table))
    return _engine


@pytest.fixture
def service(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[composition.App]:
    """As it is deployed, but that passwords cost nothing."""
    monkeypatch.setenv("TOKEN_KEYS", json.dumps(KEYS))
    monkeypatch.setenv("MANAGE_URL", "https://studio.test/manage")
    with deployed(composition.app, engine, NOBODY, monkeypatch) as app, composition.app.replaced(
        replace(app, make_passwords=FakePasswords)
    ):  # fmt: skip
        yield composition.app()


@pytest.fixture
def authorizer(service: composition.App) -> Iterator[Authorizer]:
    """It asks the database of `service`, which modules may have one of their own."""
    asking = Asking(service.world.settings)
    standings = Standings(asking)
    yield Authorizer(KEYS, standings.role, KeyHolders(asking).holder, standings.is_client)
    asking.close()


@pytest.fixture
def broker() -> RecordingPublisher:
    return RecordingPublisher()


@pytest.fixture
def whole_gateway(engine: Engine, broker: RecordingPublisher, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The service as it is deployed, but that what it tells is remembered, and that passwords cost nothing."""
    monkeypatch.setenv("TOKEN_KEYS", json.dumps(KEYS))
    with deployed(composition.app, engine, NOBODY, monkeypatch) as app:
        told = replace(app, world=replace(app.world, publisher=broker), make_passwords=FakePasswords)
        with composition.app.replaced(told):
            yield
