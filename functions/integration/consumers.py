"""What the integration service does on events."""

from core.consumer import consumer
from integration import wiring
from shared_schemas.events import Envelope, PaymentSucceeded


def _log(envelope: Envelope) -> None:
    wiring.event_log().record(envelope)


def _confirm(envelope: Envelope) -> None:
    data = envelope.payload()
    if isinstance(data, PaymentSucceeded):
        wiring.confirmations().confirm(envelope.id, data)


log_events = consumer(_log)
confirm_bookings = consumer(_confirm)
