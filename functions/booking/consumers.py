"""The booking service's event consumers: accounts that were erased, joined or lost, refunds and deposits."""

from booking import composition
from core.events.consumer import consumer
from shared_schemas.events.accounts import AccountAccessEnded, AccountErased, AccountJoined
from shared_schemas.events.desk import DepositChanged
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


def _note_money(envelope: Envelope) -> None:
    data = envelope.payload()
    if isinstance(data, PaymentRefunded):
        composition.app().refunds.note(envelope.id, data)
    elif isinstance(data, DepositChanged):
        composition.app().deposits.note(envelope.id, data)
    else:
        raise TypeError(f"{envelope.type} does not belong in this queue")


forget_customers = consumer(_forget, AccountErased.type, AccountJoined.type, AccountAccessEnded.type)
note_refunds = consumer(_note_money, PaymentRefunded.type, DepositChanged.type)
