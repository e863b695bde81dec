"""Whatever strangers send to whatever route as whoever they are: it is refused, and nothing of ours breaks.

Each place is given U+0000 and one value drawn by the seed; in a longer run more (`make fuzz`)."""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from payment import composition, webhooks
from payment.gateways.port import Gateway
from tests.support.chance import scaled, seed, told
from tests.support.database import EngineFor
from tests.support.payment.gateways import sberpay, tkassa, yookassa
from tests.support.samples import sample
from tests.support.system.environment import Context
from tests.support.system.furnished import furnish, register
from tests.support.system.hostile import TEXTS, VALUES, good_requests, hostile_calls, leaves, replaced
from tests.support.system.template import system
from tests.support.system.whole_api import WholeApi, bearer, whole_api

SEED, MORE = seed(), scaled(1)
SYSTEM = system()
LARGEST_REFUSAL = 64 * 1024


@pytest.fixture(scope="module")
def api(engine_for: EngineFor) -> Iterator[WholeApi]:
    with pytest.MonkeyPatch.context() as patch, whole_api(engine_for, patch) as made:
        yield made


@pytest.fixture(scope="module")
def known(api: WholeApi, engine_for: EngineFor) -> dict[str, str]:
    """What there is to be attacked: people, a hall with prices, a booking and a payment."""
    register(engine_for("gateway"))
    return {**furnish(api), "name": "webhooks", "queue": "some"}


def test_every_operation_is_tried(known: dict[str, str]) -> None:
    requests = good_requests(known)
    assert len(requests) > 100
    assert sum(1 for request in requests for _ in request.places()) > 700


def test_nothing_that_a_stranger_sends_breaks_anything(api: WholeApi, known: dict[str, str]) -> None:
    broken = []
    for call in hostile_calls(known, Random(SEED), MORE):
        answer = api.request(call.method, call.path, call.query, {**call.headers, **bearer(call.caller)}, call.body)
        if answer.status >= 500 or (answer.status >= 400 and len(answer.body) > LARGEST_REFUSAL):
            broken.append(f"{call.operation} by {call.caller}, {call.wrong} → {answer.status}")

    assert not broken, "\n".join([told(), *broken])


CONSUMERS = sorted({source.function for source in SYSTEM.queue_sources})
CONTENT_TYPES = ["application/json", "application/x-www-form-urlencoded", "application/json; charset=cp1251", "", "\0"]
NOTICE = sample("function_url_yookassa_webhook")


def messages(random: Random) -> Iterator[Any]:
    """What may lie in a queue: nothing of ours at all, and events of ours with one thing wrong."""
    yield from ("", "{", "null", "[]", "{}", '{"detail": null}', '{"detail": []}', "\0", "[" * 5000)
    detail = json.loads(sample("sqs_payment_succeeded")["Records"][0]["body"])
    for at in leaves(detail["detail"]):
        for value in ("a\0b", *random.sample(VALUES, 2)):
            yield json.dumps(detail | {"detail": replaced(detail["detail"], at, value)})


@pytest.mark.parametrize("name", CONSUMERS)
def test_a_message_that_nobody_can_handle_is_given_back(api: WholeApi, name: str) -> None:
    event = sample("sqs_payment_succeeded")
    for number, body in enumerate(messages(Random(SEED))):
        record = event["Records"][0] | {"body": body, "messageId": str(number)}
        answer = api.handlers[name]()({"Records": [record]}, Context())
        assert answer["batchItemFailures"] in ([], [{"itemIdentifier": str(number)}]), f"{told()} {body!r}"


def notices(random: Random) -> Iterator[dict[str, Any]]:
    """Notifications of payment gateways as anybody may send them."""
    body = json.loads(NOTICE["body"])
    bodies = list(TEXTS)
    for at in leaves(body):
        bodies += [json.dumps(replaced(body, at, value)) for value in ("a\0b", *random.sample(VALUES, 3))]
    bodies += [
        urlencode({"mdOrder": text, "orderNumber": "a\0b", "checksum": text}, errors="replace") for text in TEXTS
    ]
    for provider in ("yookassa", "sberpay", "tkassa", "a\0b", "%00"):
        for text in random.sample(bodies, 60):
            event = copy.deepcopy(NOTICE) | {"body": text, "isBase64Encoded": random.random() < 0.2}
            event["headers"]["content-type"] = random.choice(
                [
                    "application/json",
                    "application/x-www-form-urlencoded",
                    "application/json; charset=cp1251",
                    "",
                    "a\0b",
                ]
            )
            event["rawPath"] = event["requestContext"]["http"]["path"] = f"/webhooks/{provider}"
            event["rawQueryString"] = quote(text, safe="=&", errors="replace") if random.random() < 0.3 else ""
            event["requestContext"]["http"]["method"] = random.choice(["POST", "POST", "GET"])
            yield event


def test_no_notification_breaks_the_function_url(api: WholeApi, known: dict[str, str]) -> None:
    nowhere = "http://127.0.0.1:1"
    gateways: dict[str, Gateway] = {
        "yookassa": yookassa(nowhere),
        "tkassa": tkassa(nowhere),
        "sberpay": sberpay(nowhere),
    }
    app = composition.app()
    beyond = replace(app.outside, gateways=lambda _world: gateways, networks=dict)
    with composition.app.replaced(replace(app, outside=beyond)):
        answers = [(event, webhooks.handler(event, Context())) for event in notices(Random(SEED))]

    broken = [(event["rawPath"], event["body"]) for event, answer in answers if answer["statusCode"] >= 500]
    assert not broken, f"{told()} {broken[:5]}"


TOKENS = ["Bearer \0", "Bearer \ud800", "Bearer ", "Bearer a.b.c", "Basic YTpi", "Bearer " + "e30." * 3000]


@pytest.mark.parametrize("token", TOKENS)
def test_no_token_breaks_the_authoriser(api: WholeApi, token: str) -> None:
    assert api.request("GET", "/v1/me", headers={"Authorization": token}).status == 401
