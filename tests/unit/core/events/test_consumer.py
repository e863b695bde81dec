"""A batch from SQS: each event in its own flow, and exactly the failed ones reported."""

import copy
import json
from io import StringIO
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from core.context import active_flow
from core.events.consumer import consumer
from core.observability import logger
from shared_schemas.events.envelope import Envelope
from tests.support.samples import sample

CONTEXT = SimpleNamespace(function_name="Consumer", aws_request_id="r1")


def batch(*correlation_ids: str) -> dict[str, Any]:
    """The sample, repeated: one message for each flow, `m-<flow>`."""
    [template] = sample("sqs_payment_succeeded")["Records"]
    records = []
    for correlation_id in correlation_ids:
        record, body = copy.deepcopy(template), json.loads(template["body"])
        body["detail"] |= {"id": str(uuid4()), "correlation_id": correlation_id}
        records.append(record | {"messageId": f"m-{correlation_id}", "body": json.dumps(body)})
    return {"Records": records}


@pytest.fixture(autouse=True)
def no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """When what failed comes again is told to its queue; `test_redelivery.py` and `test_giving_up.py` have one."""
    monkeypatch.setattr("core.events.consumer.put_off", lambda *_: None)
    monkeypatch.setattr("core.events.consumer.give_up", lambda *_: set())


class Effect:
    """Does the work; fails in the flows it is told to fail in."""

    def __init__(self, *failing: str) -> None:
        self.failing = failing
        self.done: list[Envelope] = []
        self.flows: list[Any] = []

    def __call__(self, envelope: Envelope) -> None:
        if envelope.correlation_id in self.failing:
            raise RuntimeError(f"{envelope.correlation_id} failed")
        self.done.append(envelope)
        self.flows.append(active_flow())


def failed(answer: dict[str, Any]) -> list[str]:
    return [item["itemIdentifier"] for item in answer["batchItemFailures"]]


def test_a_batch_that_is_done_is_reported_as_done() -> None:
    effect = Effect()
    assert consumer(effect)(batch("a", "b"), CONTEXT) == {"batchItemFailures": []}
    assert [e.correlation_id for e in effect.done] == ["a", "b"]


def test_each_event_runs_in_its_own_flow_caused_by_itself() -> None:
    effect = Effect()
    consumer(effect)(batch("a", "b"), CONTEXT)
    assert [(f.correlation_id, f.causation_id) for f in effect.flows] == [
        (e.correlation_id, str(e.id)) for e in effect.done
    ]
    assert active_flow() is None


@pytest.mark.parametrize(
    "failing", [("a",), ("b",), ("c",), ("a", "c"), ("a", "b", "c")], ids=lambda failing: "+".join(failing)
)
def test_exactly_the_failed_messages_are_reported(failing: tuple[str, ...]) -> None:
    """Even when all failed: raising instead would hide which, and count as an error of the function."""
    effect = Effect(*failing)
    assert failed(consumer(effect)(batch("a", "b", "c"), CONTEXT)) == [f"m-{name}" for name in failing]
    assert {e.correlation_id for e in effect.done} == {"a", "b", "c"} - set(failing)


def test_one_batch_knows_nothing_of_the_one_before() -> None:
    effect = Effect("a")
    handler = consumer(effect)
    assert failed(handler(batch("a"), CONTEXT)) == ["m-a"]
    assert failed(handler(batch("b"), CONTEXT)) == []


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "{}", '{"detail": null}', '{"detail": {"id": "x"}}'])
def test_a_message_without_an_event_is_reported_and_the_others_are_done(body: str) -> None:
    effect, event = Effect(), batch("a", "b")
    event["Records"][0]["body"] = body
    assert failed(consumer(effect)(event, CONTEXT)) == ["m-a"]
    assert [e.correlation_id for e in effect.done] == ["b"]


def test_a_failure_is_logged_in_its_flow(monkeypatch: pytest.MonkeyPatch) -> None:
    log, event = StringIO(), batch("a")
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    consumer(Effect("a"))(event, CONTEXT)
    line = next(json.loads(line) for line in log.getvalue().splitlines())
    assert (line["correlation_id"], line["event_type"], line["delivery"]) == ("a", "payment.succeeded", "1")
    assert "RuntimeError: a failed" in line["exception"]
