"""The booking service's event consumers: accounts that were erased, joined or lost, and refunds."""

from booking import composition
from core.events.consumer import consumer
from shared_schemas.events.accounts import AccountAccessEnded, AccountErased, AccountJoined
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.payments import PaymentRefunded


def _forget(envelope: Envelope) -> None:
    data = envelope.payload()
    if isinstance(data, AccountJoined):
        composition.app().customers.join(envelope.id, data.account_id, data.guest_ids)
    elif isinstance(data, AccountErased):
        composition.app().customers.forget(envelope.id, data.account_id)
    elif isinstance(data, AccountAccessEnded):
        composition.app().feeds.end(envelope.id, data.account_id)
    else:
        raise TypeError(f"{envelope.type} does not belong in this queue")


def _note_refund(envelope: Envelope) -> None:
    data = envelope.payload()
    if not isinstance(data, PaymentRefunded):
        raise TypeError(f"{envelope.type} does not belong in this queue")
    composition.app().refunds.note(envelope.id, data)


forget_customers = consumer(_forget, AccountErased.type, AccountJoined.type, AccountAccessEnded.type)
note_refunds = consumer(_note_refund, PaymentRefunded.type)
