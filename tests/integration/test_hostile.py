"""Whatever strangers send to whatever route as whoever they are: it is refused, and nothing of ours breaks.

`HOSTILE_SEED` repeats a run; `HOSTILE_VALUES` says how many values each place is given beside U+0000 (`make fuzz`)."""

import copy
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import insert

from gateway.tables import users
from infra.local.template import load_template
from payment import webhooks, wiring
from shared_schemas.common import Role
from tests.support.database import EngineFor
from tests.support.environment import Context
from tests.support.hostile import CALLERS, TEXTS, VALUES, good_requests, hostile_calls, leaves, replaced
from tests.support.payment_gateways import sberpay, tkassa, yookassa
from tests.support.samples import sample
from tests.support.whole_api import PEOPLE, ROOT, WholeApi, bearer, whole_api

SEED = int(os.environ.get("HOSTILE_SEED", "0")) or Random().randrange(1, 10**9)
MORE = int(os.environ.get("HOSTILE_VALUES", "1"))
SYSTEM = load_template(ROOT / "template.yaml")
LARGEST_REFUSAL = 64 * 1024


@pytest.fixture(scope="module")
def api(engine_for: EngineFor) -> Iterator[WholeApi]:
    with pytest.MonkeyPatch.context() as patch, whole_api(engine_for, patch) as made:
        yield made


@pytest.fixture(scope="module")
def known(api: WholeApi, engine_for: EngineFor) -> dict[str, str]:
    """What there is to be attacked: people, a hall with prices, a booking and a payment."""
    with engine_for("gateway").begin() as connection:
        for role in (Role.CLIENT, Role.MANAGER, Role.ADMIN):
            connection.execute(insert(users).values(**person(role)))
    hours = [{"weekday": day, "opens": "00:00", "closes": "24:00"} for day in range(1, 8)]
    hall = api.ask("manager", "POST", "/v1/halls", {"name": "A", "capacity": 5, "opening_hours": hours})["id"]
    tariff = {"hall_id": hall, "name": "All day", "price_per_hour": {"amount": 100_000}}
    api.ask("manager", "POST", "/v1/tariffs", tariff)
    start = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=7)
    span = {"start": start.isoformat(), "end": (start + timedelta(hours=2)).isoformat()}
    booking = api.ask("client", "POST", "/v1/bookings", {"hall_id": hall, **span})["id"]
    order = {"booking_id": booking, "provider": "yookassa", "return_url": "https://studio.example/paid"}
    payment = api.ask("client", "POST", "/v1/payments", order)["id"]
    later = start + timedelta(days=1)
    return {
        "hall_id": hall,
        "booking_id": booking,
        "payment_id": payment,
        "start": later.isoformat(),
        "end": (later + timedelta(hours=2)).isoformat(),
        "from": later.date().isoformat(),
        "to": (later + timedelta(days=2)).date().isoformat(),
        "name": "webhooks",
        "queue": "some",
    }


def person(role: Role) -> dict[str, object]:
    return {
        "id": PEOPLE[role],
        "email": f"{role}@example.com",
        "phone": "+79161234567",
        "full_name": "Anna Petrova",
        "locale": "ru",
        "role": role.value,
        "password_hash": "",
        "consented_at": datetime.now(UTC),
        "created_at": datetime.now(UTC),
    }


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

    assert not broken, "\n".join([f"HOSTILE_SEED={SEED}", *broken])


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
        assert answer["batchItemFailures"] in ([], [{"itemIdentifier": str(number)}]), f"HOSTILE_SEED={SEED} {body!r}"


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
    gateways = {"yookassa": yookassa(nowhere), "tkassa": tkassa(nowhere), "sberpay": sberpay(nowhere)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "gateways", lambda: gateways)
        patch.setattr(wiring, "allowed_networks", lambda _provider: ())
        wiring.notifications.cache_clear()
        answers = [(event, webhooks.handler(event, Context())) for event in notices(Random(SEED))]
    wiring.notifications.cache_clear()

    broken = [(event["rawPath"], event["body"]) for event, answer in answers if answer["statusCode"] >= 500]
    assert not broken, f"HOSTILE_SEED={SEED} {broken[:5]}"


def test_everybody_is_let_in_where_the_document_says_so_and_nowhere_else(api: WholeApi) -> None:
    wrong = []
    for good in good_requests({}):
        secured = bool(good.operation["security"])
        for caller in CALLERS:
            call = good.call(caller)
            status = api.request(call.method, call.path, call.query, bearer(caller), b"{}").status
            expected = {401} if caller == "anonymous" else {403}
            if secured and caller not in good.welcome and status not in expected:
                wrong.append(f"{good.name} by {caller} → {status}")
            if (not secured or caller in good.welcome) and status == 401:
                wrong.append(f"{good.name} by {caller} → {status}")

    assert not wrong, "\n".join(wrong)


TOKENS = ["Bearer \0", "Bearer \ud800", "Bearer ", "Bearer a.b.c", "Basic YTpi", "Bearer " + "e30." * 3000]


@pytest.mark.parametrize("token", TOKENS)
def test_no_token_breaks_the_authoriser(api: WholeApi, token: str) -> None:
    assert api.request("GET", "/v1/me", headers={"Authorization": token}).status == 401
