"""Whom a message goes to, and the link in it, on real PostgreSQL and through the authoriser as it is deployed."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select, text, update

from core.clock import SystemClock
from core.identity import Identity
from gateway import composition
from gateway.app import api
from gateway.guests.links import kept_as
from gateway.sessions.verdict import Authorizer
from gateway.tables import short_links, users
from shared_schemas.common import Role
from tests.integration.gateway.test_guests import admit, ask, register
from tests.support.authorizing import judged
from tests.support.rest import Answer, call, rest_event
from tests.support.system.environment import NOBODY

pytestmark = pytest.mark.usefixtures("service")
NOTIFICATION = Identity("notification", Role.SERVICE)
JOIN = "UPDATE gateway.users SET joined_to = :owner WHERE id = :guest"


def found(user_id: str, booking_id: UUID | None = None, channel: str = "email", days: float = 7) -> Answer:
    ends_at = (SystemClock().now() + timedelta(days=days)).isoformat()
    about = {"booking_id": str(booking_id), "ends_at": ends_at} if booking_id else None
    return ask("POST /v1/recipients", {"user_id": user_id, "channel": channel, "about": about}, NOTIFICATION)


def opened(url: str) -> Answer:
    page, _, secret = url.partition("#")
    assert page == "https://studio.test/manage"
    return ask("POST /v1/guest-tokens", {"token": secret}, None)


def test_a_guest_gets_a_link_to_the_one_booking(authorizer: Authorizer) -> None:
    guest, booking_id = admit(email="vera@example.com")["id"], uuid4()

    told = found(guest, booking_id)

    assert (told.status, told.body["email"], told.body["full_name"]) == (200, "vera@example.com", "Вера Гостева")
    entered = opened(told.body["booking_url"])
    assert entered.body["booking_id"] == str(booking_id)
    who = judged(authorizer, entered.body["access_token"])
    assert who and (who.subject, who.role, who.booking, who.session) == (guest, Role.CLIENT, booking_id, None)


def test_the_owner_of_an_account_gets_one(authorizer: Authorizer, engine: Engine) -> None:
    owner, booking_id = register(engine), uuid4()

    entered = opened(found(owner, booking_id).body["booking_url"])

    who = judged(authorizer, entered.body["access_token"])
    assert who and (who.subject, who.booking, who.session) == (owner, booking_id, None)


def test_staff_get_none(engine: Engine) -> None:
    told = found(register(engine, role="manager"), uuid4())
    assert (told.status, told.body.get("booking_url")) == (200, None)


def test_what_a_guest_booked_is_opened_by_the_account_that_the_guest_joined(
    authorizer: Authorizer, engine: Engine
) -> None:
    guest, owner, booking_id = admit()["id"], register(engine), uuid4()
    before = found(guest, booking_id).body["booking_url"]
    with engine.begin() as connection:
        connection.execute(text(JOIN), {"owner": UUID(owner), "guest": UUID(guest)})

    entered = opened(found(guest, booking_id).body["booking_url"])

    who = judged(authorizer, entered.body["access_token"])
    assert who and (who.subject, who.booking) == (owner, booking_id)
    assert opened(before).code == "link_not_valid", "the guest's own link may be in a stranger's hands"


ENDS: list[dict[str, Any]] = [
    {"erased_at": SystemClock().now()},
    {"disabled_at": SystemClock().now()},
    {"role": "admin"},
]


@pytest.mark.parametrize("end", ENDS)
def test_it_ends_at_once_with_the_client(authorizer: Authorizer, engine: Engine, end: dict[str, Any]) -> None:
    owner = register(engine)
    link = found(owner, uuid4()).body["booking_url"]
    token = opened(link).body["access_token"]
    assert judged(authorizer, token)

    with engine.begin() as connection:
        connection.execute(update(users).where(users.c.id == UUID(owner)).values(**end))

    assert judged(authorizer, token) is None
    assert opened(link).code == "link_not_valid"
    assert not found(owner, uuid4()).body.get("booking_url")


@pytest.mark.parametrize(("channel", "change"), [("email", "email"), ("sms", "phone")])
def test_it_ends_where_it_was_sent_when_the_account_has_another_address(
    engine: Engine, channel: str, change: str
) -> None:
    """Whoever had the account for a while, and gave an address of their own, keeps no way in."""
    owner, booking_id = register(engine), uuid4()

    def gives(value: str) -> str:
        with engine.begin() as connection:
            connection.execute(update(users).where(users.c.id == UUID(owner)).values({change: value}))
        url = str(found(owner, booking_id, channel).body["booking_url"])
        return followed(url).headers["location"] if channel == "sms" else url

    with engine.connect() as connection:
        own = str(connection.execute(select(users.c[change]).where(users.c.id == UUID(owner))).scalar_one())
    before, thief = gives(own), gives("+79269990011" if channel == "sms" else f"{uuid4().hex}@example.com")
    assert (opened(before).code, opened(thief).status) == ("link_not_valid", 200)

    assert opened(gives(own)).body["booking_id"] == str(booking_id)
    assert (opened(before).status, opened(thief).code) == (200, "link_not_valid")


def test_a_message_about_no_booking_has_none() -> None:
    assert found(admit()["id"]).body.get("booking_url") is None


def test_who_is_not_there_is_not_found() -> None:
    assert (found(str(uuid4()), uuid4()).status, found(str(uuid4())).code) == (404, "account_not_found")


def test_several_are_found_in_their_order_and_nobody_for_who_is_not_there() -> None:
    guest, booking_id = admit(email="vera@example.com")["id"], uuid4()
    ends_at = (SystemClock().now() + timedelta(days=7)).isoformat()
    about = {"booking_id": str(booking_id), "ends_at": ends_at}
    whom: list[dict[str, object]] = [
        {"user_id": guest, "channel": "sms", "about": about},
        {"user_id": str(uuid4()), "channel": "email"},
        {"user_id": guest, "channel": "email", "about": about},
        {"user_id": guest, "channel": "email"},
    ]

    told = ask("POST /v1/recipients/several", {"asked": whom}, NOTIFICATION)

    short, nobody, mail, bare = told.body["found"]
    assert (told.status, nobody, bare["email"], bare.get("booking_url")) == (200, None, "vera@example.com", None)
    # Each channel has a link of its own.
    assert opened(mail["booking_url"]).body["booking_id"] == str(booking_id)
    assert "/s/" in short["booking_url"]


def test_not_too_many_are_asked_for_at_once() -> None:
    whom = [{"user_id": str(uuid4()), "channel": "email"}] * 51
    for asked in ([], whom):
        assert ask("POST /v1/recipients/several", {"asked": asked}, NOTIFICATION).status == 422


def test_nobody_else_asks(engine: Engine) -> None:
    one = {"user_id": register(engine), "channel": "email"}
    for route, body in {"POST /v1/recipients": one, "POST /v1/recipients/several": {"asked": [one]}}.items():
        for other in ("booking", "payment", "integration"):
            assert ask(route, body, Identity(other, Role.SERVICE)).status == 403
        assert ask(route, body, Identity(str(uuid4()), Role.ADMIN)).status == 403


def followed(url: str) -> Answer:
    """Where a text message leads."""
    head, _, short = url.rpartition("/")
    assert head == f"{NOBODY}/s"
    assert len(short) == 10 and short.isalnum()
    return call(api, rest_event("GET /s/{short}", path={"short": short}))


def test_a_text_message_has_a_short_link_to_the_same_page(authorizer: Authorizer) -> None:
    guest, booking_id = admit()["id"], uuid4()

    url = found(guest, booking_id, "sms").body["booking_url"]

    led = followed(url)
    assert (led.status, led.headers["cache-control"], led.headers["referrer-policy"]) == (
        303,
        "no-store",
        "no-referrer",
    )
    entered = opened(led.headers["location"])
    who = judged(authorizer, entered.body["access_token"])
    assert who and (who.subject, who.booking) == (guest, booking_id)


def test_every_message_about_a_booking_has_the_same_and_the_longest_counts() -> None:
    guest, booking_id = admit()["id"], uuid4()

    first, moved, late = (found(guest, booking_id, "sms", days).body["booking_url"] for days in (7, 30, 2))

    assert first == moved == late
    assert found(guest, uuid4(), "sms").body["booking_url"] != first
    assert found(admit()["id"], booking_id, "sms").body["booking_url"] != first
    with composition.app().unit_of_work() as work:
        link = work.short_links.find(kept_as(first.rpartition("/")[2]))
    assert link and link.expires_at - SystemClock().now() > timedelta(days=30)


def test_nobody_reads_a_short_link_in_the_database(engine: Engine) -> None:
    short = found(admit()["id"], uuid4(), "sms").body["booking_url"].rpartition("/")[2]
    with engine.connect() as connection:
        rows = connection.execute(select(short_links)).all()
    assert rows and short not in str(rows)


def test_a_link_that_opens_nothing_leads_to_the_page_that_says_so() -> None:
    # A person follows it, also where a phone has cut it off or put a full stop after it.
    for odd in ("AbCdEf12Gh", "short", "AbCdEf12G_", "AbCdEf12Gh."):
        led = call(api, rest_event("GET /s/{short}", path={"short": odd}))
        assert (led.status, opened(led.headers["location"]).code) == (303, "link_not_valid")
