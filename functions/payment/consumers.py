"""The payment service's event consumers: stored notifications, the life of bookings, and erased and joined accounts."""

from core.events.consumer import consumer
from payment import composition
from shared_schemas.events.accounts import AccountErased, AccountJoined
from shared_schemas.events.bookings import (
    BookingAmended,
    BookingBalanceChanged,
    BookingCancelled,
    BookingCompleted,
    BookingExpired,
    BookingExtended,
    BookingNoShow,
    BookingPaymentRefused,
    BookingRescheduled,
)
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.payments import PaymentNotificationReceived


def _process(envelope: Envelope) -> None:
    data = envelope.payload()
    if not isinstance(data, PaymentNotificationReceived):
        raise TypeError(f"{envelope.type} does not belong in this queue")
    composition.app().notifications.process(envelope.id, data.notification_id, data.provider)


def _refund(envelope: Envelope) -> None:
    composition.app().booking_events.handle(envelope.id, envelope.payload())


def _settle(envelope: Envelope) -> None:
    data = envelope.payload()
    if not isinstance(data, BookingCompleted | BookingNoShow | BookingBalanceChanged):
        raise TypeError(f"{envelope.type} does not belong in this queue")
    composition.app().fiscal.settle(data)
    composition.app().deposits.look(envelope.id, data)


def _forget(envelope: Envelope) -> None:
    data = envelope.payload()
    if isinstance(data, AccountJoined):
        composition.app().privacy.join(envelope.id, data.account_id, data.guest_ids)
    elif isinstance(data, AccountErased):
        composition.app().privacy.forget(envelope.id, data.account_id)
    else:
        raise TypeError(f"{envelope.type} does not belong in this queue")


process_notifications = consumer(_process, PaymentNotificationReceived.type)
refund_bookings = consumer(
    _refund,
    BookingCancelled.type,
    BookingRescheduled.type,
    BookingExtended.type,
    BookingAmended.type,
    BookingBalanceChanged.type,
    BookingExpired.type,
    BookingPaymentRefused.type,
)
settle_receipts = consumer(_settle, BookingCompleted.type, BookingNoShow.type, BookingBalanceChanged.type)
forget_payers = consumer(_forget, AccountErased.type, AccountJoined.type)
