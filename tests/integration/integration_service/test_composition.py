"""The service as the environment alone puts it together, from the queue to the booking service's door."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from core.identity import Identity
from integration import composition
from integration.app import api
from integration.consumers import confirm_bookings, log_events
from integration.jobs import relay_outbox
from shared_schemas.common import Role
from tests.support.rest import Answer, call, rest_event
from tests.support.samples import envelope, sample
from tests.support.scripted_server import Script, scripted_server
from tests.support.system.environment import Context, deployed

MANAGER = Identity(str(uuid4()), Role.MANAGER)
PAID = envelope("sqs_payment_succeeded")
QUEUE = {"ApproximateNumberOfMessages": "2", "ApproximateNumberOfMessagesNotVisible": "0"}


@pytest.fixture
def world(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    """Everything beyond the database: the API, EventBridge and SQS in one."""
    with scripted_server() as script:
        monkeypatch.setenv("DEAD_LETTER_QUEUES", f"{script.url}/000000000000/some-dead-letters")
        with deployed(composition.app, engine, script.url, monkeypatch):
            yield script


def get(path: str, **query: str) -> Answer:
    return call(api, rest_event(f"GET {path}", query=query, identity=MANAGER))


@pytest.mark.usefixtures("world")
def test_an_event_of_the_queue_is_found_by_its_flow() -> None:
    assert log_events(sample("sqs_payment_succeeded"), Context()) == {"batchItemFailures": []}

    found = get("/v1/events", correlation_id=PAID.correlation_id, **{"from": "2026-11-25T00:00:00Z"}).body["data"]
    assert [event["id"] for event in found] == [str(PAID.id)]
    one = call(api, rest_event("GET /v1/events/{event_id}", path={"event_id": str(PAID.id)}, identity=MANAGER))
    assert one.body == found[0]
    assert get("/v1/events", type="payment.failed").body["data"] == []


def test_a_payment_is_carried_to_its_booking(world: Script) -> None:
    world.answers = [(200, {})]

    assert confirm_bookings(sample("sqs_payment_succeeded"), Context()) == {"batchItemFailures": []}

    (asked,) = world.asked
    assert (asked.method, asked.path) == ("POST", f"/v1/bookings/{PAID.data['booking_id']}/confirm")
    assert asked.body == {"payment_id": PAID.data["payment_id"], "paid": PAID.data["amount"]}
    assert asked.headers["authorization"].startswith("Bearer ")
    assert asked.headers["x-correlation-id"] == PAID.correlation_id


def test_while_booking_stumbles_the_record_comes_again(world: Script) -> None:
    world.answers = [(503, {})]

    failed = confirm_bookings(sample("sqs_payment_succeeded"), Context())["batchItemFailures"]

    assert failed == [{"itemIdentifier": sample("sqs_payment_succeeded")["Records"][0]["messageId"]}]


def test_dead_letters_are_counted_at_the_broker(world: Script) -> None:
    world.answers = [(200, {"Attributes": QUEUE})]

    assert get("/v1/dead-letters").body["data"] == [{"name": "some", "waiting": 0, "messages": 2, "in_flight": 0}]

    world.answers = [(400, {"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "gone"})]
    refused = get("/v1/dead-letters")
    assert (refused.status, refused.code) == (503, "broker_unavailable")


@pytest.mark.usefixtures("world")
def test_staff_alone_may_look() -> None:
    client = Identity(str(uuid4()), Role.CLIENT)
    for path in ("/v1/events", "/v1/errors", "/v1/dead-letters"):
        assert call(api, rest_event(f"GET {path}", identity=client)).status == 403
        assert call(api, rest_event(f"GET {path}")).status == 401
    assert get("/v1/errors").body == {"data": []}


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"from": "yesterday"}, "invalid_request"),
        ({"type": "Robert'); DROP TABLE"}, "invalid_request"),
        ({"correlation_id": "\x00"}, "invalid_request"),
        ({"limit": "0"}, "invalid_request"),
        ({"cursor": "x"}, "invalid_cursor"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(query: dict[str, str], code: str) -> None:
    answer = call(api, rest_event("GET /v1/events", query=query, identity=MANAGER))

    assert (answer.status, answer.code) == (422, code)


@pytest.mark.usefixtures("world")
def test_the_service_relays_and_says_whether_it_can_work() -> None:
    assert relay_outbox({}, Context()) == {"done": 0, "published": 0, "replayed": 0, "failed": 0, "more": False}
    assert call(api, rest_event("GET /health/integration")).body["status"] == "ok"
