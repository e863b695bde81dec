"""The samples in `events/` are what AWS really sends: good for tests, and for `sam local invoke <Function> -e`."""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from booking import composition
from booking.app import api
from booking.calendar.errors import SlotTakenError
from booking.customers.accounts import KnownCustomers
from core.http.idempotency import IdempotencyKey
from core.http.limits import Calls, Counts
from core.identity import Identity
from gateway.sessions.verdict import Authorizer
from infra.local.doors.request import Request
from infra.local.doors.rest_event import build_event
from infra.local.template.model import Route
from infra.samples import samples
from notification.channels.email.ses.events import news
from shared_schemas.booking.bookings import Booking, BookingRequest
from tests.support.booking.studio import Register
from tests.support.clock import FixedClock
from tests.support.gateway import KEYS
from tests.support.rest import call
from tests.support.samples import EVENTS, sample
from tests.support.system.template import whole_system

ROOT = Path(__file__).parents[2]
SYSTEM = whole_system()
NAMES = sorted(path.stem for path in EVENTS.glob("*.json"))
RECORDS = [(name, record) for name in NAMES for record in sample(name).get("Records", [])]
SAME = (
    "resource", "path", "httpMethod", "queryStringParameters", "multiValueQueryStringParameters", "pathParameters",
    "stageVariables", "body", "isBase64Encoded",
)  # fmt: skip
CONTEXT_IN_USE = {
    "resourcePath",
    "httpMethod",
    "path",
    "stage",
    "requestId",
    "authorizer",
    "identity",
    "requestTimeEpoch",
}


class FullyBooked:
    """Refuses every booking, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[BookingRequest, Identity, IdempotencyKey | None]] = []

    def create(self, request: BookingRequest, caller: Identity, key: IdempotencyKey | None) -> Booking:
        self.asked.append((request, caller, key))
        raise SlotTakenError

    @contextmanager
    def offered(self, request: BookingRequest) -> Iterator[None]:
        """There is nothing else, either."""
        assert request.hall_id
        yield


def test_every_kind_of_trigger_has_a_sample() -> None:
    kinds = ("apigateway_", "eventbridge_", "function_url_", "schedule_", "sqs_")
    assert {kind for kind in kinds if any(name.startswith(kind) for name in NAMES)} == set(kinds)


def test_every_function_has_a_sample_and_every_sample_a_function() -> None:
    """Else `sam local invoke` has nothing to give it; tests/e2e/test_samples.py gives each to its function."""
    known = samples(SYSTEM)
    assert known.keys() == SYSTEM.functions.keys()
    # What a rule gets, before it is in a queue.
    of_rules = set(EVENTS.glob("eventbridge_*.json"))
    assert {path for paths in known.values() for path in paths} | of_rules == set(EVENTS.glob("*.json"))


@pytest.mark.parametrize(("name", "record"), RECORDS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_queued_event_is_one_its_queue_receives(name: str, record: dict[str, Any]) -> None:
    queue = record["eventSourceARN"].rpartition(":")[2]
    assert [source.function for source in SYSTEM.queue_sources if source.queue == queue], "nobody reads it"
    assert record["md5OfBody"] == hashlib.md5(record["body"].encode(), usedforsecurity=False).hexdigest()


OTHERS = ("sqs_dead_", "sqs_failed_", "sqs_mail_")
FROM_RULES = [(name, record) for name, record in RECORDS if not name.startswith(OTHERS)]


@pytest.mark.parametrize(("name", "record"), FROM_RULES, ids=lambda value: value if isinstance(value, str) else "")
def test_an_event_is_one_that_a_rule_puts_into_its_queue(name: str, record: dict[str, Any]) -> None:
    queue, event = record["eventSourceARN"].rpartition(":")[2], json.loads(record["body"])
    rule = next(r for r in SYSTEM.rules if queue in {arn.rpartition(":")[2] for arn in r.targets.values()})
    assert event["detail-type"] in rule.pattern["detail-type"]
    assert event["source"] == f"cyclorama.{event['detail']['source']}"


def test_news_of_mail_are_what_a_topic_of_sns_hands_over_of_ses() -> None:
    [record] = sample("sqs_mail_event")["Records"]
    told = news(record["body"])
    assert told and (told.kind, told.for_good) == ("bounced", True)
    assert told.addresses == ["bounce@simulator.amazonses.com"]


def test_the_schedule_is_one_of_the_template() -> None:
    rule = sample("schedule_reminders")["resources"][0].rpartition("/")[2]
    assert rule.removeprefix("cyclorama-") in {schedule.function for schedule in SYSTEM.schedules}


@pytest.fixture
def fake() -> Iterator[FullyBooked]:
    untouched: Any = None
    nobody_is_limited = Calls(cast("Counts", None), {}, FixedClock())
    stand_in: Any = SimpleNamespace(
        bookings=FullyBooked(), known_customers=KnownCustomers(Register(), untouched), calls=nobody_is_limited
    )
    with composition.app.replaced(stand_in):
        yield stand_in.bookings


def test_the_rest_sample_is_a_request_that_booking_takes(fake: FullyBooked) -> None:
    event = sample("apigateway_create_booking")

    answer = call(api, event)

    assert (answer.status, answer.code) == (409, "slot_taken")
    assert answer.headers["x-correlation-id"] == event["headers"]["X-Correlation-Id"]
    [(request, caller, key)] = fake.asked
    assert request == BookingRequest.model_validate_json(event["body"])
    assert caller.subject == event["requestContext"]["authorizer"]["subject"]
    assert key and key.value == event["headers"]["Idempotency-Key"]


def test_a_body_in_base64_is_the_same_body(fake: FullyBooked) -> None:
    event = sample("apigateway_create_booking")
    encoded = base64.b64encode(event["body"].encode()).decode()

    assert call(api, event).status == call(api, event | {"body": encoded, "isBase64Encoded": True}).status == 409
    assert fake.asked[0] == fake.asked[1]


def test_the_runtime_sends_events_of_the_same_form() -> None:
    real = sample("apigateway_create_booking")
    headers = tuple(real["headers"].items())
    request = Request("POST", real["path"], "", headers, real["body"].encode(), "203.0.113.7", 5000)
    identity = {"subject": "s", "role": "client", "principalId": "s", "integrationLatency": 1}
    ours = build_event(request, Route("POST", real["resource"], "BookingApi"), "live", {}, [])
    ours["requestContext"]["authorizer"] = identity

    assert set(ours) == set(real)
    assert set(ours["requestContext"]) >= CONTEXT_IN_USE
    assert {key: ours[key] for key in SAME} == {key: real[key] for key in SAME}
    assert ours["requestContext"]["path"] == real["requestContext"]["path"]
    assert set(ours["requestContext"]["authorizer"]) == set(real["requestContext"]["authorizer"])


def test_where_a_token_is_optional_the_authoriser_is_asked_about_the_request() -> None:
    """API Gateway's REQUEST event is the function's own without the body; the runtime asks with the same parts."""
    asked, real = sample("apigateway_optional_authorizer"), sample("apigateway_create_booking")
    assert set(asked) - {"type", "methodArn"} == set(real) - {"body", "isBase64Encoded"}
    assert set(asked["requestContext"]) == set(real["requestContext"]) - {"authorizer"}
    verdict = Authorizer(KEYS, lambda _session: None, lambda _key: None).judge(asked)
    assert Identity.from_authorizer(verdict["context"]) is None


def test_the_authoriser_sample_is_a_request_that_it_judges() -> None:
    event = sample("apigateway_authorizer")
    assert set(event) == {"type", "methodArn", "authorizationToken"}
    # Its token is nobody's, so that it may be published.
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        Authorizer(KEYS, lambda _session: None, lambda _key: None).judge(event)
