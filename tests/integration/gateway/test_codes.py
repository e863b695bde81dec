"""One-time codes on real PostgreSQL, through the routes as they are deployed."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text

from core.identity import Identity
from core.tokens import verify
from gateway import composition
from gateway.accounts.errors import PhoneTakenError
from gateway.app import api
from gateway.codes.domain import TRIES, Address
from gateway.codes.errors import InvalidCodeError
from gateway.sessions.errors import TooManyTriesError
from gateway.tables import codes, users
from shared_schemas.accounts import TokenRequest
from shared_schemas.common import Role
from shared_schemas.errors import CycloramaError
from tests.support.clock import NOW, FixedClock
from tests.support.codes import EMAIL, PHONE, wrong
from tests.support.database import EngineFor, RecordingPublisher, somebody_waits
from tests.support.gateway import KEYS, PASSWORD, FakePasswords, registration
from tests.support.rest import Answer, call, rest_event
from tests.support.system.environment import NOBODY, deployed
from tests.support.waiting import PATIENCE_SECONDS

NOTIFICATION, PAYMENT = Identity("notification", Role.SERVICE), Identity("payment", Role.SERVICE)


@pytest.fixture
def broker() -> RecordingPublisher:
    return RecordingPublisher()


@pytest.fixture
def service(engine: Engine, broker: RecordingPublisher, monkeypatch: pytest.MonkeyPatch) -> Iterator[composition.App]:
    monkeypatch.setenv("TOKEN_KEYS", json.dumps(KEYS))
    with deployed(composition.app, engine, NOBODY, monkeypatch) as app:
        told = replace(app, world=replace(app.world, publisher=broker), make_passwords=FakePasswords)
        with composition.app.replaced(told):
            yield told


def ask(route: str, body: Any = None, identity: Identity | None = None, **path: str) -> Answer:
    sent = json.dumps(body) if body is not None else None
    return call(api, rest_event(route, body=sent, identity=identity, path=path))


def sent(broker: RecordingPublisher) -> Answer:
    """What the notification service is told of the newest code."""
    newest = [event for event in broker.taken if event.type == "code.requested"][-1]
    return ask("GET /v1/codes/{code_id}", identity=NOTIFICATION, code_id=newest.data["code_id"])


def everything(engine: Engine) -> str:
    stored = "SELECT string_agg(t::text, '') FROM gateway."
    with engine.connect() as connection:
        tables = ("codes", "outbox", "tries", "users", "sessions", "idempotency_keys", "known_addresses")
        return "".join(connection.execute(text(stored + table + " AS t")).scalar_one() or "" for table in tables)


@pytest.mark.usefixtures("service")
def test_somebody_without_an_account_signs_in_by_phone(engine: Engine, broker: RecordingPublisher) -> None:
    asked = ask("POST /v1/codes", {"phone": "8 916 123-45-67"})
    assert (asked.status, asked.body) == (202, {"expires_in": 600})
    waiting = sent(broker).body
    assert (waiting["address"], waiting["channel"]) == (PHONE.value, "sms")
    assert waiting["secret"] not in everything(engine)

    attempt = {"phone": PHONE.value, "code": waiting["secret"]}
    assert ask("POST /v1/tokens", attempt).code == "consent_required"
    assert ask("POST /v1/tokens", attempt | {"code": wrong(waiting["secret"]), "consent": True}).code == "invalid_code"
    entered = ask("POST /v1/tokens", attempt | {"consent": True})
    me = verify(entered.body["access_token"], KEYS)
    account = ask("GET /v1/me", identity=me).body
    assert (account["phone"], account["full_name"], "email" in account) == (PHONE.value, "", False)
    assert account["phone_confirmed_at"]
    assert (ask("POST /v1/tokens", attempt).code, sent(broker).code) == ("invalid_code", "code_not_found")

    assert ask("DELETE /v1/me", identity=me).status == 204
    assert PHONE.value not in everything(engine)


@pytest.mark.usefixtures("service")
def test_a_forgotten_password_is_set_anew_by_the_link_of_a_mail(engine: Engine, broker: RecordingPublisher) -> None:
    ask("POST /v1/accounts", registration().model_dump())
    answers = [ask("POST /v1/password-resets", {"email": email}) for email in ("nobody@x.test", EMAIL.value)]
    assert [(answer.status, answer.body) for answer in answers] == [(202, {"expires_in": 3600})] * 2
    waiting = sent(broker).body
    assert (waiting["purpose"], waiting["address"]) == ("reset", EMAIL.value)
    assert waiting["secret"] not in everything(engine)

    route, link = "POST /v1/password-resets/{token}", waiting["secret"]
    weak = ask(route, {"password": "qwerty123"}, token=link)
    assert (weak.status, weak.body["errors"][0]["code"]) == (422, "password_too_common")
    assert ask(route, {"password": "a longer sentence"}, token=link).status == 204
    assert ask(route, {"password": "a longer sentence"}, token=link).code == "reset_not_found"
    assert broker.taken[-1].type == "account.password_changed"
    assert ask("POST /v1/tokens", {"email": EMAIL.value, "password": "a longer sentence"}).status == 200


@pytest.mark.usefixtures("service")
def test_who_registers_confirms_the_email_and_may_change_it(broker: RecordingPublisher) -> None:
    made = ask("POST /v1/accounts", registration().model_dump()).body
    me, route = Identity(made["id"], Role.CLIENT), "POST /v1/me/confirmations"
    waiting = sent(broker).body
    assert (waiting["purpose"], waiting["address"]) == ("confirmation", EMAIL.value)
    confirmed = ask(route, {"email": EMAIL.value, "code": waiting["secret"]}, me)
    assert (confirmed.status, "email_confirmed_at" in confirmed.body) == (200, True)
    assert ask(route, {"email": EMAIL.value, "code": waiting["secret"]}, me).code == "invalid_code"
    contact = ask("GET /v1/accounts/{account_id}/contact", identity=PAYMENT, account_id=made["id"]).body
    assert (contact["email_confirmed"], contact["phone_confirmed"]) == (True, False)

    ask("POST /v1/codes", {"email": "new@example.com"})
    change = {"email": "new@example.com", "code": sent(broker).body["secret"]}
    assert ask(route, change, me).code == "password_needed"
    assert ask(route, change | {"password": PASSWORD}, me).body["email"] == "new@example.com"
    warning = sent(broker).body
    assert (warning["purpose"], warning["address"], warning["secret"]) == ("warning", EMAIL.value, "")


@pytest.mark.usefixtures("service")
def test_without_a_password_an_email_is_added_right_after_signing_in(broker: RecordingPublisher) -> None:
    ask("POST /v1/codes", {"phone": PHONE.value})
    entry = {"phone": PHONE.value, "code": sent(broker).body["secret"], "consent": True}
    me = verify(ask("POST /v1/tokens", entry).body["access_token"], KEYS)
    ask("POST /v1/codes", {"email": EMAIL.value})
    route, added = "POST /v1/me/confirmations", {"email": EMAIL.value, "code": sent(broker).body["secret"]}
    refused = ask(route, added, replace(me, session=None))
    assert (refused.status, refused.code) == (422, "sign_in_again")
    assert ask(route, added, me).body["email"] == EMAIL.value


def test_an_email_that_somebody_only_wrote_down_goes_to_who_proves_it(
    service: composition.App, broker: RecordingPublisher
) -> None:
    strangers = service.accounts.register(registration(email="mine@example.com"))
    me = Identity(ask("POST /v1/accounts", registration().model_dump()).body["id"], Role.CLIENT)
    ask("POST /v1/codes", {"email": "mine@example.com"})
    proof = {"email": "mine@example.com", "code": sent(broker).body["secret"], "password": PASSWORD}
    assert ask("POST /v1/me/confirmations", proof, me).body["email"] == "mine@example.com"
    assert service.accounts.get(strangers.id).email is None


def test_a_stranger_sees_no_difference_and_waits_alike(service: composition.App) -> None:
    service.accounts.register(registration())
    answers = [[ask("POST /v1/codes", {"email": email}) for _ in range(3)] for email in (EMAIL.value, "nobody@x.test")]
    assert [[answer.status for answer in each] for each in answers] == [[202, 202, 429]] * 2
    assert answers[0][0].body == answers[1][0].body
    assert [each[-1].code for each in answers] == ["too_many_codes"] * 2
    assert all(29 <= int(each[-1].headers["retry-after"]) <= 30 for each in answers)
    tries = [ask("POST /v1/tokens", {"email": email, "code": "000000"}) for email in (EMAIL.value, "nobody@x.test")]
    assert [(answer.status, answer.code) for answer in tries] == [(401, "invalid_code")] * 2


def test_the_database_lets_one_account_confirm_a_phone(service: composition.App) -> None:
    accounts = [service.accounts.register(registration(email=f"{n}@example.com")).id for n in range(2)]
    for expected in (nullcontext(), pytest.raises(PhoneTakenError)):
        with expected, service.unit_of_work() as work:
            user = work.users.get(accounts.pop())
            work.users.update(replace(user, phone_confirmed_at=NOW))
            work.commit()


def crowd_of(service: composition.App, engine_for: EngineFor, size: int) -> list[composition.App]:
    still = replace(service, world=replace(service.world, clock=FixedClock()))
    return [replace(still, world=replace(still.world, engine=engine_for("gateway"))) for _ in range(size)]


def test_many_tries_at_once_are_no_way_round(service: composition.App, engine_for: EngineFor, engine: Engine) -> None:
    """They come from everywhere, so that only the code itself counts them all."""
    crowd = crowd_of(service, engine_for, 8)
    crowd[0].codes.send(EMAIL, "ru", "home")
    with engine.connect() as connection:
        code_id = connection.execute(select(codes.c.id)).scalar_one()
    secret = crowd[0].codes.pending(code_id).secret
    start = Barrier(len(crowd))

    def knock(number: int) -> list[str]:
        start.wait(PATIENCE_SECONDS)
        return [outcome(crowd[number], f"{number}.{turn}") for turn in range(2)]

    def outcome(mine: composition.App, network: str) -> str:
        request = TokenRequest(email=EMAIL.value, code=wrong(secret))
        try:
            mine.code_sign_in.sign_in(request, "", network)
        except (InvalidCodeError, TooManyTriesError) as refused:
            return refused.code
        return "in"

    with ThreadPoolExecutor(len(crowd)) as pool:
        outcomes = [each for outcomes in pool.map(knock, range(len(crowd))) for each in outcomes]
    with engine.connect() as connection:
        left = connection.execute(select(codes.c.tries_here, codes.c.tries_elsewhere)).one()
    assert (set(outcomes), tuple(left)) == ({"invalid_code"}, (0, TRIES))


def test_a_right_code_lets_in_one_of_many_who_come_at_once(
    service: composition.App, engine_for: EngineFor, engine: Engine
) -> None:
    crowd = crowd_of(service, engine_for, 4)
    crowd[0].codes.send(Address("sms", PHONE.value), "ru", "home")
    with engine.connect() as connection:
        code_id: UUID = connection.execute(select(codes.c.id)).scalar_one()
    request = TokenRequest(phone=PHONE.value, code=crowd[0].codes.pending(code_id).secret, consent=True)
    start = Barrier(len(crowd))

    def knock(mine: composition.App) -> str:
        start.wait(PATIENCE_SECONDS)
        try:
            mine.code_sign_in.sign_in(request, "", "home")
        except InvalidCodeError as refused:
            return refused.code
        return "in"

    with ThreadPoolExecutor(len(crowd)) as pool:
        outcomes = sorted(pool.map(knock, crowd))
    with engine.connect() as connection:
        accounts = connection.execute(select(users.c.id)).all()
    assert (outcomes, len(accounts)) == (["in"] + ["invalid_code"] * 3, 1)


def test_who_asks_for_the_next_code_waits_for_who_uses_this_one(
    service: composition.App, engine_for: EngineFor, engine: Engine
) -> None:
    """Both lock counts first and codes then; where they did not, PostgreSQL would end one of them."""
    (one, other), observer, done = crowd_of(service, engine_for, 2), engine_for("gateway"), list[bool]()
    one.codes.send(EMAIL, "ru", "home")
    with engine.connect() as connection:
        first: UUID = connection.execute(select(codes.c.id)).scalar_one()
    secret = one.codes.pending(first).secret

    def ask_again() -> None:
        other.codes.send(EMAIL, "ru", "home")
        done.append(True)

    with one.unit_of_work() as work:
        sent = one.codes.check(work, EMAIL, secret, "home")
        second = Thread(target=ask_again)
        second.start()
        while second.is_alive() and not somebody_waits(observer):
            """It gets as far as it can."""
        one.codes.used(work, sent, "home")
        work.commit()
    second.join()
    with engine.connect() as connection:
        left = connection.execute(select(codes.c.id)).scalars().all()
    assert (done, len(left), first in left) == ([True], 1, False)


def test_sending_and_signing_in_at_once_wait_for_each_other_and_do_not_deadlock(
    service: composition.App, engine_for: EngineFor
) -> None:
    """Counts are locked in one order, and none of their rows goes while somebody waits for it."""
    crowd = crowd_of(service, engine_for, 6)
    start = Barrier(len(crowd))

    def live(number: int) -> set[str]:
        start.wait(PATIENCE_SECONDS)
        attempt = sends if number % 2 else enters
        return {outcome(attempt, crowd[number]) for _ in range(25)}

    def sends(mine: composition.App) -> None:
        mine.codes.send(EMAIL, "ru", "home")

    def enters(mine: composition.App) -> None:
        with mine.world.engine.connect() as connection:
            waiting = connection.execute(select(codes.c.id)).scalars().all()
        for code_id in waiting:
            code = mine.codes.pending(code_id).secret
            mine.code_sign_in.sign_in(TokenRequest(email=EMAIL.value, code=code, consent=True), "", "home")

    def outcome(attempt: Callable[[composition.App], None], mine: composition.App) -> str:
        try:
            attempt(mine)
        except CycloramaError as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(len(crowd)) as pool:
        said = set().union(*pool.map(live, range(len(crowd))))
    expected = {"invalid_code", "code_not_found", "too_many_codes", "too_many_tries"}
    assert said - expected == {"done"}
