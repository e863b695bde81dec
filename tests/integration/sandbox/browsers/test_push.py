"""The push service: as strict as those of browsers."""

import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from notification.channels.push.encryption import encrypted
from notification.channels.push.subscription import Subscription
from notification.channels.push.vapid import VapidKey
from tests.integration.sandbox.harness import Answer, Sandbox

PRIVATE = ec.generate_private_key(ec.SECP256R1())
KEY = urlsafe_b64encode(PRIVATE.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)).decode()
SAID = '{"title": "Бронирование подтверждено", "body": "Ждём вас", "link": "https://studio.test/manage#x", "tag": "t"}'


@dataclass
class Reader:
    """A browser at the sandbox, and a server that it subscribed to."""

    sandbox: Sandbox
    subscribed: dict[str, Any]

    @property
    def subscription(self) -> Subscription:
        return Subscription(*(self.subscribed[name] for name in ("endpoint", "p256dh", "auth")))

    def gets(self, body: bytes | None = None, claims: dict[str, Any] | None = None, **headers: str | None) -> Answer:
        """The answer to a message of which this is different; a header that is None is left out."""
        usual = {"aud": self.sandbox.url, "exp": int(time.time()) + 3600, "sub": "mailto:studio@example.test"}
        token = jwt.encode({**usual, **(claims or {})}, PRIVATE, algorithm="ES256")
        told = {
            "TTL": "60",
            "Content-Encoding": "aes128gcm",
            "Authorization": f"vapid t={token}, k={KEY.rstrip('=')}",
            "Topic": "a-topic",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        sent = {name: value for name, value in told.items() if value is not None}
        whole = encrypted(self.subscription, SAID.encode()) if body is None else body
        return self.sandbox.request("POST", self.subscription.endpoint, body=whole, headers=sent)

    def read(self) -> list[dict[str, Any]]:
        answer = self.sandbox.request("GET", f"/outbox.json?channel=push&to={self.subscribed['id']}")
        return list(answer.body["data"])


@pytest.fixture
def reader(sandbox: Sandbox) -> Reader:
    return Reader(sandbox, sandbox.request("POST", "/_sandbox/push", json={"key": KEY}).body)


def test_a_browser_reads_the_message_and_a_repeated_one_once(reader: Reader) -> None:
    assert reader.gets().status == 201
    assert reader.gets().status == 201
    (message,) = reader.read()
    assert (message["subject"], message["text"]) == (
        "Бронирование подтверждено",
        "Ждём вас\nhttps://studio.test/manage#x",
    )
    page = reader.sandbox.request("GET", f"/outbox/{message['id']}?lang=en").body
    assert "Browser" in page
    assert "Topic" in page


REFUSED: dict[str, tuple[int, str, Callable[[Reader], Answer]]] = {
    "no TTL": (400, "TTL", lambda reader: reader.gets(TTL=None)),
    "a TTL that is no number": (400, "TTL", lambda reader: reader.gets(TTL="-1")),
    "an older encoding": (400, "aes128gcm", lambda reader: reader.gets(Content_Encoding="aesgcm")),
    "no encoding": (400, "aes128gcm", lambda reader: reader.gets(Content_Encoding=None)),
    "an urgency that there is not": (400, "Urgency", lambda reader: reader.gets(Urgency="now")),
    "a long topic": (400, "Topic", lambda reader: reader.gets(Topic="x" * 33)),
    "nobody's": (401, "vapid", lambda reader: reader.gets(Authorization=None)),
    "another scheme": (401, "vapid", lambda reader: reader.gets(Authorization="WebPush t.t.t")),
    "no key": (401, "t and k", lambda reader: reader.gets(Authorization="vapid t=x.y.z")),
    "no token": (403, "signed", lambda reader: reader.gets(Authorization=f"vapid t=x.y.z, k={KEY}")),
    "another service": (403, "aud", lambda reader: reader.gets(claims={"aud": "https://fcm.googleapis.com"})),
    "too late": (403, "exp", lambda reader: reader.gets(claims={"exp": int(time.time()) - 1})),
    "for too long": (403, "exp", lambda reader: reader.gets(claims={"exp": int(time.time()) + 25 * 3600})),
    "for ever": (403, "exp", lambda reader: reader.gets(claims={"exp": None})),
    "no contact": (403, "sub", lambda reader: reader.gets(claims={"sub": "studio"})),
    "too large": (413, "4096", lambda reader: reader.gets(b"x" * 4097)),
    "what is not encrypted": (400, "header", lambda reader: reader.gets(SAID.encode())),
    "what another browser reads": (400, "another browser", lambda reader: reader.gets(of_another(reader))),
    "what no worker understands": (400, "worker", lambda reader: reader.gets(encrypted(reader.subscription, b"[1]"))),
}


def of_another(reader: Reader) -> bytes:
    other = reader.sandbox.request("POST", "/_sandbox/push", json={"key": KEY}).body
    return encrypted(Subscription("", other["p256dh"], other["auth"]), SAID.encode())


@pytest.mark.parametrize("what", REFUSED)
def test_what_services_of_browsers_refuse_is_refused(reader: Reader, what: str) -> None:
    status, words, ask = REFUSED[what]
    answer = ask(reader)
    assert (answer.status, words in answer.body["error"]) == (status, True), answer.body
    assert reader.read() == []


def test_another_server_cannot_reach_the_browser(reader: Reader) -> None:
    now = datetime.now(UTC)
    other = VapidKey(lambda: "another", "mailto:studio@example.test")
    answer = reader.gets(Authorization=other.authorization(reader.subscription.endpoint, now))
    assert (answer.status, "another key" in answer.body["error"]) == (403, True)


def test_a_token_follows_the_clock_of_the_machine_and_is_good_for_half_a_day(reader: Reader) -> None:
    mine = reader.sandbox.request("POST", "/_sandbox/push", json={"key": VapidKey(lambda: "mine", "").public}).body
    other = Reader(reader.sandbox, mine)
    key = VapidKey(lambda: "mine", "https://studio.example.test/")
    now = datetime.now(UTC)
    for age, status in ((timedelta(0), 201), (timedelta(hours=11), 201), (timedelta(hours=13), 403)):
        assert other.gets(Authorization=key.authorization(mine["endpoint"], now - age)).status == status


def test_who_unsubscribes_is_gone_and_who_never_subscribed_unknown(reader: Reader) -> None:
    gone = f"/_sandbox/push/{reader.subscribed['id']}"
    assert reader.sandbox.request("DELETE", gone).status == 204
    assert reader.gets().status == 410
    reader.subscribed["endpoint"] = f"{reader.sandbox.url}/push/{uuid4()}"
    assert reader.gets().status == 404


def test_it_fails_as_often_as_it_is_told_to(reader: Reader) -> None:
    told = {"status": 429, "times": 2, "retry_after": 7}
    reader.sandbox.request("PUT", f"/_sandbox/push/{reader.subscribed['id']}", json=told)
    answers = [reader.gets() for _ in range(3)]
    assert [each.status for each in answers] == [429, 429, 201]
    assert answers[0].headers["Retry-After"] == "7"


def test_a_browser_subscribes_to_a_key_of_the_curve(sandbox: Sandbox) -> None:
    assert sandbox.request("POST", "/_sandbox/push", json={"key": "AAAA"}).status == 400
    assert sandbox.request("POST", "/_sandbox/push", json={}).status == 400
