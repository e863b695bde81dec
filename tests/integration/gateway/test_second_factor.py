"""Second factors on real PostgreSQL, through the routes and the authoriser as they are deployed."""

import json
from base64 import b32decode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, text

from core.clock import SystemClock
from core.identity import Identity
from core.postgres.asking import Asking
from gateway import composition
from gateway.api_keys.standing_repository import KeyHolders
from gateway.app import api
from gateway.second_factor.domain import Policy
from gateway.second_factor.standing_repository import FactorStandings
from gateway.second_factor.totp import code_of, step_at
from gateway.sessions.standing_repository import Standings
from gateway.sessions.verdict import Authorizer
from shared_schemas.access import ACCESS
from shared_schemas.accounts import TokenRequest
from shared_schemas.common import Role
from shared_schemas.errors import CycloramaError
from tests.support.database import EngineFor
from tests.support.gateway import KEYS, PASSWORD, FakePasswords, staff
from tests.support.rest import Answer, call, rest_event
from tests.support.samples import sample
from tests.support.waiting import PATIENCE_SECONDS

ME = "/v1/me/second-factor"


@pytest.fixture
def service(service: composition.App) -> composition.App:
    """With somebody of the staff."""
    service.accounts.register(staff(email="olga@example.com"), Role.ADMIN)
    return service


class Person:
    """Somebody with a token and a phone; `policy` is what the studio asks of its staff."""

    def __init__(self, service: composition.App, policy: Policy = "none") -> None:
        self.settings, self.policy, self.secret = service.world.settings, policy, b""
        self.token = ""

    def ask(self, route: str, body: Any = None, **path: str) -> Answer:
        identity = self.judged() if self.token else None
        text_ = json.dumps(body) if body is not None else None
        return call(api, rest_event(route, body=text_, identity=identity, path=path))

    def judged(self) -> Identity | None:
        asking = Asking(self.settings)
        lacks = FactorStandings(asking, self.policy).lacks
        authorizer = Authorizer(KEYS, Standings(asking).role, KeyHolders(asking).holder, factor_lacks=lacks)
        event = sample("apigateway_authorizer") | {"authorizationToken": f"Bearer {self.token}"}
        try:
            return Identity.from_authorizer(authorizer.judge(event)["context"])
        finally:
            asking.close()

    def sign_in(self, **further: str) -> Answer:
        credentials = {"email": "olga@example.com", "password": PASSWORD}
        answer = call(api, rest_event("POST /v1/tokens", body=json.dumps(credentials | further)))
        if answer.status == 200:
            self.token = answer.body["access_token"]
        return answer

    def code(self, off: int = 0) -> str:
        return code_of(self.secret, step_at(SystemClock().now()) + off)

    def turn_on(self) -> list[str]:
        """With the code of a step ago, so that the one of now is still good."""
        started = self.ask(f"POST {ME}", {"password": PASSWORD})
        assert started.status == 200, started.body
        self.secret = b32decode(started.body["secret"])
        answer = self.ask(f"POST {ME}/confirm", {"code": self.code(-1)})
        assert answer.status == 200, answer.body
        return list(answer.body["recovery_codes"])


def test_a_second_factor_from_beginning_to_end(service: composition.App, engine: Engine) -> None:
    olga = Person(service)
    assert olga.sign_in().status == 200
    codes = olga.turn_on()
    asked = olga.sign_in()
    assert (asked.status, asked.code) == (401, "second_factor_required")
    wrong = olga.sign_in(second_factor="000000")
    assert (wrong.status, wrong.code) == (401, "invalid_second_factor")
    assert olga.sign_in(second_factor=codes[0]).status == 200
    assert olga.sign_in(second_factor=codes[0]).code == "invalid_second_factor"
    with engine.connect() as connection:
        (stored,) = connection.execute(text("SELECT secret, recovery_codes FROM gateway.second_factors")).all()
    assert len(stored.recovery_codes) == len(codes) - 1
    assert olga.ask(f"DELETE {ME}", {"password": PASSWORD}).status == 204
    assert olga.sign_in().status == 200
    with engine.connect() as connection:
        told = connection.scalars(text("SELECT envelope->>'type' FROM gateway.outbox ORDER BY created_at"))
        assert [type_ for type_ in told if type_.startswith("second")] == [
            "second_factor.enabled",
            "second_factor.disabled",
        ]


def test_one_code_that_comes_twice_at_once_signs_in_once(service: composition.App, engine_for: EngineFor) -> None:
    olga = Person(service)
    olga.sign_in()
    codes = olga.turn_on()
    together = Barrier(4)

    def knock(number: int) -> str:
        world = replace(service.world, engine=engine_for("gateway"))
        app = composition.App(world, FakePasswords)
        request = TokenRequest(email="olga@example.com", password=PASSWORD, second_factor=codes[0])
        together.wait(PATIENCE_SECONDS)
        try:
            app.sessions.sign_in(request, "", f"address {number}")
        except CycloramaError as refused:
            return refused.code
        return "in"

    with ThreadPoolExecutor(4) as threads:
        outcomes = sorted(threads.map(knock, range(4)))
    assert outcomes == ["in", *["invalid_second_factor"] * 3]


def test_who_lacks_a_required_second_factor_can_only_set_it_up(service: composition.App) -> None:
    olga = Person(service, policy="admins")
    olga.sign_in()
    refused = olga.ask("GET /v1/staff")
    assert (refused.status, refused.code) == (403, "second_factor_missing")
    assert olga.ask("GET /v1/me").status == 200
    assert olga.ask(f"POST {ME}", {"password": PASSWORD}).status == 200
    # To begin is not enough.
    assert olga.ask("GET /v1/staff").code == "second_factor_missing"
    olga.turn_on()
    assert olga.ask("GET /v1/staff").status == 200
    assert olga.ask(f"DELETE {ME}", {"code": olga.code()}).status == 204
    assert olga.ask("GET /v1/staff").code == "second_factor_missing"


def test_a_policy_for_administrators_asks_nothing_of_managers(service: composition.App) -> None:
    olga = Person(service, policy="admins")
    olga.sign_in()
    service.accounts.register(staff(email="manager@example.com"), Role.MANAGER)
    answer = olga.sign_in(email="manager@example.com")
    assert answer.status == 200
    for policy, lacking in (("none", False), ("admins", False), ("staff", True)):
        olga.policy = policy  # type: ignore[assignment]
        found = olga.judged()
        assert found and found.unproven is lacking


def test_an_administrator_takes_it_off_somebody(service: composition.App) -> None:
    olga, other = Person(service), Person(service)
    boss = service.accounts.register(staff(email="boss@example.com"), Role.ADMIN)
    olga.sign_in()
    olga.turn_on()
    me = olga.judged()
    other.sign_in(email="boss@example.com")
    assert me
    assert other.ask("DELETE /v1/staff/{account_id}/second-factor", account_id=me.subject).status == 204
    with pytest.raises(Exception, match="Unauthorized"):
        olga.judged()
    assert olga.sign_in().status == 200
    again = other.ask("DELETE /v1/staff/{account_id}/second-factor", account_id=str(boss.id))
    assert (again.status, again.code) == (404, "second_factor_not_found")


def test_only_what_setting_it_up_needs_is_open_to_who_lacks_it() -> None:
    assert {route for route, access in ACCESS.items() if access.unproven} == {
        "GET /v1/me",
        f"POST {ME}",
        f"POST {ME}/confirm",
        f"DELETE {ME}",
        "DELETE /v1/sessions/current",
    }
