"""Webhooks from the subscription to the receiver's socket: on real PostgreSQL, to a server that answers as scripted."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from core.http.idempotency import IdempotencyKey
from core.safe_http import OutsideClient, TimeOuts
from integration.connectors.webhooks.addresses import OutsideAddresses
from integration.connectors.webhooks.errors import SubscriptionDisabledError, SubscriptionNotFoundError
from integration.connectors.webhooks.sending import Webhooks as WebhookConnector
from integration.connectors.webhooks.service import Webhooks
from shared_schemas.errors import RuleViolationError
from shared_schemas.integration.connectors import (
    Delivery,
    SubscriptionsQuery,
    WebhookSubscriptionChange,
    WebhookSubscriptionRequest,
    WebhookSubscriptionWithSecret,
)
from tests.support.integration.connectors import PLENTY, STAFF_ID, Studio, happened
from tests.support.scripted_server import Script, scripted_server
from tests.support.trail import done_by, lines, told

PUBLIC = "93.184.216.34"
QUICK = TimeOuts(connect=2, read=0.3, total=1)


class Post:
    """The service and the connector, with names that lead where the test wants."""

    def __init__(self, studio: Studio, private: bool = True, found: list[list[str]] | None = None) -> None:
        self.studio, self.found = studio, found or []
        client = OutsideClient(private, self._resolve, QUICK)
        self.service = Webhooks(studio.work, studio.clock, OutsideAddresses(client, private))
        self.connector = WebhookConnector(studio.work, studio.clock, client)
        self.dispatch = studio.dispatch(self.connector)

    def _resolve(self, _host: str, _port: int) -> list[str]:
        """The answers in order; the last one stands."""
        if not self.found:
            return ["127.0.0.1"]
        return self.found.pop(0) if len(self.found) > 1 else self.found[0]

    def subscribed(self, url: str, *types: str, key: IdempotencyKey | None = None) -> WebhookSubscriptionWithSecret:
        request = WebhookSubscriptionRequest(url=url, event_types=list(types) or ["*"], description="their shop")
        return self.service.create(request, STAFF_ID, key)

    def sent(self, name: str = "eventbridge_booking_created", **data: Any) -> Delivery:
        """The delivery of one new event, after an attempt."""
        ids = self.dispatch.take("webhooks", happened(name, self.studio.clock, **data))
        self.dispatch.send("webhooks", ids, PLENTY)
        return self.studio.deliveries(self.connector)[0]


@pytest.fixture
def studio(engine: Engine) -> Studio:
    return Studio(engine)


@pytest.fixture
def post(studio: Studio) -> Post:
    return Post(studio)


@pytest.fixture
def shop() -> Iterator[Script]:
    with scripted_server() as script:
        yield script


def digests(script: Script, number: int = -1) -> list[str]:
    header = script.asked[number].headers["cyclorama-signature"]
    return [part.removeprefix("v1=") for part in header.split(",") if part.startswith("v1=")]


def expected(script: Script, secret: str, number: int = -1) -> str:
    asked = script.asked[number]
    timestamp = asked.headers["cyclorama-signature"].split(",")[0].removeprefix("t=")
    body = json.dumps(asked.body, separators=(",", ":"), ensure_ascii=False)
    return hmac.new(secret.encode(), f"{timestamp}.{body}".encode(), hashlib.sha256).hexdigest()


def test_a_subscriber_is_told_with_ids_and_a_signature(post: Post, shop: Script) -> None:
    shop.answers = [(204, b"")]
    made = post.subscribed(f"{shop.url}/hook?key=1", "booking.created")
    delivery = post.sent()
    assert (delivery.status, delivery.response_code, delivery.target) == ("delivered", 204, str(made.id))
    (asked,) = shop.asked
    assert (asked.method, asked.path) == ("POST", "/hook?key=1")
    assert set(asked.body) == {"id", "type", "version", "time", "correlation_id", "data"}
    assert set(asked.body["data"]) == {"booking_id", "booking_version", "customer_id", "hall_id"}
    assert asked.headers["cyclorama-delivery"] == str(delivery.id)
    assert digests(shop) == [expected(shop, made.secret)]


def test_only_subscribed_types_are_sent(post: Post, shop: Script) -> None:
    post.subscribed(shop.url, "payment.succeeded", "payment.failed")
    assert post.dispatch.take("webhooks", happened()) == []


def test_after_a_rotation_both_secrets_sign_for_a_day(post: Post, shop: Script) -> None:
    shop.answers = [(200, b"")] * 2
    made = post.subscribed(shop.url)
    rotated = post.service.rotate(made.id, "somebody left")
    assert rotated.secret != made.secret
    post.sent()
    assert digests(shop) == [expected(shop, rotated.secret), expected(shop, made.secret)]
    post.studio.clock.advance(hours=24)
    post.sent()
    assert digests(shop) == [expected(shop, rotated.secret)]


def test_gone_ends_the_subscription_and_what_waits_for_it(post: Post, shop: Script) -> None:
    shop.answers = [(410, b"")]
    made = post.subscribed(shop.url)
    waiting = post.dispatch.take("webhooks", happened())
    assert post.dispatch.send("webhooks", waiting[:1], PLENTY) == 1
    later = post.dispatch.take("webhooks", happened())
    assert later == []
    assert [d.status for d in post.studio.deliveries(post.connector)] == ["dead"]
    ended = post.service.get(made.id)
    assert (ended.status, ended.disabled_reason) == ("disabled", "gone")
    with pytest.raises(SubscriptionDisabledError):
        post.service.test(made.id, post.studio.handling(), "flow")
    change = WebhookSubscriptionChange(status="active", reason="they are back")
    again = post.service.change(made.id, change)
    assert (again.status, again.disabled_reason, again.failures) == ("active", None, 0)


@pytest.mark.parametrize("status", [301, 302, 307, 404, 429, 500, 503])
def test_any_other_answer_is_repeated_and_no_redirect_is_followed(post: Post, shop: Script, status: int) -> None:
    shop.answers = [(status, b""), (200, b"")]
    made = post.subscribed(shop.url)
    delivery = post.sent()
    assert (delivery.status, delivery.error, delivery.response_code) == ("waiting", f"http_{status}", status)
    assert post.service.get(made.id).failures == 1
    post.studio.clock.advance(minutes=1)
    assert post.dispatch.send_due("webhooks", PLENTY) == 1
    assert post.service.get(made.id).failures == 0
    ids = [asked.headers["cyclorama-delivery"] for asked in shop.asked]
    assert ids == [str(delivery.id)] * 2


def test_who_does_not_answer_is_repeated(post: Post, shop: Script) -> None:
    shop.answers = [None]
    post.subscribed(shop.url)
    delivery = post.sent()
    assert (delivery.status, delivery.error, delivery.response_code) == ("waiting", "no_answer", None)


def test_who_failed_last_waits_for_the_job_and_holds_up_nobody(post: Post, shop: Script) -> None:
    shop.answers = [(500, b"")]
    post.subscribed(shop.url)
    post.sent()
    assert post.dispatch.take("webhooks", happened()) == []
    assert sorted(d.attempts for d in post.studio.deliveries(post.connector)) == [0, 1]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - an address to refuse
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fd00:ec2::254",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_our_own_side_is_refused_when_subscribing_and_when_sending(studio: Studio, address: str) -> None:
    """The second is DNS rebinding: the name led to the outside when the subscription was made."""
    for found in ([[address]], [[PUBLIC, address]]):
        with pytest.raises(RuleViolationError) as refused:
            Post(studio, private=False, found=found).subscribed("https://shop.test/hook")
        assert [(v.field, v.code) for v in refused.value.violations] == [("url", "address_refused")]
    post = Post(studio, private=False, found=[[PUBLIC], [address]])
    post.subscribed("https://shop.test/hook")
    delivery = post.sent()
    assert (delivery.status, delivery.error) == ("dead", "address_refused")


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "[::ffff:7f00:1]"])
def test_other_spellings_of_this_machine_are_refused(studio: Studio, host: str) -> None:
    client = OutsideClient(private_addresses=False)
    service = Webhooks(studio.work, studio.clock, OutsideAddresses(client, False))
    request = WebhookSubscriptionRequest(url=f"https://{host}/x", event_types=["*"], description="nosy")
    with pytest.raises(RuleViolationError) as refused:
        service.create(request, STAFF_ID, None)
    assert [v.code for v in refused.value.violations] == ["address_refused"]


def test_every_fault_of_a_request_is_named(studio: Studio) -> None:
    post = Post(studio, private=False, found=[[PUBLIC]])
    with pytest.raises(RuleViolationError) as refused:
        post.subscribed("http://shop.test/", "booking.deleted")
    assert [v.code for v in refused.value.violations] == ["https_required", "unknown_event_type"]


def test_a_repeated_request_makes_one_subscription(post: Post) -> None:
    key = IdempotencyKey("staff", "POST /v1/webhook-subscriptions", str(uuid4()), "same")
    assert post.subscribed("http://shop.test/", key=key) == post.subscribed("http://shop.test/", key=key)
    assert len(post.service.page(SubscriptionsQuery()).data) == 1


def test_subscriptions_are_listed_without_secrets_changed_and_ended(post: Post) -> None:
    made = []
    for number in range(3):
        made.append(post.subscribed(f"http://shop.test/{number}").id)
        post.studio.clock.advance(minutes=1)
    first = post.service.page(SubscriptionsQuery(limit=2))
    second = post.service.page(SubscriptionsQuery(limit=2, cursor=first.next_cursor))
    assert [s.id for s in first.data + second.data] == made[::-1] and second.next_cursor is None
    assert "whsec" not in first.model_dump_json()
    change = WebhookSubscriptionChange(event_types=["booking.created"], reason="too many calls")
    with done_by(STAFF_ID):
        assert post.service.change(made[0], change).event_types == ["booking.created"]
    waiting = post.dispatch.take("webhooks", happened())
    with done_by(STAFF_ID):
        post.service.remove(made[0])
    assert post.dispatch.send("webhooks", waiting, lambda: False) == 0
    ended = [d for d in post.studio.deliveries(post.connector) if d.target == str(made[0])]
    assert [(d.status, d.error) for d in ended] == [("skipped", "subscription_ended")]
    with pytest.raises(SubscriptionNotFoundError):
        post.service.get(made[0])
    was = {"host": "shop.test", "status": "active"}
    assert [told(line) for line in lines(post.studio.publisher)] == [
        ("too many calls", {"event_types": ["*"]}, {"event_types": ["booking.created"]}),
        (None, was | {"event_types": ["booking.created"]}, {}),
    ]


def test_the_trail_tells_neither_a_secret_nor_the_path_of_a_url(post: Post) -> None:
    with done_by(STAFF_ID):
        made = post.subscribed("http://shop.test/key-to-all", "booking.created")
        post.service.rotate(made.id, "somebody left")

    first, second = lines(post.studio.publisher)
    assert first.after == {"host": "shop.test", "event_types": ["booking.created"], "status": "active"}
    assert (second.reason, second.after) == ("somebody left", {})
    assert "whsec" not in f"{first}{second}" and "key-to-all" not in f"{first}{second}"


def test_a_test_call_arrives_like_any_other(post: Post, shop: Script) -> None:
    shop.answers = [(200, b"")]
    made = post.subscribed(shop.url, "payment.succeeded")
    delivery = post.service.test(made.id, post.studio.handling(), "flow")
    assert delivery.status == "waiting"
    assert post.dispatch.send_due("webhooks", PLENTY) == 1
    assert shop.asked[0].body["type"] == "webhook.test"
    assert digests(shop) == [expected(shop, made.secret)]
