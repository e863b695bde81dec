"""A hundred guesses of the password at each account, within a moment, from many addresses: on real PostgreSQL, through
several processes' worth of connections. `make soak ONLY=guesses` plays a thousand accounts, which is 100,000."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count

import pytest
from sqlalchemy import Engine

from gateway.accounts.passwords import Argon2Passwords
from gateway.composition import App
from gateway.sessions.errors import InvalidCredentialsError, TooManyTriesError
from gateway.sessions.tries import ACCOUNT
from gateway.settings import GatewaySettings
from shared_schemas.accounts import TokenRequest
from tests.support.chance import scaled
from tests.support.clock import FixedClock
from tests.support.database import EngineFor
from tests.support.gateway import DATA_KEY, KEYS, PASSWORD, registration
from tests.support.world import world

ACCOUNTS = 8 if scaled(1) == 1 else 1000
GUESSES, DOORS = 100, 4
BOTS = max(GUESSES, ACCOUNTS * GUESSES // 20)
"""As many addresses as let each try few of all accounts, and no account twice."""


class CheapPasswords(Argon2Passwords):
    """Argon2id at its lowest price, which counts what is compared."""

    def __init__(self) -> None:
        super().__init__(passes=1, kibibytes=8)
        self.compared = count()

    def matches(self, password: str, hashed: str | None) -> bool:
        next(self.compared)
        return super().matches(password, hashed)


PASSWORDS = CheapPasswords()


@pytest.fixture
def doors(engine: Engine, engine_for: EngineFor) -> list[App]:
    """The same service as often as it runs; all have the same moment, so no pause ends meanwhile."""
    keys, clock = json.dumps(dict(KEYS)), FixedClock()
    made = world("gateway", GatewaySettings, engine, clock=clock, token_keys=keys, data_key=DATA_KEY)
    engines = [engine, *(engine_for("gateway") for _ in range(DOORS - 1))]
    return [App(replace(made, engine=each), lambda: PASSWORDS) for each in engines]


def enters(door: App, email: str, password: str, address: str) -> bool:
    try:
        door.sessions.sign_in(TokenRequest(email=email, password=password), "", address)
    except (InvalidCredentialsError, TooManyTriesError):
        return False
    return True


def guessed(door: App, numbers: range) -> list[int]:
    """Whose password was found. The first guesses are wrong, as nearly all are; the later ones would be right."""
    return [
        number
        for turn in range(GUESSES)
        for number in numbers
        if enters(
            door, email(number), "wrong" if turn < ACCOUNT.free else PASSWORD, f"bot {(37 * number + turn) % BOTS}"
        )
    ]


def email(number: int) -> str:
    return f"{number}@example.com"


def at_home(door: App, number: int) -> bool:
    return enters(door, email(number), PASSWORD, f"home of {number}")


def test_no_guess_succeeds_and_every_owner_gets_in(doors: list[App]) -> None:
    for number in range(ACCOUNTS):
        doors[0].accounts.register(registration(email=email(number)))
        assert at_home(doors[0], number)
    before = next(PASSWORDS.compared)

    with ThreadPoolExecutor(DOORS) as pool:
        found = list(pool.map(guessed, doors, [range(first, ACCOUNTS, DOORS) for first in range(DOORS)]))

    assert found == [[]] * DOORS
    # What was not compared was refused before; nothing was refused that had to be compared.
    assert next(PASSWORDS.compared) - before - 1 == ACCOUNTS * ACCOUNT.free
    assert [number for number in range(ACCOUNTS) if not at_home(doors[0], number)] == []
