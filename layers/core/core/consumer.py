"""SQS consumers: each record is one event in its own flow; a failed one is put off and at last given up, the others
are done."""

from collections.abc import Callable
from random import random
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from core.context import flow
from core.giving_up import give_up
from core.observability import logger
from core.redelivery import put_off
from shared_schemas.events import Envelope

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def consumer(handle: Callable[[Envelope], None]) -> Handler:
    """A Lambda handler that gives each event in the batch to `handle` and reports the items that raised."""

    def on_record(record: SQSRecord) -> None:
        envelope = _envelope(record)
        with flow(envelope.correlation_id, str(envelope.id)):
            try:
                handle(envelope)
            except Exception:
                logger.exception(
                    "An event was not handled; it will be delivered again",
                    event_type=envelope.type,
                    event_id=str(envelope.id),
                    delivery=record.attributes.approximate_receive_count,
                )
                raise

    return message_consumer(on_record)


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
