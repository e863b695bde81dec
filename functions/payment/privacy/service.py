"""Forgets payers; the books stay."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from core.clock import Clock
from payment.held_money import owners
from payment.privacy.ports import Work

SUBSCRIBER = "payment-erasures"


@dataclass(frozen=True)
class Privacy:
    """What becomes of a payer's personal data, and of a guest's payments."""

    _unit_of_work: Callable[[], Work]
    _clock: Clock

    def forget(self, event_id: UUID, account_id: UUID) -> None:
        """Erase personal data (152-FZ). Payments, refunds, receipts and the ledger stay, by amount, number and date:
        the law asks for books. What is still to be paid or to go back goes on."""
        with self._unit_of_work() as work:
            if not work.inbox.accept(SUBSCRIBER, event_id):
                return
            work.payers.erase(account_id, self._clock.now())
            owners.forget(work, account_id)
            work.commit()

    def join(self, event_id: UUID, account_id: UUID, guest_ids: Sequence[UUID]) -> None:
        """What these guests paid, what went back, and what is held for them is the account's from now on."""
        with self._unit_of_work() as work:
            if not work.inbox.accept(SUBSCRIBER, event_id):
                return
            owners.join(work, guest_ids, account_id, self._clock.now())
            work.payers.hand_over(guest_ids, account_id)
            work.commit()
