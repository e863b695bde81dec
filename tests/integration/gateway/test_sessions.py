"""Sessions on real PostgreSQL, through the routes and the authoriser as they are deployed."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from core.identity import Identity
from core.tokens import read_claims
from gateway import composition, composition_authorizer
from gateway.app import api
from gateway.sessions.verdict import Authorizer
from shared_schemas.common import Role
from tests.support import authorizing
from tests.support.database import EngineFor
from tests.support.gateway import KEYS, PASSWORD, registration, staff
from tests.support.rest import Answer, call, rest_event
from tests.support.samples import sample
from tests.support.system.environment import NOBODY, deployed
from tests.support.waiting import PATIENCE_SECONDS

ADMIN = Identity(str(uuid4()), Role.ADMIN, uuid4())


@pytest.fixture
def service(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[composition.App]:
    monkeypatch.setenv("TOKEN_KEYS", json.dumps(KEYS))
    with deployed(composition.app, engine, NOBODY, monkeypatch) as app:
        yield app


def ask(route: str, body: Any = None, identity: Identity | None = None, **path: str) -> Answer:
    text = json.dumps(body) if body is not None else None
    return call(api, rest_event(route, body=text, identity=identity, path=path, headers={"User-Agent": "a test"}))


def register(email: str = "anna@example.com") -> UUID:
    return UUID(ask("POST /v1/accounts", registration(email=email).model_dump()).body["id"])


def hire(email: str, role: str) -> UUID:
    return composition.app().accounts.register(staff(email=email, role=role), Role(role)).id


def sign_in(email: str = "anna@example.com", password: str = PASSWORD) -> dict[str, Any]:
    answer = ask("POST /v1/tokens", {"email": email, "password": password})
    assert answer.status == 200, answer.body
    return dict(answer.body)


def refresh(pair: dict[str, Any]) -> Answer:
    return ask("POST /v1/tokens/refresh", {"refresh_token": pair["refresh_token"]})


def judged(authorizer: Authorizer, pair: dict[str, Any]) -> Identity | None:
    """Whom the authoriser lets in with a pair's access token."""
    return authorizing.judged(authorizer, pair["access_token"])


def who(authorizer: Authorizer, pair: dict[str, Any]) -> Identity:
    found = judged(authorizer, pair)
    assert found
    return found


def test_a_session_from_sign_in_to_sign_out(authorizer: Authorizer) -> None:
    anna = register()
    pair = sign_in()
    identity = who(authorizer, pair)
    assert (identity.user_id, identity.role) == (anna, Role.CLIENT)

    [shown] = ask("GET /v1/sessions", identity=identity).body["data"]
    assert (shown["id"], shown["client"], shown["current"]) == (str(identity.session), "a test", True)

    newer = refresh(pair)
    assert newer.status == 200
    assert who(authorizer, newer.body).session == identity.session

    assert ask("DELETE /v1/sessions/current", identity=identity).status == 204
    assert judged(authorizer, newer.body) is None
    assert (refresh(newer.body).status, refresh(newer.body).code) == (401, "session_ended")
    assert ask("GET /v1/sessions", identity=identity).body["data"] == []
    # Who signs out twice is signed out.
    assert ask("DELETE /v1/sessions/current", identity=identity).status == 204


def test_one_token_that_comes_twice_at_once_is_one_step(engine_for: EngineFor, service: composition.App) -> None:
    """Two tabs: both get the same next token, and the session goes on."""
    register()
    pair, start = sign_in(), Barrier(2)
    other = composition.App(service.world.__class__(**{**vars(service.world), "engine": engine_for("gateway")}))

    def run(app: composition.App) -> int:
        start.wait(PATIENCE_SECONDS)
        return int(read_claims(app.sessions.refresh(pair["refresh_token"]).refresh_token, KEYS, "refresh")["gen"])

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run, [service, other])) == [1, 1]


def test_a_stolen_token_is_told_of(authorizer: Authorizer, engine: Engine) -> None:
    register()
    stolen = sign_in()
    mine = refresh(refresh(stolen).body)
    assert refresh(stolen).code == "session_ended"

    assert judged(authorizer, mine.body) is None
    with engine.connect() as connection:
        [event] = connection.execute(text("SELECT type FROM gateway.outbox WHERE type LIKE 'session.%'")).scalars()
    assert event == "session.reused"


def test_a_new_role_counts_at_once(authorizer: Authorizer) -> None:
    manager = hire("boris@example.com", "manager")
    pair = sign_in("boris@example.com")
    assert who(authorizer, pair).role is Role.MANAGER

    answer = ask("PATCH /v1/staff/{account_id}", {"role": "admin"}, ADMIN, account_id=str(manager))

    assert (answer.status, answer.body["role"]) == (200, "admin")
    assert who(authorizer, pair).role is Role.ADMIN


def test_who_is_disabled_is_out_at_once_until_that_is_undone(authorizer: Authorizer) -> None:
    manager = str(hire("boris@example.com", "manager"))
    pair = sign_in("boris@example.com")

    assert ask("PATCH /v1/staff/{account_id}", {"disabled": True}, ADMIN, account_id=manager).body["disabled"] is True
    assert judged(authorizer, pair) is None
    refused = ask("POST /v1/tokens", {"email": "boris@example.com", "password": PASSWORD})
    assert (refused.status, refused.code) == (401, "account_disabled")

    ask("PATCH /v1/staff/{account_id}", {"disabled": False}, ADMIN, account_id=manager)
    assert judged(authorizer, pair) is None
    assert judged(authorizer, sign_in("boris@example.com"))


def test_an_administrator_signs_somebody_out_everywhere(authorizer: Authorizer) -> None:
    manager = hire("boris@example.com", "manager")
    pairs = [sign_in("boris@example.com") for _ in range(2)]
    assert ask("DELETE /v1/staff/{account_id}/sessions", identity=ADMIN, account_id=str(manager)).status == 204
    assert [judged(authorizer, pair) for pair in pairs] == [None, None]


@pytest.mark.usefixtures("service")
def test_clients_are_no_staff() -> None:
    anna = str(register())
    for route, body in (
        ("PATCH /v1/staff/{account_id}", {"disabled": True}),
        ("DELETE /v1/staff/{account_id}", None),
        ("DELETE /v1/staff/{account_id}/sessions", None),
    ):
        assert ask(route, body, ADMIN, account_id=anna).code == "account_not_found"


@pytest.mark.usefixtures("service")
def test_the_last_administrator_cannot_go() -> None:
    first = hire("one@example.com", "admin")
    path = {"account_id": str(first)}
    own = Identity(str(first), Role.ADMIN, uuid4())
    for answer in (
        ask("PATCH /v1/staff/{account_id}", {"role": "manager"}, ADMIN, **path),
        ask("PATCH /v1/staff/{account_id}", {"disabled": True}, ADMIN, **path),
        ask("DELETE /v1/staff/{account_id}", identity=ADMIN, **path),
        ask("DELETE /v1/me", identity=own),
    ):
        assert (answer.status, answer.code) == (409, "last_admin")

    second = hire("two@example.com", "admin")
    assert ask("PATCH /v1/staff/{account_id}", {"disabled": True}, ADMIN, account_id=str(second)).status == 200
    # Who is disabled cannot let anybody in.
    assert ask("DELETE /v1/me", identity=own).code == "last_admin"
    assert ask("PATCH /v1/staff/{account_id}", {"disabled": False}, ADMIN, account_id=str(second)).status == 200
    assert ask("DELETE /v1/me", identity=own).status == 204
    staffed = ask("GET /v1/staff", identity=ADMIN).body["data"]
    assert [(member["email"], member["role"], member["disabled"]) for member in staffed] == [
        ("two@example.com", "admin", False)
    ]


def test_of_two_administrators_who_go_at_once_one_stays(engine_for: EngineFor, service: composition.App) -> None:
    both, start = [hire("one@example.com", "admin"), hire("two@example.com", "admin")], Barrier(2)
    other = composition.App(service.world.__class__(**{**vars(service.world), "engine": engine_for("gateway")}))

    def run(app: composition.App, who: UUID) -> str:
        start.wait(PATIENCE_SECONDS)
        try:
            app.accounts.erase(who)
        except Exception as refused:
            return str(getattr(refused, "code", refused))
        return "gone"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, [service, other], both)) == ["gone", "last_admin"]


def test_the_authoriser_outlives_its_connection(authorizer: Authorizer, engine_for: EngineFor) -> None:
    register()
    pair = sign_in()
    assert judged(authorizer, pair)
    ended = text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()"
        " AND usename = current_user AND query LIKE '%gateway.sessions s JOIN%' AND pid <> pg_backend_pid()"
    )
    with engine_for("gateway").connect() as connection:
        assert connection.execute(ended).scalar_one() >= 1

    assert judged(authorizer, pair)


def test_without_a_database_nobody_is_told_to_sign_in_again(
    authorizer: Authorizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    register()
    pair = sign_in()
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    lost: Authorizer = composition_authorizer.authorizer.__wrapped__()
    event = sample("apigateway_authorizer") | {"authorizationToken": f"Bearer {pair['access_token']}"}
    with pytest.raises(Exception, match=r"127\.0\.0\.1"):
        lost.judge(event)
    assert judged(authorizer, pair)
