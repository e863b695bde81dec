"""What administrators and those who sign in leave in the trail, through the routes, on real PostgreSQL."""

import json
from base64 import b32decode
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select, text

from core.clock import SystemClock
from core.identity import Identity
from gateway import composition
from gateway.app import api
from gateway.second_factor.totp import code_of, step_at
from gateway.sessions.tries import PAIR
from gateway.tables import codes, delivery
from shared_schemas.common import Role
from tests.support.database import RecordingPublisher
from tests.support.gateway import KEYS, PASSWORD, FakePasswords, registration, staff
from tests.support.rest import Answer, call, rest_event
from tests.support.system.environment import NOBODY, deployed

ADMIN = Identity(str(uuid4()), Role.ADMIN, uuid4())
MAIL = "boris@example.com"


@pytest.fixture(autouse=True)
def service(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[composition.App]:
    monkeypatch.setenv("TOKEN_KEYS", json.dumps(KEYS))
    with deployed(composition.app, engine, NOBODY, monkeypatch) as app:
        fast = replace(app, make_passwords=FakePasswords, world=replace(app.world, publisher=RecordingPublisher()))
        with composition.app.replaced(fast):
            yield fast


def ask(route: str, body: Any = None, who: Identity | None = ADMIN, path: Any = None) -> Answer:
    event = rest_event(route, body=json.dumps(body) if body is not None else None, identity=who, path=path)
    event["requestContext"]["identity"]["sourceIp"] = "203.0.113.7"
    return call(api, event)


def hire(role: str = "manager", email: str = MAIL) -> Identity:
    made = composition.app().accounts.register(staff(email=email, role=role), Role(role))
    return Identity(str(made.id), Role(role), uuid4())


def sign_in(password: str = PASSWORD, email: str = MAIL) -> Answer:
    return ask("POST /v1/tokens", {"email": email, "password": password}, None)


@pytest.fixture
def lines() -> Any:
    """Reads what was left since it was last asked, the oldest first.

    By the service's own connection, which comes after what it has sent without waiting."""
    read = 0

    def new() -> list[dict[str, Any]]:
        nonlocal read
        table = delivery.outbox
        with composition.app().world.engine.connect() as connection:
            rows = connection.execute(select(table).where(table.c.position > read).order_by(table.c.position)).all()
        read = rows[-1].position if rows else read
        return [row.envelope["data"] for row in rows if row.type == "staff.acted"]

    return new


def test_who_invites_and_who_joins_is_told_without_their_data(lines: Any) -> None:
    admin = hire("admin", "other@example.com")
    invited = ask("POST /v1/staff", {"email": MAIL, "role": "manager", "full_name": "Boris"}, admin).body["id"]
    token = composition.app().invitations.pending(UUID(invited)).link.rpartition("#")[2]
    answer = {"phone": "+79035550100", "password": PASSWORD}
    joined = ask("POST /v1/staff-invitations/{invitation}", answer, None, {"invitation": token}).body["id"]

    told = lines()
    assert [(line["action"], line["actor_id"], line["target"], line["after"]) for line in told] == [
        ("invite_staff", admin.subject, f"staff-invitation:{invited}", {"role": "manager"}),
        ("accept_invitation", joined, f"account:{joined}", {"role": "manager"}),
    ]
    assert not [word for word in (MAIL, "Boris", token, "+7903") if word in str(told)]


def test_who_of_the_staff_sets_a_password_by_a_link_is_told(lines: Any, engine: Engine) -> None:
    boris = hire()
    composition.app().accounts.vouch(MAIL)
    ask("POST /v1/password-resets", {"email": MAIL}, None)
    with engine.connect() as connection:
        code_id: UUID = connection.execute(select(codes.c.id)).scalar_one()
    path = {"token": composition.app().codes.pending(code_id).secret}
    lines()
    assert ask("POST /v1/password-resets/{token}", {"password": "a longer sentence"}, None, path).status == 204
    [line] = lines()
    assert (line["action"], line["actor_id"], line["target"], line["network"]) == (
        "reset_password",
        boris.subject,
        f"account:{boris.subject}",
        "203.0.113.0/24",
    )
    assert path["token"] not in str(line) and "sentence" not in str(line)


def test_who_is_promoted_shut_out_and_removed_is_told_without_their_data(lines: Any) -> None:
    hire("admin", "other@example.com")
    lines()
    boris = hire()
    path = {"account_id": boris.subject}
    ask("PATCH /v1/staff/{account_id}", {"role": "admin"}, path=path)
    ask("PATCH /v1/staff/{account_id}", {"disabled": True, "role": "manager"}, path=path)
    ask("DELETE /v1/staff/{account_id}/sessions", path=path)
    ask("DELETE /v1/staff/{account_id}", path=path)

    told = lines()
    assert [line["action"] for line in told] == [
        "change_staff",
        "change_staff",
        "end_staff_sessions",
        "erase_staff",
    ]
    assert {line["target"] for line in told} == {f"account:{boris.subject}"}
    assert {(line["actor_id"], line["network"]) for line in told} == {(ADMIN.subject, "203.0.113.0/24")}
    assert (told[0]["before"], told[0]["after"]) == ({"role": "manager"}, {"role": "admin"})
    assert told[1]["after"].keys() == {"role", "disabled_at"}
    assert "example.com" not in str(told) and "+7" not in str(told)


def test_a_change_that_is_refused_leaves_no_line(lines: Any) -> None:
    only = hire("admin")
    lines()
    refused = ask("PATCH /v1/staff/{account_id}", {"role": "manager"}, path={"account_id": only.subject})
    assert (refused.code, lines()) == ("last_admin", [])


def test_the_staff_sign_in_and_out(lines: Any, engine: Engine) -> None:
    boris = hire()
    lines()
    assert sign_in().status == 200
    with engine.connect() as connection:
        session = connection.execute(text("SELECT id FROM gateway.sessions")).scalar_one()
    me = replace(boris, session=session)
    assert ask("DELETE /v1/sessions/current", who=me).status == 204
    assert ask("DELETE /v1/sessions", who=me).status == 204

    entered, left, everywhere = lines()
    assert (entered["action"], entered["target"], entered["actor_id"]) == (
        "sign_in",
        f"account:{boris.subject}",
        boris.subject,
    )
    assert (entered["session_id"], entered["network"]) == (str(session), "203.0.113.0/24")
    assert (left["action"], left["target"]) == ("end_current_session", f"session:{session}")
    assert (everywhere["action"], everywhere["target"]) == ("end_all_sessions", f"account:{boris.subject}")


def test_clients_and_strangers_leave_nothing(lines: Any) -> None:
    ask("POST /v1/accounts", registration().model_dump(), None)
    sign_in(email="anna@example.com")
    sign_in("wrong", email="anna@example.com")
    sign_in("wrong", email="nobody@example.com")
    assert lines() == []


def test_who_does_not_get_in_leaves_as_many_lines_as_passwords_were_compared(lines: Any) -> None:
    """The pauses bound them; and the broker is not asked, so that the time of the answer tells nothing."""
    boris = hire()
    lines()
    composition.app().world.publisher.taken.clear()  # type: ignore[attr-defined]
    codes = [sign_in("wrong").code for _ in range(PAIR.free * 4)]
    told = lines()
    assert len(told) == codes.count("invalid_credentials") == PAIR.free
    assert {(line["action"], line["target"], line["actor_id"], line["network"]) for line in told} == {
        ("sign_in_failed", f"account:{boris.subject}", None, "203.0.113.0/24")
    }
    assert composition.app().world.publisher.taken == []  # type: ignore[attr-defined]


def test_a_password_is_changed_with_one_line_and_a_wrong_one_is_a_failed_sign_in(lines: Any) -> None:
    boris = hire()
    lines()
    wrong = ask("PUT /v1/me/password", {"current": "wrong", "new": "correct horse battery"}, boris)
    assert (wrong.status, [line["action"] for line in lines()]) == (422, ["sign_in_failed"])
    right = ask("PUT /v1/me/password", {"current": PASSWORD, "new": "correct horse battery"}, boris)
    [line] = lines()
    assert (right.status, line["action"], line["target"]) == (204, "change_password", f"account:{boris.subject}")
    assert "horse" not in str(line)


def test_a_wrong_code_for_a_new_phone_is_no_deed(lines: Any) -> None:
    boris = hire()
    lines()
    wrong = {"phone": "+79035550101", "code": "000000", "password": PASSWORD}
    assert ask("POST /v1/me/confirmations", wrong, boris).code == "invalid_code"
    assert lines() == []


def test_of_ones_own_details_only_that_they_changed(lines: Any) -> None:
    boris = hire()
    lines()
    ask("PATCH /v1/me", {"phone": "+79035550100", "locale": "en"}, boris)
    [line] = lines()
    assert line["target"] == f"account:{boris.subject}"
    assert (line["before"]["phone"], line["after"]) == ("(text)", {"phone": "(text)", "locale": "en"})


def test_the_first_administrator_is_told_of(lines: Any, service: composition.App) -> None:
    made = service.accounts.bootstrap(staff())
    [line] = lines()
    assert (line["action"], line["target"]) == ("bootstrap", f"account:{made.id}")
    assert UUID(line["target"].partition(":")[2])


def test_a_second_factor_is_told_without_its_secrets(lines: Any) -> None:
    boris = hire("manager")
    lines()
    begun = ask("POST /v1/me/second-factor", {"password": PASSWORD}, boris)
    secret = b32decode(begun.body["secret"])
    wrong = ask("POST /v1/me/second-factor/confirm", {"code": "000000"}, boris)
    code = code_of(secret, step_at(SystemClock().now()))
    made = ask("POST /v1/me/second-factor/confirm", {"code": code}, boris)
    assert (begun.status, wrong.status, made.status) == (200, 422, 200)
    assert ask("POST /v1/tokens", {"email": MAIL, "password": PASSWORD, "second_factor": "0"}, None).status == 401
    path = {"account_id": boris.subject}
    assert ask("DELETE /v1/staff/{account_id}/second-factor", path=path).status == 204

    told = lines()
    assert [line["action"] for line in told] == [
        "start_second_factor",
        "confirm_second_factor",
        "sign_in_failed",
        "remove_second_factor_of_staff",
    ]
    assert {line["target"] for line in told} == {f"account:{boris.subject}"}
    assert [line["after"] for line in told] == [
        {"password": "(text)"},
        {"second_factor": True},
        {},
        {"second_factor": False},
    ]
    hidden = [begun.body["secret"], code, *made.body["recovery_codes"]]
    assert not any(each in json.dumps(told) for each in hidden)
