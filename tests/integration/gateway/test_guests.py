"""Guests on real PostgreSQL, through the routes and the authoriser as they are deployed."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, func, insert, select, text

from core.clock import SystemClock
from core.identity import Identity
from core.jobs import Turn
from core.postgres.retention import Purge
from core.tokens import sign
from gateway import composition
from gateway.app import api
from gateway.guests.links import Link, sealed
from gateway.retention import kept
from gateway.sessions.verdict import Authorizer
from gateway.tables import consents, delivery, users
from shared_schemas.common import Role
from tests.support.authorizing import judged
from tests.support.gateway import KEYS
from tests.support.rest import Answer, call, rest_event

BOOKING = Identity("booking", Role.SERVICE)
PHONE, OTHER_PHONE = "+79161112233", "+79161112234"
CONSENTS = [{"document": "personal_data", "version": "2026-11"}, {"document": "advertising", "version": "2026-11"}]


def ask(route: str, body: Any, who: Identity | None = BOOKING, key: str | None = None, **path: str) -> Answer:
    headers = {"Idempotency-Key": key} if key else {}
    return call(api, rest_event(route, body=json.dumps(body), identity=who, path=path, headers=headers))


def admit(key: str | None = None, **changes: Any) -> dict[str, Any]:
    told = {"full_name": "Вера Гостева", "phone": PHONE, "locale": "ru", "consents": CONSENTS} | changes
    answer = ask("POST /v1/guests", told, key=key)
    assert answer.status == 201, answer.body
    return dict(answer.body)


def grant(guest_id: str, booking_id: UUID | None = None, days: float = 7) -> dict[str, Any]:
    ends_at = SystemClock().now() + timedelta(days=days)
    body = {"booking_id": str(booking_id or uuid4()), "ends_at": ends_at.isoformat()}
    answer = ask("POST /v1/guests/{guest_id}/tokens", body, guest_id=guest_id)
    assert answer.status == 201, answer.body
    return dict(answer.body)


def register(engine: Engine, **changes: Any) -> str:
    account: dict[str, Any] = {
        "id": uuid4(),
        "email": f"{uuid4()}@example.com",
        "phone": PHONE,
        "full_name": "Вера Гостева",
        "locale": "ru",
        "role": "client",
        "password_hash": "hash",
        "consented_at": SystemClock().now(),
    }
    with engine.begin() as connection:
        connection.execute(insert(users).values(**account | changes))
    return str((account | changes)["id"])


def contact(user_id: str) -> Answer:
    event = rest_event(
        "GET /v1/accounts/{account_id}/contact",
        identity=Identity("payment", Role.SERVICE),
        path={"account_id": user_id},
    )
    return call(api, event)


def count(engine: Engine, table: Any = users) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


@pytest.mark.usefixtures("service")
def test_each_is_new_whatever_number_and_mail_are_given(engine: Engine) -> None:
    """Nobody learns whether there is an account, and nobody gets one that is somebody else's."""
    account = register(engine, email="vera@example.com")
    first, second = admit(email="vera@example.com"), admit(email="vera@example.com")
    assert len({first["id"], second["id"], account}) == 3
    assert first["phone_key"] == second["phone_key"] != admit(phone=OTHER_PHONE)["phone_key"]
    assert second["same_phone"] == [account, first["id"]]
    assert not first["has_account"]


@pytest.mark.usefixtures("service")
def test_a_guest_is_reached_as_said_and_by_no_query_of_accounts(engine: Engine) -> None:
    made = admit()
    shown = contact(made["id"])
    said = {"id": made["id"], "phone": PHONE, "full_name": "Вера Гостева", "locale": "ru"}
    assert shown.body == said | {"email_confirmed": False, "phone_confirmed": False, "advertising": True}
    me = rest_event("GET /v1/me", identity=Identity(made["id"], Role.CLIENT))
    assert call(api, me).code == "account_not_found"
    sign_in = {"email": "vera@example.com", "password": "correct horse battery"}
    admit(email="vera@example.com")
    assert ask("POST /v1/tokens", sign_in, None).code == "invalid_credentials"


@pytest.mark.usefixtures("service")
def test_an_address_may_be_a_guests_and_an_accounts(engine: Engine) -> None:
    admit(email="vera@example.com")
    wanted = {
        "email": "vera@example.com", "phone": PHONE, "full_name": "Вера", "password": "correct horse battery",
        "consent": True,
    }  # fmt: skip
    assert ask("POST /v1/accounts", wanted, None).status == 201


@pytest.mark.usefixtures("service")
def test_a_repeated_booking_makes_one_guest(engine: Engine) -> None:
    assert admit(key="k1") == admit(key="k1")
    assert count(engine) == 1
    assert admit(key="k2")["id"] != admit(key="k1")["id"]


@pytest.mark.usefixtures("service")
def test_what_was_agreed_to_is_kept_by_document_version_and_time(engine: Engine) -> None:
    made = admit(consents=[*CONSENTS, CONSENTS[0]])
    with engine.connect() as connection:
        rows = connection.execute(select(consents).order_by(consents.c.document)).all()
    assert [(str(row.user_id), row.document, row.version) for row in rows] == [
        (made["id"], "advertising", "2026-11"),
        (made["id"], "personal_data", "2026-11"),
    ]
    assert all(abs(SystemClock().now() - row.given_at) < timedelta(minutes=5) for row in rows)


def test_no_token_lives_longer_than_the_key_that_signed_it_is_known(authorizer: Authorizer) -> None:
    who = judged(authorizer, grant(admit()["id"], days=300)["access_token"])
    assert who and who.expires is not None
    assert timedelta(seconds=who.expires - SystemClock().now().timestamp()) <= timedelta(days=30)


def test_the_token_opens_its_booking_until_some_days_after_the_visit(authorizer: Authorizer) -> None:
    made, booking_id = admit(), uuid4()
    token = grant(made["id"], booking_id, days=7)["access_token"]
    who = judged(authorizer, token)
    assert who == Identity(made["id"], Role.CLIENT, booking=booking_id)
    assert who.expires is not None
    left = timedelta(seconds=who.expires - SystemClock().now().timestamp())
    assert timedelta(days=20, hours=23) < left <= timedelta(days=21)


def test_of_a_visit_that_is_over_it_works_as_long(authorizer: Authorizer) -> None:
    """Staff enter visits afterwards as well."""
    who = judged(authorizer, grant(admit()["id"], days=-30)["access_token"])
    assert who
    assert who.expires is not None
    assert who.expires > SystemClock().now().timestamp() + 13 * 24 * 3600


def test_the_link_is_exchanged_for_a_token_of_a_day(authorizer: Authorizer) -> None:
    made, booking_id = admit(), uuid4()
    url = grant(made["id"], booking_id)["manage_url"]
    page, _, secret = url.partition("#")
    assert page == "https://studio.test/manage"
    for _ in range(2):
        answer = ask("POST /v1/guest-tokens", {"token": secret}, None)
        assert (answer.status, answer.body["booking_id"]) == (200, str(booking_id))
        assert 23 * 3600 < answer.body["expires_in"] <= 24 * 3600
        assert judged(authorizer, answer.body["access_token"]) == Identity(made["id"], Role.CLIENT, booking=booking_id)
    assert judged(authorizer, secret) is None, "the link itself opens nothing"


@pytest.mark.usefixtures("service")
def test_nothing_else_is_exchanged(engine: Engine) -> None:
    made = admit()
    given, now = grant(made["id"]), SystemClock().now()
    secret = given["manage_url"].partition("#")[2]
    key = composition.app().world.settings.data_key
    hour, booking_id, guest_id = timedelta(hours=1), uuid4(), UUID(made["id"])
    wrong = {
        "an access token": given["access_token"],
        "garbage": "garbage",
        "no letters of it": "A" * 71,
        "one letter changed": secret[:20] + ("A" if secret[20] != "A" else "B") + secret[21:],
        "a part": secret[:-4],
        "a forged one": sealed(Link(guest_id, booking_id, now + hour), "another secret"),
        "an old one": sealed(Link(guest_id, booking_id, now - hour), key),
        "nobody's": sealed(Link(uuid4(), booking_id, now + hour), key),
        "of staff": sealed(Link(UUID(register(engine, role="manager")), booking_id, now + hour), key),
    }
    for name, token in wrong.items():
        answer = ask("POST /v1/guest-tokens", {"token": token}, None)
        assert (answer.status, answer.code) == (401, "link_not_valid"), name
    good = sealed(Link(guest_id, booking_id, now + hour), key)
    answer = ask("POST /v1/guest-tokens", {"token": good}, None)
    assert answer.status == 200
    assert answer.body["expires_in"] <= 3600, "no longer than the link itself"


def test_who_is_forgotten_is_let_in_no_more(authorizer: Authorizer, engine: Engine) -> None:
    made = admit()
    given = grant(made["id"])
    assert judged(authorizer, given["access_token"])
    with engine.begin() as connection:
        connection.execute(text("UPDATE gateway.users SET erased_at = now()"))
    assert judged(authorizer, given["access_token"]) is None
    assert contact(made["id"]).status == 404
    secret = given["manage_url"].partition("#")[2]
    assert ask("POST /v1/guest-tokens", {"token": secret}, None).code == "link_not_valid"


def test_who_joined_an_account_is_let_in_as_a_guest_no_more(authorizer: Authorizer, engine: Engine) -> None:
    """Whoever proved the address signs in; the booking may be a stranger's doing."""
    one, other = grant(admit()["id"]), grant(admit()["id"])
    exchanged = ask("POST /v1/guest-tokens", {"token": one["manage_url"].partition("#")[2]}, None).body
    joining = text("UPDATE gateway.users SET joined_to = :owner WHERE id = :guest")
    who = judged(authorizer, one["access_token"])
    assert who
    owner = UUID(register(engine))
    with engine.begin() as connection:
        connection.execute(joining, {"owner": owner, "guest": who.user_id})
    for token in (one["access_token"], exchanged["access_token"]):
        assert judged(authorizer, token) is None
    assert judged(authorizer, other["access_token"])


ADMIN = Identity(str(uuid4()), Role.ADMIN)


def erased(engine: Engine) -> set[UUID]:
    with engine.connect() as connection:
        nameless = users.c.erased_at.is_not(None) & (users.c.full_name == "") & users.c.phone.is_(None)
        gone = select(users.c.id).where(nameless)
        return set(connection.execute(gone).scalars())


@pytest.mark.usefixtures("service")
def test_an_administrator_erases_a_guest_and_whoever_joined_an_account_wholly(engine: Engine) -> None:
    alone, joined, other = (UUID(admit()["id"]) for _ in range(3))
    owner = register(engine)
    with engine.begin() as connection:
        joining = text("UPDATE gateway.users SET joined_to = :owner WHERE id = :guest")
        connection.execute(joining, {"owner": UUID(owner), "guest": joined})
    route = "DELETE /v1/accounts/{account_id}"

    assert ask(route, None, ADMIN, account_id=str(alone)).status == 204
    assert erased(engine) & {alone, joined, other, UUID(owner)} == {alone}
    assert ask(route, None, ADMIN, account_id=str(joined)).status == 204
    assert erased(engine) & {alone, joined, other, UUID(owner)} == {alone, joined, UUID(owner)}

    for nobody in (alone, uuid4()):
        assert ask(route, None, ADMIN, account_id=str(nobody)).code == "account_not_found"


def test_staff_are_no_guests(authorizer: Authorizer, engine: Engine) -> None:
    """A token without a sign-in opens nothing of theirs, even one that this service has signed."""
    staff = Identity(register(engine, role="admin"), Role.CLIENT, booking=uuid4())
    token = sign(
        staff, issuer="users", key=KEYS["users"], now=SystemClock().now(), lifetime=timedelta(hours=1), kind="access"
    )
    assert judged(authorizer, token) is None


@pytest.mark.usefixtures("service")
def test_who_never_booked_is_removed_and_who_did_stays(engine: Engine) -> None:
    register(engine)
    booked, unbooked = admit()["id"], admit()["id"]
    grant(booked)
    by_staff = admit(by_staff=True, phone=OTHER_PHONE, consents=CONSENTS[:1])["id"]
    purge = Purge(engine, delivery, 14, kept(composition.app().world.settings))
    assert purge.run(Turn())["users"] == 0, "a booking may still be on its way"
    with engine.begin() as connection:
        connection.execute(text("UPDATE gateway.users SET created_at = now() - interval '2 days'"))
    assert purge.run(Turn())["users"] == 1
    with engine.connect() as connection:
        left = {str(each) for each in connection.execute(select(users.c.id)).scalars()}
    assert unbooked not in left
    assert {booked, by_staff} < left
    assert count(engine, consents) == 3, "those of the guest who is gone went along"


STAFF_FIND = {
    "the same again": ({}, True),
    "a name in another order and case": ({"full_name": "ГОСТЕВА вера"}, True),
    "ё written as е": ({"full_name": "Вера Гостёва"}, True),
    "the first name alone": ({"full_name": "Вера"}, False),
    "a namesake with another number": ({"phone": OTHER_PHONE}, False),
    "the number of somebody else": ({"full_name": "Пётр Иной"}, False),
    "another mail": ({"email": "other@example.com"}, False),
}


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(("told", "found"), STAFF_FIND.values(), ids=STAFF_FIND.keys())
def test_staff_find_whom_they_told_of_before(engine: Engine, told: dict[str, Any], found: bool) -> None:
    """A slip of one digit finds nobody: number and name together are nobody else's."""
    before = admit(by_staff=True, consents=[])
    again = admit(by_staff=True, consents=[], **told)
    assert (again["id"] == before["id"]) is found
    assert not again["has_account"]


@pytest.mark.usefixtures("service")
def test_staff_find_nobody_whose_number_was_not_proved(engine: Engine) -> None:
    """A stranger may have booked, or registered, with this name and this number, and with a mail of their own."""
    account, stranger = register(engine), admit()["id"]
    made = admit(by_staff=True, consents=[])["id"]
    assert made not in (account, stranger)
    assert admit(by_staff=True, consents=[])["id"] == made


@pytest.mark.usefixtures("service")
def test_who_asks_without_staff_finds_nobody() -> None:
    by_staff = admit(by_staff=True, consents=[])["id"]
    assert admit()["id"] != by_staff
