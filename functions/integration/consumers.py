"""What the integration service does on events."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from core.consumer import consumer, message_consumer
from integration import wiring
from integration.dead_letters import subscriber_of
from integration.domain_failures import Letter, envelope_in
from integration.domain_invocations import invocation_in
from shared_schemas.events import Envelope, PaymentSucceeded


def _log(envelope: Envelope) -> None:
    wiring.event_log().record(envelope)


def _confirm(envelope: Envelope) -> None:
    data = envelope.payload()
    if isinstance(data, PaymentSucceeded):
        wiring.confirmations().confirm(envelope.id, data)


def _record(envelope: Envelope) -> None:
    wiring.visits().record(envelope)


def _collect(record: SQSRecord) -> None:
    """A letter of whichever queue; its message may be anything."""
    letter = Letter(
        id=uuid4(),
        queue=subscriber_of(record.event_source_arn, wiring.settings().event_bus),
        message_id=record.message_id,
        body=record.body,
        sent_at=datetime.fromtimestamp(int(record.attributes.sent_timestamp) / 1000, UTC),
        collected_at=wiring.clock.now(),
        envelope=envelope_in(record.body),
    )
    wiring.dead_letters().collect(letter)


def _record_failure(record: SQSRecord) -> None:
    invocation = invocation_in(record.body, UUID(record.message_id), wiring.settings().event_bus)
    wiring.failed_invocations().record(invocation)


collect_dead_letters = message_consumer(_collect)
log_events = consumer(_log)
confirm_bookings = consumer(_confirm)
keep_reports = consumer(_record)
record_failed_invocations = message_consumer(_record_failure)
