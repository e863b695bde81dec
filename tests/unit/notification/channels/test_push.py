"""What goes to a browser: encrypted, signed, to services that are known; no socket is opened."""

import json
import socket
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import jwt
import pytest
from Crypto.PublicKey import ECC
from cryptography.hazmat.primitives.asymmetric import ec

from core.safe_http import OutsideAnswer
from infra.sandbox.browsers.push.browser import Browser
from notification.channels.bots import Reached
from notification.channels.port import Parcel
from notification.channels.push.client import Push
from notification.channels.push.encryption import MOST, RECORD, KeysError, encrypted, public_key
from notification.channels.push.services import PushServices
from notification.channels.push.settings import PushSettings
from notification.channels.push.subscription import Subscription, decoded, encoded
from notification.channels.push.vapid import VapidKey
from notification.errors import (
    DeliveryError,
    GoneDeliveryError,
    NeedlessDeliveryError,
    PermanentDeliveryError,
    TransientDeliveryError,
    UnknownDeliveryError,
)
from notification.writing.rendering import TemplateRenderer
from shared_schemas.common import LocaleCode
from shared_schemas.notification import Message, TemplateName
from tests.support.clock import NOW, FixedClock
from tests.support.notification import facts

HOSTS = PushSettings.model_fields["push_hosts"].default
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"
# RFC 8291, section 5 and appendix A.
RFC = Subscription(
    "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "BTBZMqHH6r4Tts7J_aSIgg",
)
RFC_BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
BROWSER = Browser.subscribed(VapidKey(lambda: "secret", "mailto:studio@example.test").public)
SUBSCRIPTION = Subscription(ENDPOINT, BROWSER.p256dh, BROWSER.auth)


def test_the_message_of_the_standard_is_encrypted_as_it_says() -> None:
    sender = int.from_bytes(decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big")
    own, salt = ECC.construct(curve="P-256", d=sender), decoded("DGv6ra1nlYgDCS1FRnbzlw")
    assert encoded(encrypted(RFC, b"When I grow up, I want to be a watermelon", own, salt)) == RFC_BODY


def test_a_browser_reads_what_was_encrypted_for_it_and_nothing_repeats() -> None:
    one, other = (encrypted(SUBSCRIPTION, b"x" * MOST) for _ in range(2))
    assert BROWSER.read(one) == BROWSER.read(other) == b"x" * MOST
    assert len(one) == RECORD
    assert one[:16] != other[:16]
    assert one[21:86] != other[21:86]
    with pytest.raises(ValueError, match="longer"):
        encrypted(SUBSCRIPTION, b"x" * (MOST + 1))


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        pytest.param("A" * 87, BROWSER.auth, id="no point"),
        pytest.param(encoded(b"\x04" + b"\1" * 64), BROWSER.auth, id="not on the curve"),
        pytest.param(encoded(b"\x04" + b"\0" * 64), BROWSER.auth, id="at infinity"),
        pytest.param(BROWSER.p256dh, "AAAA", id="short secret"),
        pytest.param("é" * 87, BROWSER.auth, id="no base64"),
    ],
)
def test_keys_that_are_none_are_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(KeysError):
        public_key(Subscription(ENDPOINT, p256dh, auth))


def test_who_we_are_is_signed_for_one_service_and_follows_from_the_secret() -> None:
    key = VapidKey(lambda: "secret", "mailto:studio@example.test")
    scheme, _, rest = key.authorization("https://push.example.net:444/a?b", NOW).partition(" ")
    fields = dict(part.strip().split("=", 1) for part in rest.split(","))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(fields["k"]))
    unasked = {"verify_exp": False, "verify_aud": False}
    claims = jwt.decode(fields["t"], public, algorithms=["ES256"], options=unasked)  # type: ignore[arg-type]

    assert (scheme, fields["k"]) == ("vapid", key.public)
    assert claims["aud"] == "https://push.example.net:444"
    assert claims["sub"] == "mailto:studio@example.test"
    assert timedelta(0) < timedelta(seconds=claims["exp"] - NOW.timestamp()) <= timedelta(hours=24)
    assert VapidKey(lambda: "secret", "").public == key.public != VapidKey(lambda: "another", "").public


@pytest.mark.parametrize(
    ("endpoint", "known"),
    [
        pytest.param(ENDPOINT, True, id="fcm"),
        pytest.param("https://updates.push.services.mozilla.com/wpush/v2/x", True, id="mozilla"),
        pytest.param("https://db5p.notify.windows.com/w/?token=x", True, id="windows"),
        pytest.param("https://web.push.apple.com/x", True, id="apple"),
        pytest.param("https://FCM.googleapis.com/x", True, id="in capitals"),
        pytest.param("https://fcm.googleapis.com:443/x", True, id="with its port"),
        pytest.param("http://fcm.googleapis.com/x", False, id="plain"),
        pytest.param("https://fcm.googleapis.com:8443/x", False, id="another port"),
        pytest.param("https://fcm.googleapis.com:x/x", False, id="no port"),
        pytest.param("https://evil.example/fcm.googleapis.com", False, id="of somebody"),
        pytest.param("https://fcm.googleapis.com@evil.example/x", False, id="with a user"),
        pytest.param("https://me@fcm.googleapis.com/x", False, id="as a user"),
        pytest.param("https://fcm.googleapis.com.evil.example/x", False, id="longer"),
        pytest.param("https://evilnotify.windows.com/x", False, id="ending alike"),
        pytest.param("https://notify.windows.com/x", False, id="the domain itself"),
        pytest.param("https://127.0.0.1/x", False, id="this machine"),
        pytest.param("https://169.254.169.254/latest/meta-data", False, id="the cloud"),
        pytest.param("http://127.0.0.1:5090/push/x", False, id="a sandbox that is not on"),
    ],
)
def test_only_services_that_are_known_are_called(endpoint: str, known: bool) -> None:
    assert PushServices(HOSTS).knows(endpoint) is known


@pytest.mark.parametrize(
    ("endpoint", "known"),
    [
        pytest.param("http://127.0.0.1:5090/push/x", True, id="its own"),
        pytest.param("http://127.0.0.1:5090/pushx", False, id="beside"),
        pytest.param("http://127.0.0.1:5091/push/x", False, id="another"),
        pytest.param(ENDPOINT, True, id="a service"),
    ],
)
def test_a_sandbox_is_at_one_address(endpoint: str, known: bool) -> None:
    assert PushServices(HOSTS, "http://127.0.0.1:5090/push/").knows(endpoint) is known


def test_a_service_whose_name_leads_into_our_network_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    def inside(*_: object, **__: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", inside)
    with pytest.raises(PermanentDeliveryError, match="push_address_forbidden"):
        PushServices(HOSTS).post(ENDPOINT, {}, b"")
    with pytest.raises(PermanentDeliveryError, match="push_service_unknown"):
        PushServices("").post(ENDPOINT, {}, b"")


class Scripted(PushServices):
    """Answers as it was told to, and keeps what the browser would read."""

    def __init__(self, *answers: OutsideAnswer) -> None:
        super().__init__(HOSTS)
        self.answers = [*answers]
        self.headers: dict[str, str] = {}
        self.read: list[dict[str, str]] = []

    def post(self, endpoint: str, headers: object, body: bytes) -> OutsideAnswer:
        assert endpoint == ENDPOINT
        self.headers = dict(headers)  # type: ignore[call-overload]
        self.read.append(json.loads(BROWSER.read(body)))
        return self.answers.pop(0)


def sent(
    services: Scripted, message: Message, template: TemplateName | None = None, to: Subscription = SUBSCRIPTION
) -> Parcel:
    push = Push(VapidKey(lambda: "secret", "mailto:studio@example.test"), services, FixedClock())
    parcel = Parcel(uuid4(), "fcm.googleapis.com", message, way=to.written(), template=template)
    push.send(parcel)
    return parcel


def answer(status: int, retry_after: str | None = None) -> OutsideAnswer:
    return OutsideAnswer(status, None, b"", retry_after)


SHORT = Message(subject="Бронирование подтверждено", text="Ждём вас", link="https://studio.test/manage#secret")


@pytest.mark.parametrize(
    ("template", "kept", "urgency"),
    [
        pytest.param("booking_confirmed", "86400", "normal", id="confirmed"),
        pytest.param("booking_reminder", "86400", "high", id="reminded"),
        pytest.param("waitlist_offered", "3600", "high", id="offered"),
        pytest.param("review_request", "259200", "low", id="asked"),
    ],
)
def test_what_is_told_and_for_how_long(template: TemplateName, kept: str, urgency: str) -> None:
    services = Scripted(answer(201))
    parcel = sent(services, SHORT, template)
    assert services.read == [
        {"title": SHORT.subject, "body": SHORT.text, "tag": parcel.key.hex, "link": SHORT.link},
    ]
    told = {name: services.headers[name] for name in ("TTL", "Urgency", "Topic", "Content-Encoding")}
    assert told == {"TTL": kept, "Urgency": urgency, "Topic": parcel.key.hex, "Content-Encoding": "aes128gcm"}


def test_a_service_that_takes_less_gets_a_shorter_text_once() -> None:
    services = Scripted(answer(413), answer(201))
    sent(services, SHORT.model_copy(update={"text": "я" * 180}))
    assert [len(each["body"]) for each in services.read] == [180, 60]
    assert services.read[-1]["link"] == SHORT.link
    with pytest.raises(PermanentDeliveryError, match="push_413"):
        sent(Scripted(answer(413), answer(413)), SHORT)


def test_keys_that_nobody_can_write_to_end_a_subscription_so_that_an_sms_goes() -> None:
    with pytest.raises(GoneDeliveryError, match="push_keys") as raised:
        sent(Scripted(), SHORT, to=replace(SUBSCRIPTION, p256dh=encoded(b"\x04" + b"\0" * 64)))
    assert raised.value.chat == ENDPOINT


def test_a_link_that_leaves_no_room_is_left_out() -> None:
    services = Scripted(answer(201))
    sent(services, SHORT.model_copy(update={"link": f"https://studio.test/{'x' * MOST}"}))
    assert "link" not in services.read[0]


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        pytest.param(410, GoneDeliveryError, "push_gone", id="gone"),
        pytest.param(404, GoneDeliveryError, "push_gone", id="unknown"),
        pytest.param(429, TransientDeliveryError, "push_429", id="busy"),
        pytest.param(503, TransientDeliveryError, "push_503", id="down"),
        pytest.param(500, UnknownDeliveryError, "push_500", id="broken"),
        pytest.param(400, PermanentDeliveryError, "push_400", id="malformed"),
        pytest.param(403, PermanentDeliveryError, "push_403", id="another key"),
        pytest.param(307, PermanentDeliveryError, "push_307", id="moved"),
    ],
)
def test_what_an_answer_means(status: int, kind: type[DeliveryError], reason: str) -> None:
    with pytest.raises(DeliveryError, match=reason) as raised:
        sent(Scripted(answer(status)), SHORT)
    assert type(raised.value) is kind
    assert getattr(raised.value, "chat", ENDPOINT) == ENDPOINT


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        pytest.param("120", 120, id="seconds"),
        pytest.param("Tue, 01 Dec 2026 12:00:00 GMT", 0, id="a date"),
        pytest.param(None, 0, id="nothing"),
        pytest.param("9" * 12, 86_400, id="years"),
    ],
)
def test_it_waits_as_long_as_it_is_asked_to(said: str | None, seconds: int) -> None:
    with pytest.raises(TransientDeliveryError) as raised:
        sent(Scripted(answer(429, said)), SHORT)
    assert raised.value.after == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("template", "locale", "title", "text"),
    [
        pytest.param("booking_confirmed", "ru", "Бронирование 7K3M9QXA", "Бронь 7K3M9QXA", id="sms"),
        pytest.param("booking_cancelled", "en", "Booking 7K3M9QXA", "Hello", id="mail"),
    ],
)
def test_it_says_what_a_locked_screen_shows(template: TemplateName, locale: LocaleCode, title: str, text: str) -> None:
    url = "https://studio.test/manage#push"
    words = TemplateRenderer("Studio").words(template, locale, "Анна", facts(), confirmed=True, url=url)
    message = Push(VapidKey(lambda: "s", ""), PushServices("")).render(words)
    assert (message.subject or "").startswith(title)
    assert message.text.startswith(text)
    assert (len(message.subject or "") <= 60, len(message.text) <= 180) == (True, True)
    assert (message.link, url in message.text) == (url, False)


def test_staff_read_the_service_alone_and_nothing_that_leads_to_the_browser() -> None:
    push = Push(VapidKey(lambda: "s", ""), PushServices(HOSTS))
    known = {"id": uuid4(), "email": None, "email_confirmed": False, "phone": None, "phone_confirmed": False}
    somebody = Reached.model_validate(known | {"full_name": "Анна", "locale": "ru"})
    with pytest.raises(NeedlessDeliveryError, match="not_connected"):
        push.address(somebody)
    to = push.address(somebody.model_copy(update={"chat": ENDPOINT, "keys": f"{BROWSER.p256dh}.{BROWSER.auth}"}))
    assert (to.address, to.confirmed) == ("fcm.googleapis.com", True)
    assert Subscription.read(to.way) == SUBSCRIPTION
    assert BROWSER.auth not in repr(to)
