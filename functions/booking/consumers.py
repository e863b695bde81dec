"""What the booking service does on events: it forgets who asked to be forgotten."""

from booking import wiring
from core.consumer import consumer
from shared_schemas.events import AccountErased, Envelope


def _forget(envelope: Envelope) -> None:
    data = envelope.payload()
    if not isinstance(data, AccountErased):
        raise TypeError(f"{envelope.type} does not belong in this queue")
    wiring.customers().forget(envelope.id, data.account_id)


forget_customers = consumer(_forget)
