"""Who proves to be reached where guests were gets what they booked, on real PostgreSQL and through the routes."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, insert, select

from core.clock import SystemClock
from core.identity import Identity
from core.tokens import verify
from gateway import composition
from gateway.app import api
from gateway.tables import consents, users
from shared_schemas.accounts import StaffRequest
from shared_schemas.common import Role
from tests.support.database import RecordingPublisher
from tests.support.gateway import KEYS
from tests.support.guests import CONSENTS
from tests.support.rest import Answer, call, rest_event

BOOKING, NOTIFICATION, PAYMENT = (Identity(name, Role.SERVICE) for name in ("booking", "notification", "payment"))
ADMIN = Identity(str(uuid4()), Role.ADMIN)
PHONE, OTHER_PHONE, EMAIL = "+79161112233", "+79161112234", "vera@example.com"


pytestmark = pytest.mark.usefixtures("whole_gateway")


def ask(route: str, body: Any = None, who: Identity | None = None, **path: str) -> Answer:
    sent = json.dumps(body) if body is not None else None
    return call(api, rest_event(route, body=sent, identity=who, path=path))


def guest(*, booked: bool = True, **changes: Any) -> UUID:
    told = {"full_name": "Вера Гостева", "phone": PHONE, "locale": "ru", "consents": CONSENTS} | changes
    made = str(ask("POST /v1/guests", told, BOOKING).body["id"])
    if booked:
        grant(made)
    return UUID(made)


def grant(guest_id: str) -> dict[str, Any]:
    body = {"booking_id": str(uuid4()), "ends_at": (SystemClock().now() + timedelta(days=3)).isoformat()}
    answer = ask("POST /v1/guests/{guest_id}/tokens", body, BOOKING, guest_id=guest_id)
    assert answer.status == 201, answer.body
    return dict(answer.body)


def sign_in(broker: RecordingPublisher, **address: str) -> Identity:
    """By the code that is sent there; whoever has no account gets one."""
    ask("POST /v1/codes", address)
    answer = ask("POST /v1/tokens", address | {"code": secret(broker), "consent": True})
    assert answer.status == 200, answer.body
    return verify(answer.body["access_token"], KEYS)


def secret(broker: RecordingPublisher) -> str:
    """What the newest message holds."""
    newest = [event for event in broker.taken if event.type == "code.requested"][-1]
    answer = ask("GET /v1/codes/{code_id}", who=NOTIFICATION, code_id=str(newest.data["code_id"]))
    return str(answer.body["secret"])


def joined(broker: RecordingPublisher) -> list[dict[str, Any]]:
    return [event.data for event in broker.taken if event.type == "account.joined"]


def owner(engine: Engine, guest_id: UUID) -> UUID | None:
    with engine.connect() as connection:
        found = connection.execute(select(users.c.joined_to).where(users.c.id == guest_id)).scalar_one()
    return found if found is None else UUID(str(found))


def test_who_signs_in_by_the_number_finds_what_was_booked_with_it(engine: Engine, broker: RecordingPublisher) -> None:
    theirs = sorted([guest(), guest(full_name="В. Гостева", email=EMAIL)])
    others = [guest(phone=OTHER_PHONE), guest(booked=False)]

    me = sign_in(broker, phone=PHONE)

    told = [{"account_id": str(me.user_id), "guest_ids": [str(each) for each in theirs]}]
    assert json.loads(json.dumps(joined(broker), default=str)) == told
    assert [owner(engine, each) for each in [*theirs, *others]] == [me.user_id, me.user_id, None, None]


def test_who_signs_in_by_the_mail_does_so_too_and_nobody_without_a_mail_is_taken_for_them(
    engine: Engine, broker: RecordingPublisher
) -> None:
    with_mail, without = guest(email=EMAIL), guest(phone=OTHER_PHONE)
    me = sign_in(broker, email=EMAIL)
    assert (owner(engine, with_mail), owner(engine, without)) == (me.user_id, None)


def test_a_guest_joins_once(engine: Engine, broker: RecordingPublisher) -> None:
    first = guest(email=EMAIL)
    me = sign_in(broker, phone=PHONE)
    sign_in(broker, phone=PHONE)
    other = sign_in(broker, email=EMAIL)
    assert (len(joined(broker)), owner(engine, first)) == (1, me.user_id)
    assert other.user_id != me.user_id
    second = guest()
    sign_in(broker, phone=PHONE)
    assert (len(joined(broker)), owner(engine, second)) == (2, me.user_id)


def test_a_number_that_somebody_wrote_down_proves_nothing(engine: Engine, broker: RecordingPublisher) -> None:
    """Anybody may register with it; only the mail was proved."""
    theirs = guest()
    wanted = {"email": EMAIL, "phone": PHONE, "full_name": "Мошенник", "password": "a longer sentence", "consent": True}
    assert ask("POST /v1/accounts", wanted).status == 201
    me = verify(ask("POST /v1/tokens", {"email": EMAIL, "password": "a longer sentence"}).body["access_token"], KEYS)
    ask("POST /v1/codes", {"email": EMAIL})
    confirmed = ask("POST /v1/me/confirmations", {"email": EMAIL, "code": secret(broker)}, me)
    assert (confirmed.status, confirmed.body["phone"]) == (200, PHONE), confirmed.body
    assert (owner(engine, theirs), joined(broker)) == (None, [])


def test_who_confirms_an_address_or_sets_a_password_by_a_link_has_proved_it_too(
    engine: Engine, broker: RecordingPublisher
) -> None:
    by_mail, by_phone = guest(phone=OTHER_PHONE, email=EMAIL), guest()
    wanted = {"email": EMAIL, "phone": PHONE, "full_name": "Вера", "password": "a longer sentence", "consent": True}
    me = Identity(ask("POST /v1/accounts", wanted).body["id"], Role.CLIENT)
    ask("POST /v1/password-resets", {"email": EMAIL})
    reset = ask("POST /v1/password-resets/{token}", {"password": "another sentence"}, token=secret(broker))
    assert (reset.status, owner(engine, by_mail), owner(engine, by_phone)) == (204, me.user_id, None)

    ask("POST /v1/codes", {"phone": PHONE})
    confirmation = {"phone": PHONE, "code": secret(broker), "password": "another sentence"}
    assert ask("POST /v1/me/confirmations", confirmation, me).status == 200
    assert owner(engine, by_phone) == me.user_id


def test_the_link_of_a_guest_ends_and_news_go_to_the_account(broker: RecordingPublisher) -> None:
    theirs = guest()
    link = grant(str(theirs))["manage_url"].partition("#")[2]
    assert ask("POST /v1/guest-tokens", {"token": link}).status == 200
    me = sign_in(broker, phone=PHONE)
    refused = ask("POST /v1/guest-tokens", {"token": link})
    assert (refused.status, refused.code) == (401, "link_not_valid"), "a stranger may have booked with this number"
    shown = ask("GET /v1/accounts/{account_id}/contact", who=PAYMENT, account_id=str(theirs))
    assert (shown.body["id"], shown.body["phone_confirmed"]) == (str(me.user_id), True)
    found = ask("GET /v1/accounts/{account_id}", who=BOOKING, account_id=str(theirs))
    assert found.code == "account_not_found", "staff book for the account from now on"


def test_the_consent_that_bookings_need_goes_along_and_that_to_advertising_never(
    engine: Engine, broker: RecordingPublisher
) -> None:
    """Nobody proved that whoever gave it as a guest is the account's owner."""
    for _ in range(2):
        guest(consents=[*CONSENTS, {"document": "advertising", "version": "2026-11"}])
    me = sign_in(broker, phone=PHONE)
    with engine.connect() as connection:
        rows = connection.execute(select(consents.c.document).where(consents.c.user_id == me.user_id)).scalars().all()
    assert rows == ["personal_data"]


def test_who_is_erased_is_erased_as_a_guest_too(engine: Engine, broker: RecordingPublisher) -> None:
    theirs, other = guest(), guest(phone=OTHER_PHONE)
    me = sign_in(broker, phone=PHONE)
    assert ask("DELETE /v1/me", who=me).status == 204
    erased = {str(event.data["account_id"]) for event in broker.taken if event.type == "account.erased"}
    assert erased == {str(me.user_id), str(theirs)}
    with engine.connect() as connection:
        query = select(users.c.id).where(users.c.phone.is_not(None), users.c.erased_at.is_(None))
        assert connection.execute(query).scalars().all() == [other]


def test_who_booked_as_a_guest_since_is_erased_with_the_account(engine: Engine, broker: RecordingPublisher) -> None:
    """By the owner, or by the studio; a number that the account only names erases nobody."""
    for route in ("DELETE /v1/me", "DELETE /v1/accounts/{account_id}"):
        me = sign_in(broker, email=EMAIL)
        ask("PATCH /v1/me", {"phone": PHONE}, me)
        theirs, other = guest(phone=OTHER_PHONE, email=EMAIL), guest()
        path = {"account_id": str(me.user_id)} if "{" in route else {}
        assert ask(route, None, ADMIN if path else me, **path).status == 204

        told = {str(event.data["account_id"]) for event in broker.taken if event.type == "account.erased"}
        assert {str(me.user_id), str(theirs)} <= told
        with engine.connect() as connection:
            left = select(users.c.id).where(users.c.id.in_([theirs, other]), users.c.full_name != "")
            assert connection.execute(left).scalars().all() == [other]


def test_staff_find_the_account_once_its_number_is_proved(broker: RecordingPublisher) -> None:
    me = sign_in(broker, phone=PHONE)
    ask("PATCH /v1/me", {"full_name": "Вера Гостева"}, me)
    told = {"full_name": "Гостева Вера", "phone": PHONE, "locale": "ru", "by_staff": True}
    found = ask("POST /v1/guests", told, BOOKING).body
    assert (found["id"], found["has_account"]) == (str(me.user_id), True)
    slip = ask("POST /v1/guests", told | {"full_name": "Вера Другая"}, BOOKING).body
    assert not slip["has_account"]


def test_the_erased_and_the_disabled_get_nothing(engine: Engine, broker: RecordingPublisher) -> None:
    row = {
        "id": uuid4(), "phone": PHONE, "full_name": "", "locale": "ru", "role": "client",
        "consented_at": SystemClock().now(), "phone_confirmed_at": SystemClock().now(),
        "disabled_at": SystemClock().now(),
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(users).values(**row))
    theirs = guest()
    ask("POST /v1/codes", {"phone": PHONE})
    assert ask("POST /v1/tokens", {"phone": PHONE, "code": secret(broker)}).code == "account_disabled"
    assert (owner(engine, theirs), joined(broker)) == (None, [])


MANAGER = Identity(str(uuid4()), Role.MANAGER)


def merge(customer_id: UUID, into: UUID) -> Answer:
    return ask("POST /v1/customers/{customer_id}/merge", {"into": str(into)}, MANAGER, customer_id=str(customer_id))


def an_account() -> UUID:
    told = {"email": "vera@home.example", "phone": OTHER_PHONE, "full_name": "Vera", "password": "correct horse 17"}
    return UUID(ask("POST /v1/accounts", told | {"consent": True}).body["id"])


def test_staff_merge_a_guest_into_an_account(engine: Engine, broker: RecordingPublisher) -> None:
    one, account = guest(), an_account()
    assert merge(one, account).body["full_name"] == "Vera"
    assert [event.data for event in broker.taken if event.type == "account.joined"] == [
        {"account_id": str(account), "guest_ids": [str(one)]}
    ]
    with engine.connect() as connection:
        agreed = select(consents.c.document).where(consents.c.user_id == account)
        assert set(connection.execute(agreed).scalars()) >= {consent["document"] for consent in CONSENTS}
    people = ask("POST /v1/contacts", {"ids": [str(one)]}, BOOKING).body["data"]
    assert [(person["id"], person["full_name"]) for person in people] == [(str(one), "Vera")]


def test_only_somebody_without_an_account_is_merged_and_once(broker: RecordingPublisher) -> None:
    one, account = guest(), an_account()
    for wrong in (account, uuid4(), guest(booked=False, phone="+79161112299")):
        assert (merge(wrong, account).status, merge(wrong, account).code) == (409, "not_a_guest")
    for nobody in (uuid4(), one):
        assert merge(one, nobody).code == "account_not_found"
    assert merge(one, account).status == 200
    assert merge(one, account).code == "not_a_guest"
    assert len([event for event in broker.taken if event.type == "account.joined"]) == 1
    who = Identity(str(account), Role.CLIENT)
    route = "POST /v1/customers/{customer_id}/merge"
    assert ask(route, {"into": str(account)}, who, customer_id=str(one)).status == 403


def test_guests_are_found_while_their_bookings_are_nobody_elses() -> None:
    one, _ = guest(), guest(booked=False, full_name="Вера Передумала", phone="+79161112299")

    def found() -> list[str]:
        answer = ask("POST /v1/contacts/search", {"q": "вера", "limit": 10}, BOOKING)
        return [person["id"] for person in answer.body["data"]]

    assert found() == [str(one)]
    merge(one, an_account())
    assert found() == []


def test_who_of_the_staff_booked_as_a_guest_is_not_erased_as_one(engine: Engine, broker: RecordingPublisher) -> None:
    """The booking names a mail that is an administrator's; its id leads to more than a guest."""
    told = {"email": EMAIL, "phone": PHONE, "full_name": "Vera", "password": "correct horse 17", "role": "admin"}
    composition.app().accounts.bootstrap(StaffRequest.model_validate(told))
    theirs = guest(email=EMAIL)
    admin = sign_in(broker, email=EMAIL)
    assert owner(engine, theirs) == admin.user_id

    refused = ask("DELETE /v1/accounts/{account_id}", who=admin, account_id=str(theirs))

    assert (refused.status, refused.code) == (404, "account_not_found")
    assert [member["email"] for member in ask("GET /v1/staff", who=admin).body["data"]] == [EMAIL]
