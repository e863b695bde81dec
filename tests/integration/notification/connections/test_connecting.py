"""Chats that people connect: by a link or a number, in both messengers of the sandbox, and what comes there then."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import urllib3
from sqlalchemy import Engine, text

from core.identity import Identity
from core.jobs import Turn
from notification.channels.bots import signed_for
from notification.channels.max.client import Max
from notification.channels.telegram.client import Telegram
from notification.connections.errors import MessengerOffError
from notification.connections.reaching import GatewayHolders
from notification.errors import (
    CallbackForgedError,
    CallbackMalformedError,
    DeliveryError,
    MessageProviderUnknownError,
    PermanentDeliveryError,
    TransientDeliveryError,
    UnknownDeliveryError,
)
from shared_schemas.channels import MESSENGERS, Messenger
from shared_schemas.common import Role
from shared_schemas.events.accounts import AccountJoined
from shared_schemas.events.bookings import BookingConfirmed, BookingCreated
from tests.support.notification import SMS, PostOffice, parcel
from tests.support.scripted_server import Asked, scripted_server
from tests.support.system.sandbox import outbox, running_sandbox
from tests.support.waiting import PATIENCE_SECONDS

HTTP = urllib3.PoolManager(timeout=PATIENCE_SECONDS, retries=False)
PHONE = "+79161234567"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as url:
        yield url


@pytest.fixture(autouse=True)
def _nothing_left(engine: Engine, emptied: None) -> Iterator[None]:
    yield
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM notification.connections; DELETE FROM notification.connection_links"))


@dataclass
class Phone:
    """Somebody with a messenger, and the office that they write to: what they do there is heard as it arrived."""

    office: PostOffice
    sandbox: str
    channel: Messenger
    chat: str

    @property
    def bot(self) -> Any:
        return self.office.app.outside.bots[self.channel]

    def does(self, **what: Any) -> Asked:
        """The update that came of it."""
        with scripted_server() as server:
            server.answers = [(200, {})]
            self.bot.subscribe(f"{server.url}/webhooks/{self.channel}")
            act = {"chat": int(self.chat), **what}
            assert HTTP.request("POST", f"{self.sandbox}/_sandbox/bots/{self.channel}", json=act).status == 200
            (update,) = [each for each in server.asked if each.method == "POST"]
        HTTP.request("DELETE", f"{self.sandbox}/max/subscriptions?url={server.url}", headers={"Authorization": TOKEN})
        self.reset()
        return update

    def reset(self) -> None:
        """No further hook of a server that is gone."""
        answer = HTTP.request("GET", f"{self.sandbox}/max/subscriptions", headers={"Authorization": TOKEN}).json()
        for each in answer["subscriptions"]:
            HTTP.request(
                "DELETE", f"{self.sandbox}/max/subscriptions", fields={"url": each["url"]},
                headers={"Authorization": TOKEN},
            )  # fmt: skip

    def hears(self, update: Asked) -> None:
        self.office.app.hearing.update(self.channel, update.headers, json.dumps(update.body).encode())

    def tells(self, **what: Any) -> str:
        """What the bot answers."""
        self.hears(self.does(**what))
        return self.read()[-1] if self.read() else ""

    def read(self) -> list[str]:
        """The oldest first."""
        return [message["text"] for message in outbox(self.sandbox, self.chat)][::-1]

    def link(self) -> str:
        """The token of a link for the office's booking."""
        guest = Identity(str(self.office.customer_id), Role.CLIENT, booking=self.office.booking_id)
        return self.office.app.connecting.link(self.channel, guest).url.rpartition("=")[2]

    def connected(self) -> set[UUID]:
        with self.office.engine.begin() as connection:
            rows = connection.execute(
                text("SELECT person_id FROM notification.connections WHERE chat = :chat AND channel = :channel"),
                {"chat": self.chat, "channel": self.channel},
            )
            return {row.person_id for row in rows}


TOKEN = "cyclorama-max-token"


def bots(sandbox: str) -> dict[Messenger, Any]:
    return {
        "max": Max(f"{sandbox}/max", json.dumps({"token": TOKEN}), "studio_bot", "https://max.ru"),
        "telegram": Telegram(f"{sandbox}/telegram", "100500:cyclorama", "studio_bot", "https://t.me"),
    }


@pytest.fixture(params=MESSENGERS)
def phone(engine: Engine, sandbox: str, request: pytest.FixtureRequest) -> Phone:
    return Phone(PostOffice(engine, bots(sandbox)), sandbox, request.param, str(uuid4().int % 10**9 + 1))


def channels(office: PostOffice) -> list[tuple[str, str, str | None]]:
    return sorted((n.channel, n.status, n.reason) for n in office.queued())


def test_who_starts_the_bot_by_the_link_gets_messages_there_instead_of_sms(phone: Phone) -> None:
    assert "Готово" in phone.tells(start=phone.link())
    assert phone.connected() == {phone.office.customer_id}

    phone.office.take(phone.office.booking(BookingConfirmed, 2, "confirmed"))
    assert channels(phone.office) == [("email", "sent", None), (phone.channel, "sent", None)]
    (sent,) = [n for n in phone.office.queued() if n.channel == phone.channel]
    assert (sent.provider, sent.address) == (phone.channel, phone.chat)
    assert phone.office.number in phone.read()[-1]
    assert f"https://studio.test/manage#{phone.channel}" in phone.read()[-1]
    assert phone.office.sms.sent == []


def test_who_has_no_mail_gets_in_the_chat_what_goes_by_mail_alone(phone: Phone) -> None:
    phone.tells(start=phone.link())
    phone.office.people.email = None
    phone.office.take(phone.office.booking(BookingCreated, 1, "pending"))
    assert channels(phone.office) == [("email", "skipped", "no_address"), (phone.channel, "sent", None)]


def test_who_has_connected_nothing_is_reached_as_before_and_nothing_else_is_tried(phone: Phone) -> None:
    phone.office.take(phone.office.booking(BookingConfirmed, 2, "confirmed"))
    assert channels(phone.office) == [("email", "sent", None), ("sms", "sent", None)]


def test_a_link_works_once_and_a_repeated_update_says_the_same(phone: Phone) -> None:
    token = phone.link()
    update = phone.does(start=token)
    phone.hears(update)
    phone.hears(update)
    assert all("Готово" in each for each in phone.read())
    other = Phone(phone.office, phone.sandbox, phone.channel, str(int(phone.chat) + 1))
    assert "уже сработала" in other.tells(start=token)
    assert other.connected() == set()


def test_a_newer_link_ends_the_older_one_and_time_ends_both(phone: Phone) -> None:
    older, newer = phone.link(), phone.link()
    assert "уже сработала" in phone.tells(start=older)
    phone.office.clock.advance(minutes=61)
    assert "уже сработала" in phone.tells(start=newer)
    assert phone.connected() == set()


def test_what_nobody_made_connects_nobody(phone: Phone) -> None:
    assert "уже сработала" in phone.tells(start="guessed")
    assert "покажите номер" in phone.tells(start="")
    assert "покажите номер" in phone.tells(text="Привет")


def test_a_link_of_one_messenger_is_none_of_the_other(engine: Engine, sandbox: str) -> None:
    office = PostOffice(engine, bots(sandbox))
    one, other = (Phone(office, sandbox, each, str(uuid4().int % 10**9 + 1)) for each in MESSENGERS)
    assert "уже сработала" in other.tells(start=one.link())


@pytest.mark.parametrize("how", [{"stop": True}, {"text": "/stop"}])
def test_who_stops_or_blocks_the_bot_gets_sms_again(phone: Phone, how: dict[str, Any]) -> None:
    phone.tells(start=phone.link())
    phone.tells(**how)
    assert phone.connected() == set()
    phone.office.take(phone.office.booking(BookingConfirmed, 2, "confirmed"))
    assert channels(phone.office) == [("email", "sent", None), ("sms", "sent", None)]


def test_a_block_that_nobody_told_us_of_makes_the_next_channel_do_it(phone: Phone) -> None:
    phone.tells(start=phone.link())
    phone.does(stop=True)
    phone.office.take(phone.office.booking(BookingConfirmed, 2, "confirmed"))
    blocked = (phone.channel, "failed", f"{phone.channel}_blocked")
    assert channels(phone.office) == sorted([("email", "sent", None), blocked, ("sms", "sent", None)])


def test_who_shows_their_own_number_connects_all_that_is_booked_with_it(phone: Phone) -> None:
    another = uuid4()
    phone.office.holders.known[PHONE] = [phone.office.customer_id, another]
    phone.tells(start="")
    assert "Готово" in phone.tells(contact=PHONE)
    assert phone.connected() == {phone.office.customer_id, another}


def test_a_number_that_is_anothers_or_that_nobody_signed_connects_nothing(phone: Phone) -> None:
    phone.office.holders.known[PHONE] = [phone.office.customer_id]
    phone.tells(start="")
    assert "собственный" in phone.tells(contact=PHONE, own=False)
    if phone.channel == "max":
        assert "собственный" in phone.tells(contact=PHONE, forged=True)
    assert phone.connected() == set()


@pytest.mark.parametrize("number", ["+88801234567", "+74951234567", "+", "+abc", "+7916\x00", f"+{'9' * 300}"])
def test_a_number_that_nobody_can_book_with_is_nobodys_and_is_not_asked_for(number: str) -> None:
    class Untouched:
        def post(self, _path: str, _body: Any) -> Any:
            raise AssertionError("the gateway is asked")

    assert GatewayHolders(Untouched()).of(number) == []  # type: ignore[arg-type]


def test_a_number_that_nobody_knows_and_a_gateway_that_is_silent(phone: Phone) -> None:
    phone.tells(start="")
    assert "никто не бронировал" in phone.tells(contact=PHONE)
    phone.office.holders.trouble = TransientDeliveryError("holders_unavailable")
    assert "позже" in phone.tells(contact=PHONE)


def test_a_forged_update_is_refused_and_staff_hear_of_it_once_a_minute(phone: Phone) -> None:
    forged = phone.does(start=phone.link(), secret="guessed-it")
    for secret in ("guessed-it", "", "ы", "\udcff"):
        headers = {name: secret if told == "guessed-it" else told for name, told in forged.headers.items()}
        with pytest.raises(CallbackForgedError):
            phone.office.app.hearing.update(phone.channel, headers, json.dumps(forged.body).encode())
    assert phone.connected() == set()
    assert phone.office.told().count("service.error") == 1


def test_what_is_no_update_is_malformed_and_what_is_of_no_bot_unknown(phone: Phone) -> None:
    headers = phone.does(text="hi").headers
    with pytest.raises(CallbackMalformedError):
        phone.office.app.hearing.update(phone.channel, headers, b"[1]")
    phone.office.app.hearing.update(phone.channel, headers, b'{"edited_message": {}, "update_type": "user_added"}')
    with pytest.raises(MessageProviderUnknownError):
        phone.office.app.hearing.update("viber", headers, b"{}")


def test_an_erasure_ends_it(phone: Phone) -> None:
    phone.tells(start=phone.link())
    section = next(
        s for s in phone.office.app.disclosing.of(phone.office.customer_id, 0).sections if s.name == "connections"
    )
    assert section.rows[0]["chat"] == phone.chat
    phone.office.take(phone.office.erasure())
    assert phone.connected() == set()


@pytest.mark.parametrize("by_number", [False, True])
def test_who_booked_in_the_name_of_an_account_reads_no_more_once_its_owner_has_joined(
    phone: Phone, by_number: bool
) -> None:
    office, guest, owner = phone.office, phone.office.customer_id, uuid4()
    office.holders.known[PHONE] = [guest]
    phone.tells(**({"contact": PHONE} if by_number else {"start": phone.link()}))
    unused = phone.link()
    assert phone.connected() == {guest}
    office.take(office.wrap(AccountJoined(account_id=owner, guest_ids=[guest]), "gateway"))
    office.customer_id = owner
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    assert channels(office) == [("email", "sent", None), ("sms", "sent", None)]
    assert "уже сработала или устарела" in phone.tells(start=unused)
    assert phone.connected() == set()


def test_the_link_of_a_booking_is_no_way_to_messages_about_another(phone: Phone) -> None:
    office = phone.office
    phone.tells(start=phone.link())
    of_another, signed_in = uuid4(), Identity(str(office.customer_id), Role.CLIENT)
    office.booking_id, first = of_another, office.booking_id
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    assert channels(office) == [("email", "sent", None), ("sms", "sent", None)]
    connecting = office.app.connecting
    assert not any(one.connected_at for one in connecting.of(signed_in).messengers)

    token = connecting.link(phone.channel, signed_in).url.rpartition("=")[2]
    phone.tells(start=token)
    office.booking_id = uuid4()
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    assert channels(office) == [("email", "sent", None), (phone.channel, "sent", None)]

    shown = connecting.of(Identity(str(office.customer_id), Role.CLIENT, booking=first)).messengers
    assert [(one.channel, one.connected_at is not None) for one in shown] == [
        (each, each == phone.channel) for each in MESSENGERS
    ]
    connecting.remove(phone.channel, signed_in)
    assert phone.connected() == set()


def test_a_studio_without_a_bot_has_no_link(office: PostOffice) -> None:
    guest = Identity(str(office.customer_id), Role.CLIENT, booking=office.booking_id)
    assert office.app.connecting.of(guest).messengers == []
    with pytest.raises(MessengerOffError):
        office.app.connecting.link("telegram", guest)


def test_subscriptions_are_looked_after_and_follow_the_secret(phone: Phone) -> None:
    assert phone.bot.subscribe("https://studio.test/webhooks/x") is True
    assert phone.bot.subscribe("https://studio.test/webhooks/x") is False
    assert signed_for("https://studio.test", "a") != signed_for("https://studio.test", "b")
    with pytest.raises(PermanentDeliveryError):
        phone.bot.subscribe("http://studio.test/webhooks/x")
    phone.reset()


ANSWERS: list[tuple[tuple[int, Any] | None, type[DeliveryError], str]] = [
    ((429, {}), TransientDeliveryError, "429"),
    ((503, {}), TransientDeliveryError, "503"),
    ((502, {}), UnknownDeliveryError, "502"),
    ((401, {}), TransientDeliveryError, "401"),
    ((400, {}), PermanentDeliveryError, "400"),
    ((403, {}), PermanentDeliveryError, "blocked"),
    ((200, {"ok": True, "result": {}, "message": {}}), UnknownDeliveryError, "unreadable"),
    ((200, b"<html>"), (TransientDeliveryError), "200|unreadable"),
    (None, UnknownDeliveryError, "no_answer"),
]


@pytest.mark.parametrize("name", MESSENGERS)
@pytest.mark.parametrize(("answer", "kind", "reason"), ANSWERS)
def test_what_an_answer_means_for_the_message(
    name: Messenger, answer: tuple[int, Any] | None, kind: type[DeliveryError], reason: str
) -> None:
    with scripted_server() as server:
        server.answers = [answer]
        made = (
            Max(server.url, json.dumps({"token": "t"}), "b", "l")
            if name == "max"
            else Telegram(server.url, "t", "b", "l")
        )
        with pytest.raises(kind, match=f"{name}_({reason})") as raised:
            made.send(parcel("1", SMS))
    assert type(raised.value) is kind or reason.startswith("200")


@pytest.mark.parametrize("name", MESSENGERS)
def test_where_nobody_listens_nothing_was_taken(name: Messenger) -> None:
    nowhere = "http://127.0.0.1:9"
    made = Max(nowhere, json.dumps({"token": "t"}), "b", "l") if name == "max" else Telegram(nowhere, "t", "b", "l")
    with pytest.raises(TransientDeliveryError, match="no_answer") as raised:
        made.send(parcel("1", SMS))
    assert type(raised.value) is TransientDeliveryError


def test_reminders_go_there_too(phone: Phone) -> None:
    phone.tells(start=phone.link())
    start = phone.office.clock.now() + timedelta(hours=30)
    phone.office.take(
        phone.office.booking(BookingConfirmed, 2, "confirmed", start=start, end=start + timedelta(hours=2))
    )
    phone.office.clock.go_to(start - timedelta(hours=23))
    phone.office.reminders.run(Turn())
    reminded = [(n.channel, n.status) for n in phone.office.queued() if n.template == "booking_reminder"]
    assert phone.channel in dict(reminded)
    assert "sms" not in dict(reminded)
