"""Tries of passwords on real PostgreSQL, through the route as it is deployed."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from gateway import composition
from gateway.app import api
from gateway.sessions.errors import InvalidCredentialsError, TooManyTriesError
from gateway.sessions.tries import PAIR
from gateway.tables import known_addresses, tries
from shared_schemas.accounts import TokenRequest
from tests.support.clock import FixedClock
from tests.support.database import EngineFor
from tests.support.gateway import PASSWORD, registration
from tests.support.rest import Answer, call, rest_event
from tests.support.waiting import PATIENCE_SECONDS


def ask(route: str, body: Any, address: str) -> Answer:
    event = rest_event(route, body=json.dumps(body))
    event["requestContext"]["identity"]["sourceIp"] = address
    return call(api, event)


def sign_in(password: str, address: str = "203.0.113.7", email: str = "anna@example.com") -> Answer:
    return ask("POST /v1/tokens", {"email": email, "password": password}, address)


@pytest.fixture
def anna(service: composition.App) -> None:
    service.accounts.register(registration())


@pytest.mark.usefixtures("anna")
def test_who_tries_too_often_is_told_when_to_come_back() -> None:
    answers = [sign_in("wrong") for _ in range(PAIR.free)] + [sign_in(PASSWORD)]
    assert [answer.code for answer in answers] == ["invalid_credentials"] * PAIR.free + ["too_many_tries"]
    assert answers[-1].status == 429
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 2
    assert sign_in(PASSWORD, address="203.0.113.8").status == 200


def test_an_unknown_account_is_answered_alike(anna: None) -> None:
    for email in ("anna@example.com", "nobody@example.com"):
        answers = [sign_in("wrong", email, email) for _ in range(PAIR.free + 1)]
        assert [answer.code for answer in answers] == ["invalid_credentials"] * PAIR.free + ["too_many_tries"]


@pytest.mark.usefixtures("anna")
def test_who_signed_in_leaves_no_count_of_the_pair(engine: Engine) -> None:
    sign_in("wrong")
    sign_in(PASSWORD)
    with engine.connect() as connection:
        failures = connection.execute(select(tries.c.failures).order_by(tries.c.failures)).scalars().all()
        known = connection.execute(select(func.count()).select_from(known_addresses)).scalar_one()
    # The pair's, the account's and the address's: the wrong one stays counted in two, the right one in none.
    assert (failures, known) == ([0, 1, 1], 1)


def test_many_tries_at_once_are_no_way_round(service: composition.App, engine_for: EngineFor) -> None:
    """Each counts before its password is compared, so that not one too many gets to that."""
    app = replace(service, world=replace(service.world, clock=FixedClock()))
    app.accounts.register(registration())
    crowd = [replace(app, world=replace(app.world, engine=engine_for("gateway"))) for _ in range(8)]
    start = Barrier(len(crowd))

    def knock(mine: composition.App) -> list[str]:
        start.wait(PATIENCE_SECONDS)
        return [outcome(mine) for _ in range(3)]

    def outcome(mine: composition.App) -> str:
        try:
            mine.sessions.sign_in(TokenRequest(email="anna@example.com", password="wrong"), "", "here")
        except (InvalidCredentialsError, TooManyTriesError) as refused:
            return refused.code
        return "in"

    with ThreadPoolExecutor(len(crowd)) as pool:
        outcomes = [each for outcomes in pool.map(knock, crowd) for each in outcomes]
    assert sorted(outcomes) == ["invalid_credentials"] * PAIR.free + ["too_many_tries"] * (24 - PAIR.free)
