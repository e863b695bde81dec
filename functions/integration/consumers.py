"""The integration service's event consumers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from core.events.consumer import batch_consumer, consumer, message_consumer
from core.events.giving_up import DELIVERIES, LAST_ERROR, MESSAGE_ID, SENT_AT
from integration import composition
from integration.failures.domain import Letter, envelope_in
from integration.failures.invocation import invocation_in
from integration.failures.queues import subscriber_of
from integration.visits.domain import TYPES
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.operations import StaffActed
from shared_schemas.events.payments import PaymentSucceeded


def _log(envelopes: Sequence[Envelope]) -> None:
    composition.app().event_log.record(*envelopes)


def _confirm(envelope: Envelope) -> None:
    data = envelope.payload()
    if isinstance(data, PaymentSucceeded):
        composition.app().confirmations.confirm(envelope.id, data)


def _record(envelopes: Sequence[Envelope]) -> None:
    composition.app().visits.record(*envelopes)


def _add_to_trail(envelope: Envelope) -> None:
    data = envelope.payload()
    if isinstance(data, StaffActed):
        composition.app().trail.record(envelope, data)


def _collect(record: SQSRecord) -> None:
    """A letter of whichever queue; its message may be anything."""
    said = _said(record)
    deliveries = said.get(DELIVERIES)
    letter = Letter(
        id=uuid4(),
        queue=subscriber_of(record.event_source_arn, composition.app().world.settings.event_bus),
        message_id=said.get(MESSAGE_ID) or record.message_id,
        body=record.body,
        sent_at=datetime.fromtimestamp(int(said.get(SENT_AT) or record.attributes.sent_timestamp) / 1000, UTC),
        collected_at=composition.app().world.clock.now(),
        envelope=envelope_in(record.body),
        deliveries=int(deliveries) if deliveries else None,
        last_error=said.get(LAST_ERROR),
    )
    composition.app().dead_letters.collect(letter)


def _said(record: SQSRecord) -> dict[str, str]:
    """What the subscriber that gave the message up put beside it; nothing where the queue itself gave it up."""
    attributes = record.raw_event.get("messageAttributes") or {}
    return {name: value["stringValue"] for name, value in attributes.items() if value.get("stringValue")}


def _record_failure(record: SQSRecord) -> None:
    invocation = invocation_in(record.body, UUID(record.message_id), composition.app().world.settings.event_bus)
    composition.app().failed_invocations.record(invocation)


collect_dead_letters = message_consumer(_collect)
log_events = batch_consumer(_log)
confirm_bookings = consumer(_confirm, PaymentSucceeded.type)
keep_reports = batch_consumer(_record, *TYPES)
keep_trail = consumer(_add_to_trail, StaffActed.type)
record_failed_invocations = message_consumer(_record_failure)
