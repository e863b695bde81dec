"""Entries of held money as they are written down, and what the world is told of them."""

from uuid import UUID

from payment.held_money.domain import Entry, Held
from payment.held_money.ports import HeldWork
from shared_schemas.common import Money, SignedMoney
from shared_schemas.events import BalanceChanged


def record(work: HeldWork, held: Held, entry: Entry, note: str | None = None) -> None:
    """An entry, and the state after it; of a balance with the event."""
    work.held_money.enter(held, entry, note)
    if held.kind == "balance" and held.customer_id:
        work.emit(_changed(held.customer_id, entry))


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
