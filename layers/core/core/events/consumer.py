"""SQS consumers: each record is one event in its own flow. A failed one is delivered again and at last becomes a dead
letter; the others are done."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import random
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from core.context import flow
from core.events.gathering import published_together
from core.events.giving_up import give_up
from core.events.redelivery import put_off
from core.jobs import Schedule
from core.observability import logger
from shared_schemas.events.envelope import Envelope

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass(frozen=True)
class Consumer:
    """The handler of a queue: `takes` are its event types (empty: all); `turns` if it has a schedule, too. A test
    compares both with template.yaml."""

    run: Handler
    takes: frozenset[str]
    turns: Schedule = field(default_factory=dict)

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        return self.run(event, context)


def consumer(handle: Callable[[Envelope], None], *takes: str, together: bool = False) -> Consumer:
    """A Lambda handler that gives each event of the types `takes` to `handle`, and reports the items that raised and
    those of other types. `together` is for events about which nobody waits: see `published_together`."""
    types = frozenset(takes)

    def on_record(record: SQSRecord) -> None:
        envelope = _envelope(record)
        with flow(envelope.correlation_id, str(envelope.id)):
            try:
                if types and envelope.type not in types:
                    raise TypeError(f"{envelope.type} does not belong in this queue")
                handle(envelope)
            except Exception:
                logger.exception(
                    "An event was not handled; it will be delivered again",
                    event_type=envelope.type,
                    event_id=str(envelope.id),
                    delivery=record.attributes.approximate_receive_count,
                )
                raise

    run = message_consumer(on_record)
    return Consumer(published_together()(run) if together else run, types)


def batch_consumer(handle: Callable[[Sequence[Envelope]], None], *takes: str, together: bool = False) -> Consumer:
    """The same for a `handle` that takes many events in one transaction. Where that fails, each is handled alone, so
    that what is wrong with one holds up no other."""
    alone = consumer(lambda envelope: handle([envelope]), *takes)
    types = frozenset(takes)

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        if len(event["Records"]) > 1 and _all_done(event["Records"], handle, types):
            return {"batchItemFailures": []}
        return alone(event, context)

    return Consumer(published_together()(handler) if together else handler, types)


def _all_done(
    records: Sequence[dict[str, Any]], handle: Callable[[Sequence[Envelope]], None], types: frozenset[str]
) -> bool:
    try:
        envelopes = [Envelope.model_validate(json.loads(record["body"])["detail"]) for record in records]
        if types and not types.issuperset(envelope.type for envelope in envelopes):
            return False
        handle(envelopes)
    except Exception:
        # Whatever is wrong with one of them is raised again, and reported, when its turn comes.
        logger.warning("A batch of events is handled one by one", exc_info=True)
        return False
    return True


def message_consumer(handle: Callable[[SQSRecord], None]) -> Handler:
    """The same for messages of any kind."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        failed: dict[str, BaseException] = {}

        # Powertools requires the argument's name.
        def on_record(record: SQSRecord) -> None:
            try:
                handle(record)
            except Exception as error:
                failed[record.message_id] = error
                raise

        answer: dict[str, Any] = dict(process_partial_response(event, on_record, processor, context))
        if failed:
            done = give_up(event["Records"], failed)
            answer["batchItemFailures"] = [i for i in answer["batchItemFailures"] if i["itemIdentifier"] not in done]
            put_off(event["Records"], failed.keys() - done, random)
        return answer

    return handler


def _envelope(record: SQSRecord) -> Envelope:
    try:
        return Envelope.model_validate(record.json_body["detail"])
    except (ValueError, KeyError, TypeError):
        logger.exception("A message holds no event", message_id=record.message_id)
        raise
