"""What the notification service does on events."""

from core.consumer import consumer
from notification import wiring
from shared_schemas.events import Envelope


def _notify(envelope: Envelope) -> None:
    wiring.messages().take(envelope)


notify = consumer(_notify)
