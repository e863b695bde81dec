"""What the booking service does on events: it forgets who asked to be forgotten, and notes what
was refunded."""

from booking import wiring
from core.consumer import consumer
from shared_schemas.events import AccountErased, Envelope, PaymentRefunded


def _forget(envelope: Envelope) -> None:
    data = envelope.payload()
    if not isinstance(data, AccountErased):
        raise TypeError(f"{envelope.type} does not belong in this queue")
    wiring.customers().forget(envelope.id, data.account_id)


def _note_refund(envelope: Envelope) -> None:
    data = envelope.payload()
    if not isinstance(data, PaymentRefunded):
        raise TypeError(f"{envelope.type} does not belong in this queue")
    wiring.refunds().note(envelope.id, data)


forget_customers = consumer(_forget)
note_refunds = consumer(_note_refund)
