"""Entries of held money as they are written down, and what the world is told of them."""

from uuid import UUID

from payment.held_money.domain import Entry, Held
from payment.held_money.ports import HeldWork, TilledWork
from payment.tills.entering import enter_held
from shared_schemas.common import Money, SignedMoney
from shared_schemas.events.desk import BalanceChanged, DepositChanged
from shared_schemas.providers import HandedBy


def over_the_desk(work: TilledWork, held: Held, entry: Entry, method: HandedBy, note: str | None) -> None:
    """The same of money that staff took or handed back, with its entry in the till that is open: `lock_drawer` is the
    first that is asked of the transaction. `NotEnoughInTillError`."""
    record(work, held, entry, note)
    enter_held(work, method, entry.worth, entry.entered_by, entry.at)


def record(work: HeldWork, held: Held, entry: Entry, note: str | None = None) -> None:
    """An entry, and the state after it; of a balance or a deposit with the event."""
    work.held_money.enter(held, entry, note)
    if held.kind == "balance" and held.customer_id:
        work.emit(_changed(held.customer_id, entry))
    elif held.kind == "deposit":
        work.emit(_deposit_changed(held, entry))


def _changed(customer_id: UUID, entry: Entry) -> BalanceChanged:
    return BalanceChanged.model_validate(
        {
            "entry_id": entry.id,
            "customer_id": customer_id,
            "kind": entry.kind,
            "amount": SignedMoney(amount=entry.amount),
            "balance": Money(amount=entry.remaining),
            "method": entry.method,
            "payment_id": entry.payment_id,
            "booking_id": entry.booking_id,
        }
    )


def _deposit_changed(held: Held, entry: Entry) -> DepositChanged:
    return DepositChanged.model_validate(
        {
            "entry_id": entry.id,
            "deposit_id": held.id,
            "booking_id": entry.booking_id,
            "customer_id": held.customer_id,
            "kind": entry.kind,
            "amount": SignedMoney(amount=entry.amount),
            "method": entry.method,
        }
    )
