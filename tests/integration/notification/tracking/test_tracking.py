"""What became of messages: providers are asked, in time and when they call."""

import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import urllib3
from sqlalchemy import Engine, text

from core.jobs import Turn
from notification.channels.failover import FailOver
from notification.channels.port import Tracked
from notification.channels.sms.client import SmsSender
from notification.channels.sms.smsaero.client import SmsAero
from notification.channels.sms.smsc.client import Smsc, own_id
from notification.channels.sms.smsru.client import SmsRu
from notification.errors import CallbackForgedError, CallbackMalformedError, MessageProviderUnknownError
from notification.tracking.service import Tracking
from shared_schemas.events.bookings import BookingConfirmed
from shared_schemas.notification import Notification
from tests.support.notification import KEY, PostOffice
from tests.support.system.sandbox import running_sandbox
from tests.support.waiting import PATIENCE_SECONDS

HTTP = urllib3.PoolManager(timeout=PATIENCE_SECONDS, retries=False)
SMSC = '{"login": "cyclorama", "password": "cyclorama", "secret": "cyclorama"}'
AERO = '{"email": "studio@cyclorama.test", "api_key": "cyclorama", "sign": "Cyclorama"}'
NAMES = ["smsru", "smsc", "smsaero"]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as url:
        yield url


class Followed:
    """An office whose SMS go by one provider of the sandbox."""

    def __init__(self, office: PostOffice, sandbox: str, name: str) -> None:
        providers: dict[str, Any] = {
            "smsru": SmsRu(f"{sandbox}/smsru", KEY),
            "smsc": Smsc(f"{sandbox}/smsc", SMSC),
            "smsaero": SmsAero(f"{sandbox}/smsaero/v2", AERO),
        }
        provider: Tracked = providers[name]
        assert isinstance(provider, Tracked)
        self.office, self.url, self.name = office, sandbox, name
        office.people.phone = f"+7926{int(office.number, 16) % 10**7:07}"
        office.sending._senders = {"sms": SmsSender(FailOver({name: providers[name]})), "email": office.mail}
        self.tracking = Tracking(office.work, office.clock, {name: provider})

    def confirm(self, **how: int) -> None:
        HTTP.request("PUT", f"{self.url}/_sandbox/carriers/{self.name}", json=how)
        self.office.take(self.office.booking(BookingConfirmed, 1, "confirmed"))

    def pass_time(self, **time: float) -> None:
        self.office.clock.advance(**time)
        self.tracking.ask_due(Turn())

    @property
    def sms(self) -> Notification:
        (found,) = (each for each in self.office.queued() if each.channel == "sms")
        return found

    def reference(self, engine: Engine) -> str:
        about = {"id": self.sms.id}
        with engine.begin() as connection:
            query = text("SELECT provider_reference FROM notification.notifications WHERE id = :id")
            return str(connection.execute(query, about).scalar_one())


@pytest.fixture(params=NAMES)
def followed(request: pytest.FixtureRequest, office: PostOffice, sandbox: str) -> Followed:
    return Followed(office, sandbox, request.param)


def test_a_provider_is_asked_until_it_says_that_it_was_delivered(followed: Followed) -> None:
    followed.confirm()
    assert (followed.sms.status, followed.sms.provider, followed.sms.delivery) == ("sent", followed.name, None)

    followed.pass_time(minutes=1)
    early = followed.sms
    followed.pass_time(minutes=1)
    late = followed.sms

    assert early.delivery is None
    assert (late.delivery, late.delivered_at) == ("delivered", followed.office.clock.now())


def test_what_was_not_delivered_has_the_providers_code(followed: Followed) -> None:
    followed.confirm(undelivered=1)
    followed.pass_time(minutes=2)

    codes = {"smsru": "smsru_108", "smsc": "smsc_status_20", "smsaero": "smsaero_status_2"}
    assert (followed.sms.status, followed.sms.delivery) == ("sent", "undelivered")
    assert followed.sms.delivery_reason == codes[followed.name]


def test_staff_are_told_of_a_provider_that_denies_what_it_took(followed: Followed) -> None:
    followed.confirm(forgets=1)
    followed.pass_time(minutes=2)

    code = f"{followed.name}_unknown_id"
    assert (followed.sms.delivery, followed.sms.delivery_reason) == ("unknown", code)
    error = followed.office.broker.taken[-1]
    assert (error.type, error.data["service"], error.data["code"]) == ("service.error", "notification", code)
    assert error.data["booking_id"] == str(followed.office.booking_id)


def test_one_that_is_silent_for_a_day_is_asked_no_more(office: PostOffice, sandbox: str) -> None:
    followed = Followed(office, sandbox, "smsru")
    followed.confirm(down=-1)
    HTTP.request("PUT", f"{sandbox}/_sandbox/carriers/smsru", json={})
    office.sending.send_due(Turn())
    office.clock.advance(minutes=2)
    office.sending.send_due(Turn())
    assert followed.sms.status == "sent"
    HTTP.request("PUT", f"{sandbox}/_sandbox/carriers/smsru", json={"down": -1})

    for _ in range(30):
        followed.pass_time(hours=1)
    HTTP.request("PUT", f"{sandbox}/_sandbox/carriers/smsru", json={})

    assert (followed.sms.delivery, followed.sms.delivery_reason) == ("unknown", "smsru_no_word")


def called(name: str, reference: str, phone: str, *, key: str = "cyclorama") -> bytes:
    """What a provider sends, signed with this key."""
    if name == "smsru":
        entries = ["test\n1796000000", f"sms_status\n{reference}\n103\n1796000000"]
        digest = hashlib.sha256((key + "".join(entries)).encode()).hexdigest()
        return urlencode({**{f"data[{at}]": each for at, each in enumerate(entries)}, "hash": digest}).encode()
    signed = f"{reference}:{phone}:1:{key}".encode()
    digest = hashlib.sha1(signed, usedforsecurity=False).hexdigest()
    return urlencode({"id": reference, "phone": phone, "status": "1", "sha1": digest}).encode()


@pytest.mark.parametrize("name", ["smsru", "smsc"])
def test_a_call_says_when_to_ask_and_is_not_believed(
    name: str, office: PostOffice, sandbox: str, engine: Engine
) -> None:
    followed = Followed(office, sandbox, name)
    followed.confirm(undelivered=1)
    body = called(name, followed.reference(engine), office.people.phone.removeprefix("+"))

    assert followed.tracking.callback(name, body) == {"smsru": "100", "smsc": "OK"}[name]

    assert followed.sms.delivery == "undelivered", "it says delivered, and its own status does not"
    assert followed.tracking.callback(name, body), "it comes twice"


@pytest.mark.parametrize("name", NAMES)
def test_a_forged_call_is_refused_and_staff_read_of_it_once_a_minute(
    name: str, office: PostOffice, sandbox: str, engine: Engine
) -> None:
    followed = Followed(office, sandbox, name)
    followed.confirm()
    before = len(office.broker.taken)
    body = called(name, followed.reference(engine), office.people.phone.removeprefix("+"), key="guessed")
    # Digests of no letters that any digest has.
    odd = urlencode(
        {"id": "1", "phone": "1", "status": "1", "sha1": "ы", "data[0]": "sms_status", "hash": "ы"}
    ).encode()

    for each in (body, odd, body):
        with pytest.raises(CallbackForgedError):
            followed.tracking.callback(name, each)

    told = [(event.type, event.data["code"]) for event in office.broker.taken[before:]]
    assert told == [("service.error", "callback_forged")]
    assert followed.sms.delivery is None


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"data[0]", b"data[x]=1&hash=2", b"id=1", b"[]"])
def test_what_no_provider_sends_is_refused(body: bytes, office: PostOffice, sandbox: str) -> None:
    for name in ("smsru", "smsc"):
        with pytest.raises((CallbackMalformedError, CallbackForgedError)):
            Followed(office, sandbox, name).tracking.callback(name, body)
    with pytest.raises(MessageProviderUnknownError):
        Followed(office, sandbox, "smsru").tracking.callback("smtp", body)


def test_an_id_of_ours_is_one_that_smsc_takes(office: PostOffice) -> None:
    assert 1 <= int(own_id(office.booking_id)) < 2**31
