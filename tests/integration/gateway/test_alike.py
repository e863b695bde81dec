"""Whoever asks for a code, a link or a way in costs the same, whether or not anybody has the address.

Time is not measured: what the database is asked, how often a password is compared, and what is told are the same."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from gateway.codes.domain import Address
from gateway.composition import App
from gateway.settings import GatewaySettings
from shared_schemas.accounts import TokenRequest
from shared_schemas.errors import CycloramaError
from tests.support.database import RecordingPublisher
from tests.support.gateway import DATA_KEY, FakePasswords, registration
from tests.support.world import world

KNOWN, UNKNOWN = Address("email", "anna@example.com"), Address("email", "nobody@example.com")


@pytest.fixture
def app(engine: Engine) -> App:
    made = world("gateway", GatewaySettings, engine, RecordingPublisher(), token_keys="{}", data_key=DATA_KEY)
    app = App(made, make_passwords=FakePasswords)
    app.accounts.register(registration())
    app.accounts.vouch(KNOWN.value)
    return app


@contextmanager
def asked(engine: Engine) -> Iterator[list[str]]:
    """The statements that reach the database."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        # A part that is kept and one that is undone take one statement each.
        statements.append(statement.replace("ROLLBACK TO", "RELEASE"))

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def by_password(app: App, address: Address) -> None:
    app.sessions.sign_in(TokenRequest(email=address.value, password="wrong"), "", "there")


def by_code(app: App, address: Address) -> None:
    app.code_sign_in.sign_in(TokenRequest(email=address.value, code="000000"), "", "there")


def by_registration(app: App, address: Address) -> set[str]:
    return app.registration.register(registration(email=address.value), "there").model_fields_set


ATTEMPTS: dict[str, Callable[[App, Address], object]] = {
    "a code": lambda app, address: app.codes.send(address, "ru", "there"),
    "a link": lambda app, address: app.codes.reset(address.value, "ru", "there"),
    "a wrong code": by_code,
    "a registration": by_registration,
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_it_costs_the_same_whoever_has_the_address(app: App, engine: Engine, attempt: str) -> None:
    costs = []
    for address in (KNOWN, UNKNOWN):
        with asked(engine) as statements:
            try:
                answer: object = ATTEMPTS[attempt](app, address)
            except CycloramaError as error:
                answer = error.code
        # An account that is kept has one event more, of the consent.
        told = [one for one in statements if "gateway.outbox" not in one]
        costs.append((answer, told))
    assert costs[0] == costs[1]
    assert len(costs[0][1]) > 3


def test_a_wrong_code_costs_the_same_whether_or_not_one_was_sent_to_somebody(app: App, engine: Engine) -> None:
    costs = []
    for address in (KNOWN, UNKNOWN):
        app.codes.send(address, "ru", "there")
        with asked(engine) as statements, pytest.raises(CycloramaError):
            by_code(app, address)
        costs.append(statements)
    assert costs[0] == costs[1]


def test_a_password_is_compared_for_whoever_has_none(app: App) -> None:
    passwords = app.passwords
    assert isinstance(passwords, FakePasswords)
    for address in (KNOWN, UNKNOWN):
        before = passwords.compared
        with pytest.raises(CycloramaError):
            by_password(app, address)
        assert passwords.compared == before + 1
