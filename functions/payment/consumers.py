"""What the payment service does on events: its own notice of a stored notification, and the life of bookings."""

from core.consumer import consumer
from payment import wiring
from shared_schemas.events import (
    BookingBalanceChanged,
    BookingCompleted,
    BookingNoShow,
    Envelope,
    PaymentNotificationReceived,
)


def _process(envelope: Envelope) -> None:
    data = envelope.payload()
    if not isinstance(data, PaymentNotificationReceived):
        raise TypeError(f"{envelope.type} does not belong in this queue")
    wiring.notifications().process(envelope.id, data.notification_id, data.provider)


def _refund(envelope: Envelope) -> None:
    wiring.booking_events().handle(envelope.id, envelope.payload())


def _settle(envelope: Envelope) -> None:
    data = envelope.payload()
    if not isinstance(data, BookingCompleted | BookingNoShow | BookingBalanceChanged):
        raise TypeError(f"{envelope.type} does not belong in this queue")
    wiring.fiscal().settle(data)


process_notifications = consumer(_process)
refund_bookings = consumer(_refund)
settle_receipts = consumer(_settle)
