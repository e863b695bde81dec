"""Invitations on real PostgreSQL, through the routes."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from core.identity import Identity
from gateway import composition
from gateway.app import api
from gateway.staff.errors import InvitationNotFoundError
from shared_schemas.common import Role
from shared_schemas.staff import StaffInvitationAnswer
from tests.support.database import EngineFor
from tests.support.gateway import KEYS, PASSWORD, FakePasswords, staff
from tests.support.rest import Answer, call, rest_event
from tests.support.system.environment import NOBODY, deployed
from tests.support.waiting import PATIENCE_SECONDS

NOTIFICATION = Identity("notification", Role.SERVICE)
EMAIL = "boris@example.com"
ANSWER = {"password": PASSWORD, "phone": "+79160000001", "full_name": "Boris Petrov"}


@pytest.fixture
def service(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[composition.App]:
    monkeypatch.setenv("TOKEN_KEYS", json.dumps(KEYS))
    with deployed(composition.app, engine, NOBODY, monkeypatch) as app:
        yield app


@pytest.fixture
def admin(service: composition.App) -> Identity:
    return Identity(str(service.accounts.bootstrap(staff()).id), Role.ADMIN, uuid4())


def ask(route: str, body: Any = None, identity: Identity | None = None, **path: str) -> Answer:
    sent = json.dumps(body) if body is not None else None
    return call(api, rest_event(route, body=sent, identity=identity, path=path))


def invite(admin: Identity, **changes: Any) -> str:
    answer = ask("POST /v1/staff", {"email": EMAIL, "role": "manager"} | changes, admin)
    assert answer.status == 201, answer.body
    return str(answer.body["id"])


def token(invitation: str) -> str:
    """What stands in the mail, as the service that sends it gets it."""
    answer = ask("GET /v1/staff-invitations/{invitation}", identity=NOTIFICATION, invitation=invitation)
    assert (answer.status, answer.body["email"]) == (200, EMAIL)
    return str(answer.body["link"].rpartition("#")[2])


def accept(secret: str, **changes: Any) -> Answer:
    return ask("POST /v1/staff-invitations/{invitation}", ANSWER | changes, invitation=secret)


def test_from_the_invitation_to_the_first_sign_in(admin: Identity) -> None:
    secret = token(invite(admin))
    [waiting] = ask("GET /v1/staff-invitations", identity=admin).body["data"]
    assert (waiting["email"], waiting["role"], waiting["invited_by"]) == (EMAIL, "manager", admin.subject)

    joined = accept(secret)
    assert (joined.status, joined.body["role"]) == (201, "manager")
    assert ask("POST /v1/tokens", {"email": EMAIL, "password": PASSWORD}).status == 200
    assert ask("GET /v1/staff-invitations", identity=admin).body["data"] == []
    assert [member["email"] for member in ask("GET /v1/staff", identity=admin).body["data"]] == [
        "anna@example.com",
        EMAIL,
    ]
    again = accept(secret)
    assert (again.status, again.code) == (404, "invitation_not_found")


def test_an_invitation_made_anew_or_taken_back_opens_nothing(admin: Identity) -> None:
    older = token(invite(admin))
    invitation = invite(admin, role="admin")
    newer = token(invitation)
    assert accept(older).code == "invitation_not_found"
    assert ask("DELETE /v1/staff-invitations/{invitation}", identity=admin, invitation=invitation).status == 204
    assert accept(newer).code == "invitation_not_found"
    gone = ask("DELETE /v1/staff-invitations/{invitation}", identity=admin, invitation=invitation)
    assert (gone.status, gone.code) == (404, "invitation_not_found")


def test_a_refused_answer_uses_up_nothing(admin: Identity) -> None:
    secret = token(invite(admin))
    assert accept(secret, password="short").status == 422
    assert accept(secret, phone="nobody").status == 422
    assert accept(secret).status == 201


def test_an_invitation_that_is_over_opens_nothing(admin: Identity, engine: Engine) -> None:
    secret = token(invite(admin))
    with engine.begin() as connection:
        connection.execute(text("UPDATE gateway.invitations SET expires_at = now()"))
    assert accept(secret).code == "invitation_not_found"


def test_who_works_here_is_not_invited(admin: Identity) -> None:
    answer = ask("POST /v1/staff", {"email": staff().email, "role": "manager"}, admin)
    assert (answer.status, answer.code) == (409, "already_staff")


class Together(FakePasswords):
    """Two who hash go on at the same moment: each has found the invitation by then."""

    def __init__(self) -> None:
        super().__init__()
        self.start = Barrier(2)

    def hash(self, password: str) -> str:
        self.start.wait(PATIENCE_SECONDS)
        return super().hash(password)


def test_one_link_that_comes_twice_at_once_makes_one_account(
    admin: Identity, engine_for: EngineFor, service: composition.App
) -> None:
    secret, passwords = token(invite(admin)), Together()
    worlds = [service.world, replace(service.world, engine=engine_for("gateway"))]
    apps = [composition.App(world, make_passwords=lambda: passwords) for world in worlds]

    def run(app: composition.App) -> bool:
        try:
            return bool(app.invitations.accept(secret, StaffInvitationAnswer.model_validate(ANSWER)))
        except InvitationNotFoundError:
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, apps)) == [False, True]


def test_no_table_and_no_log_has_the_link(admin: Identity, engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    secret = token(invite(admin))
    with engine.connect() as connection:
        stored = [
            connection.execute(text(f"SELECT CAST(t AS text) FROM gateway.{table} t")).scalars().all()  # noqa: S608
            for table in ("invitations", "outbox")
        ]
    accept(secret)
    assert secret not in repr(stored) + caplog.text
    assert EMAIL not in repr(stored[1])
