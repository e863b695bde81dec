"""What the payment service does on events: its own notice that a gateway's notification is stored."""

from core.consumer import consumer
from payment import wiring
from shared_schemas.events import Envelope, PaymentNotificationReceived


def _process(envelope: Envelope) -> None:
    data = envelope.payload()
    if not isinstance(data, PaymentNotificationReceived):
        raise TypeError(f"{envelope.type} does not belong in this queue")
    wiring.notifications().process(envelope.id, data.notification_id, data.provider)


process_notifications = consumer(_process)
