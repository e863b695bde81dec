"""Accounts on real PostgreSQL, through the routes as they are deployed."""

import json
from collections.abc import Iterator
from threading import Barrier, Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select

from core.clock import SystemClock
from core.context import flow
from core.identity import Identity
from core.tokens import verify
from gateway import bootstrap, composition
from gateway.accounts.domain import User
from gateway.accounts.errors import AccountNotFoundError, AdminExistsError, EmailTakenError
from gateway.accounts.service import Accounts
from gateway.app import api
from gateway.jobs import relay_outbox
from gateway.tables import delivery, users
from gateway.unit_of_work import GatewayUnitOfWork
from shared_schemas.common import Role
from tests.support.clock import NOW, FixedClock
from tests.support.database import EngineFor, RecordingPublisher, somebody_waits
from tests.support.gateway import KEYS, PASSWORD, FakePasswords, registration, staff
from tests.support.rest import Answer, call, rest_event
from tests.support.system.environment import NOBODY, Context, deployed
from tests.support.waiting import PATIENCE_SECONDS


@pytest.fixture
def service(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The service as its environment alone puts it together; neither broker nor other services answer."""
    monkeypatch.setenv("TOKEN_KEYS", json.dumps(KEYS))
    with deployed(composition.app, engine, NOBODY, monkeypatch):
        yield


def work_on(engine: Engine, broker: RecordingPublisher | None = None) -> GatewayUnitOfWork:
    return GatewayUnitOfWork(engine, delivery, broker or RecordingPublisher(), SystemClock(), "gateway")


def user(**changes: Any) -> User:
    values: dict[str, Any] = {
        "id": uuid4(),
        "email": f"{uuid4()}@example.com",
        "phone": "+79161234567",
        "full_name": "Anna Petrova",
        "locale": "ru",
        "role": Role.CLIENT,
        "password_hash": "hash",
        "consented_at": NOW,
        "created_at": NOW,
    }
    return User(**values | changes)


def ask(route: str, body: Any = None, identity: Identity | None = None, **path: str) -> Answer:
    text = json.dumps(body) if body is not None else None
    return call(api, rest_event(route, body=text, identity=identity, path=path))


def asked_packed(route: str) -> Answer:
    """Large answers to strangers come compressed, which the gateway does."""
    return call(api, rest_event(route, headers={"Accept-Encoding": "gzip"}))


def add(engine: Engine, *added: User) -> None:
    with work_on(engine) as work:
        for each in added:
            work.users.add(each)
        work.commit()


def test_a_user_comes_back_as_stored(engine: Engine) -> None:
    anna = user(locale="en", role=Role.MANAGER)
    add(engine, anna)
    with work_on(engine) as work:
        assert work.users.get(anna.id) == work.users.by_email(str(anna.email)) == anna
        assert work.users.by_email("nobody@example.com") is None


def test_what_is_not_committed_is_not_there(engine: Engine) -> None:
    anna = user()
    with work_on(engine) as work:
        work.users.add(anna)
    with work_on(engine) as work, pytest.raises(AccountNotFoundError):
        work.users.get(anna.id)


def test_the_database_itself_keeps_addresses_unique(engine: Engine) -> None:
    anna = user()
    add(engine, anna)
    with pytest.raises(EmailTakenError):
        add(engine, user(email=anna.email))


def test_another_broken_rule_is_not_mistaken_for_a_taken_address(engine: Engine) -> None:
    anna = user()
    add(engine, anna)
    with pytest.raises(Exception, match="users_pkey"):
        add(engine, user(id=anna.id))


def test_erasing_keeps_the_id_and_nothing_else(engine: Engine) -> None:
    anna = user(email_confirmed_at=NOW, phone_confirmed_at=NOW)
    add(engine, anna)
    with work_on(engine) as work:
        work.users.erase(anna.id, NOW)
        work.commit()
    with engine.connect() as connection:
        row = connection.execute(select(users).where(users.c.id == anna.id)).one()
    personal = (row.email, row.phone, row.full_name, row.password_hash, row.email_confirmed_at, row.phone_confirmed_at)
    assert (personal, row.erased_at) == ((None, None, "", None, None, None), NOW)


def test_an_erasure_is_told_once_in_its_own_flow_and_names_nobody(engine: Engine) -> None:
    anna, broker = user(), RecordingPublisher()
    add(engine, anna)
    accounts = Accounts(lambda: work_on(engine, broker), FixedClock(), FakePasswords())

    with flow("flow-1", "request-1"):
        accounts.erase(anna.id)
    with pytest.raises(AccountNotFoundError):
        accounts.erase(anna.id)

    [told] = broker.taken
    assert (told.type, told.source, told.data) == ("account.erased", "gateway", {"account_id": str(anna.id)})
    assert (told.correlation_id, told.causation_id) == ("flow-1", "request-1")


def test_two_erasures_at_once_tell_one(engine: Engine, engine_for: EngineFor) -> None:
    """The second waits for the first, and then finds nobody."""
    anna, other, observer = user(), engine_for("gateway"), engine_for("gateway")
    add(engine, anna)
    refused: list[bool] = []

    def erase() -> None:
        with work_on(other) as work:
            try:
                work.users.erase(anna.id, NOW)
            except AccountNotFoundError:
                refused.append(True)

    with work_on(engine) as work:
        work.users.erase(anna.id, NOW)
        second = Thread(target=erase)
        second.start()
        while second.is_alive() and not somebody_waits(observer):
            """It gets as far as it can."""
        work.commit()
    second.join()
    assert refused == [True]


@pytest.mark.usefixtures("service")
def test_with_the_broker_down_an_erasure_stands_and_its_event_waits(engine: Engine) -> None:
    made = ask("POST /v1/accounts", registration().model_dump())
    assert ask("DELETE /v1/me", identity=Identity(made.body["id"], Role.CLIENT)).status == 204

    with engine.connect() as connection:
        erased = delivery.outbox.c.type == "account.erased"
        [waiting] = connection.execute(select(delivery.outbox).where(erased)).all()
    assert (waiting.type, waiting.published_at) == ("account.erased", None)
    assert relay_outbox({}, Context()) == {"done": 0, "published": 0, "replayed": 0, "failed": 0, "more": False}


def test_the_address_of_an_erased_user_is_free_again_and_many_may_be_erased(engine: Engine) -> None:
    anna, boris = user(), user()
    add(engine, anna, boris)
    with work_on(engine) as work:
        work.users.erase(anna.id, NOW)
        work.users.erase(boris.id, NOW)
        assert work.users.by_email("") is None
        work.commit()
    add(engine, user(email=anna.email))


def test_an_erased_administrator_does_not_count(engine: Engine) -> None:
    admin = user(role=Role.ADMIN)
    add(engine, user(), user(role=Role.MANAGER), admin)
    with work_on(engine) as work:
        assert work.users.has_admin()
        work.users.erase(admin.id, NOW)
        assert not work.users.has_admin()


def test_two_bootstraps_at_once_make_one_administrator(engine: Engine, engine_for: EngineFor) -> None:
    """Each waits, with its connection open, until the other is as far."""
    start, outcomes = Barrier(2), []

    def run(mine: Engine, email: str) -> None:
        accounts = Accounts(lambda: work_on(mine), FixedClock(), FakePasswords())
        with mine.connect():
            """Opens the pooled connection beforehand."""
        start.wait(PATIENCE_SECONDS)
        try:
            outcomes.append(str(accounts.bootstrap(staff(email=email)).email))
        except AdminExistsError:
            outcomes.append("refused")

    pairs = [(engine, "one@example.com"), (engine_for("gateway"), "two@example.com")]
    threads = [Thread(target=run, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with engine.connect() as connection:
        admins = connection.execute(select(users.c.email).where(users.c.role == "admin")).scalars().all()
    assert len(admins) == 1
    assert sorted(outcomes) == sorted([*admins, "refused"])


def test_a_bootstrap_waits_for_the_one_before_it(engine: Engine, engine_for: EngineFor) -> None:
    """What the race above may miss: the second looks only after the first has committed."""
    found: list[bool] = []
    other, observer = engine_for("gateway"), engine_for("gateway")

    def look() -> None:
        with work_on(other) as work:
            found.append(work.users.has_admin())

    with work_on(engine) as work:
        assert not work.users.has_admin()
        second = Thread(target=look)
        second.start()
        while second.is_alive() and not somebody_waits(observer):
            """It gets as far as it can."""
        work.users.add(user(role=Role.ADMIN))
        work.commit()
    second.join()
    assert found == [True]


@pytest.mark.usefixtures("service")
def test_an_account_from_registration_to_erasure() -> None:
    new = registration().model_dump()
    made = ask("POST /v1/accounts", new)
    assert (made.status, made.body["role"]) == (201, "client")
    again = ask("POST /v1/accounts", new | {"email": "ANNA@Example.com", "password": "another good one"})
    assert (again.status, again.body.keys()) == (201, made.body.keys())

    signed_in = ask("POST /v1/tokens", {"email": "Anna@example.com", "password": PASSWORD})
    me = verify(signed_in.body["access_token"], KEYS)
    assert (me.subject, me.role) == (made.body["id"], Role.CLIENT)
    assert ask("GET /v1/me", identity=me).body == made.body

    changed = ask("PATCH /v1/me", {"full_name": "Anna Ivanova"}, identity=me)
    assert (changed.status, changed.body) == (200, made.body | {"full_name": "Anna Ivanova"})
    refreshed = ask("POST /v1/tokens/refresh", {"refresh_token": signed_in.body["refresh_token"]})
    assert verify(refreshed.body["access_token"], KEYS) == me

    assert (ask("DELETE /v1/me", identity=me).status, ask("GET /v1/me", identity=me).status) == (204, 404)
    assert ask("POST /v1/tokens", {"email": "anna@example.com", "password": PASSWORD}).code == "invalid_credentials"
    assert ask("POST /v1/tokens/refresh", {"refresh_token": refreshed.body["refresh_token"]}).code == "session_ended"
    assert ask("POST /v1/accounts", new).status == 201


@pytest.mark.usefixtures("service")
def test_only_services_learn_where_to_reach_somebody() -> None:
    anna = ask("POST /v1/accounts", registration().model_dump()).body
    route = "GET /v1/accounts/{account_id}/contact"
    answers = {
        role: ask(route, identity=Identity(anna["id"] if role is not Role.SERVICE else "payment", role),
                  account_id=anna["id"])
        for role in Role
    }  # fmt: skip
    assert {role: answer.status for role, answer in answers.items()} == {
        Role.CLIENT: 403,
        Role.MANAGER: 403,
        Role.ADMIN: 403,
        Role.SERVICE: 200,
    }
    assert answers[Role.SERVICE].body["phone"] == anna["phone"]


@pytest.mark.usefixtures("service")
def test_the_operators_function_makes_the_first_administrator_once() -> None:
    person = staff().model_dump(exclude={"role", "locale"})
    created = bootstrap.handler(person, None)["created"]
    assert composition.app().accounts.get(UUID(created)).role is Role.ADMIN
    assert bootstrap.handler(person | {"email": "another@example.com"}, None) == {"created": ""}


@pytest.mark.usefixtures("service")
def test_the_operators_function_makes_managers_without_a_mail() -> None:
    person = staff().model_dump(exclude={"role", "locale"}) | {"role": "manager"}
    created = bootstrap.handler(person, None)["created"]
    assert composition.app().accounts.get(UUID(created)).role is Role.MANAGER
    assert bootstrap.handler(person, None) == {"created": ""}


@pytest.mark.usefixtures("service")
def test_health_names_what_does_not_answer() -> None:
    answer = ask("GET /health")
    assert (answer.status, answer.code) == (503, "degraded")
    wrong = dict.fromkeys(("booking", "payment", "integration", "notification", "broker"), "unreachable")
    assert answer.body["checks"] == {"database": "ok", "outbox_lag_seconds": "0", **wrong}


@pytest.mark.usefixtures("service")
def test_the_documentation_is_served() -> None:
    page, document = asked_packed("GET /docs"), asked_packed("GET /openapi.json")
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.body.startswith("<!doctype html>")
    assert (document.status, document.body["openapi"]) == (200, "3.1.0")


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize("route", ["GET /trace", "GET /docs"])
def test_a_page_may_run_only_what_is_its_own(route: str) -> None:
    page = asked_packed(route)
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    policy = page.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'"} <= set(policy)
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-content-type-options"] == "nosniff"
