import base64
import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payment import composition, webhooks
from payment.composition import App
from payment.gateways.configuration import parse_networks
from payment.gateways.port import Acknowledgement, WebhookRequest
from payment.paying.errors import (
    ForgedNotificationError,
    MalformedNotificationError,
    UnknownPaymentError,
    UnknownProviderError,
)
from shared_schemas.providers import PROVIDERS

SAMPLE = json.loads((Path(__file__).parents[4] / "events" / "function_url_yookassa_webhook.json").read_text())
CONTEXT = SimpleNamespace(function_name="PaymentWebhooks", aws_request_id="r1")


class Receiver:
    """Takes notifications as the use case does; `error` is what it raises instead."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []
        self.requests: list[WebhookRequest] = []
        self.answer = Acknowledgement("{}", "application/json")
        self.error: Exception | None = None

    def receive(self, provider: str, request: WebhookRequest) -> Acknowledgement:
        if self.error:
            raise self.error
        self.taken.append((provider, request.body))
        self.requests.append(request)
        return self.answer


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    fake = Receiver()
    with _deployed(fake, "77.75.156.11/32, 2a02:5180::/32"):
        yield fake


@contextmanager
def _deployed(receiver: Receiver, networks: str) -> Iterator[None]:
    """The notifications of each gateway may come from `networks`."""
    app = SimpleNamespace(notifications=receiver, networks=dict.fromkeys(PROVIDERS, parse_networks(networks)))
    with composition.app.replaced(cast("App", app)):
        yield


def post(**changes: Any) -> dict[str, Any]:
    event: dict[str, Any] = copy.deepcopy(SAMPLE)
    http = event["requestContext"]["http"]
    http["sourceIp"] = changes.pop("source", http["sourceIp"])
    http["method"] = changes.pop("method", http["method"])
    if path := changes.pop("path", None):
        event["rawPath"] = http["path"] = path
    return event | changes


def send(**changes: Any) -> tuple[int, dict[str, Any]]:
    answer = webhooks.handler(post(**changes), CONTEXT)
    return answer["statusCode"], json.loads(answer["body"])


def test_a_real_webhook_is_handed_on_to_the_byte(receiver: Receiver) -> None:
    assert send() == (200, {})
    assert receiver.taken == [("yookassa", SAMPLE["body"].encode())]


def test_a_body_in_base64_is_the_same_body(receiver: Receiver) -> None:
    encoded = base64.b64encode(SAMPLE["body"].encode()).decode()
    assert send(body=encoded, isBase64Encoded=True)[0] == 200
    assert receiver.taken == [("yookassa", SAMPLE["body"].encode())]


def test_a_gateway_is_answered_in_its_own_words(receiver: Receiver) -> None:
    receiver.answer = Acknowledgement("OK")

    answer = webhooks.handler(post(path="/webhooks/tkassa"), CONTEXT)

    assert (answer["statusCode"], answer["body"]) == (200, "OK")
    assert answer["headers"]["Content-Type"] == "text/plain"


def test_a_query_and_a_form_arrive_as_they_were_sent(receiver: Receiver) -> None:
    query = "mdOrder=1&orderNumber=%D0%B0&checksum=AB"

    assert send(method="GET", path="/webhooks/sberpay", rawQueryString=query, body=None)[0] == 200
    assert (
        send(path="/webhooks/sberpay", headers={"Content-Type": "application/x-www-form-urlencoded"}, body=query)[0]
        == 200
    )

    by_get, by_form = receiver.requests
    assert (by_get.method, by_get.query, by_get.body) == ("GET", query, b"")
    assert (by_form.method, by_form.content_type, by_form.body) == (
        "POST", "application/x-www-form-urlencoded", query.encode(),
    )  # fmt: skip


def test_a_query_has_at_most_64_kilobytes(receiver: Receiver) -> None:
    assert send(method="GET", rawQueryString="x" * (64 * 1024 + 1))[0] == 413


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (UnknownProviderError(provider="x"), 404, "unknown_provider"),
        (UnknownPaymentError(), 404, "unknown_payment"),
        (ForgedNotificationError(provider="tkassa"), 403, "forged_notification"),
        (MalformedNotificationError(provider="yookassa"), 400, "malformed_notification"),
        (TimeoutError("the database"), 503, "unavailable"),
        (RuntimeError("secret"), 503, "unavailable"),
    ],
)
def test_each_refusal_has_its_status_and_code(receiver: Receiver, error: Exception, status: int, code: str) -> None:
    receiver.error = error
    answer = webhooks.handler(post(), CONTEXT)
    problem = json.loads(answer["body"])

    assert (answer["statusCode"], problem["code"]) == (status, code)
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert "secret" not in answer["body"]


def test_a_failure_of_ours_asks_for_another_delivery(receiver: Receiver) -> None:
    receiver.error = TimeoutError()
    assert int(webhooks.handler(post(), CONTEXT)["headers"]["Retry-After"]) > 0


@pytest.mark.parametrize("source", ["77.75.156.12", "127.0.0.1", "", "unknown", "::1", "::ffff:10.0.0.1"])
def test_a_foreign_address_is_refused_whatever_the_headers_say(receiver: Receiver, source: str) -> None:
    status, problem = send(source=source, headers=SAMPLE["headers"] | {"x-forwarded-for": "77.75.156.11"})
    assert (status, problem["code"]) == (403, "foreign_network")
    assert receiver.taken == []


@pytest.mark.parametrize("source", ["2a02:5180::1", "::ffff:77.75.156.11"])
def test_version_6_addresses_are_understood(receiver: Receiver, source: str) -> None:
    assert send(source=source)[0] == 200


@pytest.mark.parametrize(("size", "status"), [(64 * 1024, 200), (64 * 1024 + 1, 413)])
def test_a_body_has_at_most_64_kilobytes(receiver: Receiver, size: int, status: int) -> None:
    assert send(body="x" * size)[0] == status
    assert send(body=base64.b64encode(b"x" * size).decode(), isBase64Encoded=True)[0] == status


@pytest.mark.parametrize("changes", [{"body": "%%%=", "isBase64Encoded": True}, {"body": "\ud800"}])
def test_a_body_that_cannot_be_decoded_is_malformed(receiver: Receiver, changes: dict[str, Any]) -> None:
    status, problem = send(**changes)
    assert (status, problem["code"]) == (400, "malformed_notification")


@pytest.mark.parametrize(
    "changes", [{"method": "PUT"}, {"path": "/"}, {"path": "/webhooks/"}, {"path": "/webhooks/a/b"}]
)
def test_nothing_else_is_served(receiver: Receiver, changes: dict[str, Any]) -> None:
    status, problem = send(**changes)
    assert (status, problem["code"]) == (404, "not_found")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.none() | st.text() | st.binary().map(lambda raw: base64.b64encode(raw).decode()),
    encoded=st.booleans(),
    provider=st.text(min_size=1, max_size=20),
)
def test_no_input_makes_it_fall_over(receiver: Receiver, body: str | None, encoded: bool, provider: str) -> None:
    status, _ = send(body=body, isBase64Encoded=encoded, path=f"/webhooks/{provider}")
    assert status in (200, 400, 404)


@pytest.mark.parametrize("value", ["", "*", "10.0.0.0/8, *"])
def test_without_networks_everybody_may_come(receiver: Receiver, value: str) -> None:
    with _deployed(receiver, value):
        assert send(source="203.0.113.9")[0] == 200


def test_a_wrong_network_is_named() -> None:
    with pytest.raises(ValueError, match=r"77\.75\.156\.300"):
        parse_networks("127.0.0.0/8,77.75.156.300")
