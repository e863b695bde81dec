"""What the use cases need of stored refunds."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from payment.ledger.ports import LedgerStore
from payment.receipts import ports as receipts
from payment.refunds.domain.promises import Promises
from payment.refunds.domain.refund import StoredRefund
from payment.tills import ports as tills

POLL_REFUNDS = "poll_refunds"
"""The job that carries them out."""


class RefundStore(Protocol):
    def add(self, refund: StoredRefund) -> bool:
        """Save it; False if its cause asked for one of this payment before."""

    def get(self, refund_id: UUID) -> StoredRefund:
        """`RefundNotFoundError` if there is none."""

    def of_payment(self, payment_id: UUID) -> list[StoredRefund]:
        """In the order in which they were asked for."""

    def of_booking(self, booking_id: UUID) -> list[StoredRefund]:
        """Those of payments that count for the booking, in the order in which they were asked for."""

    def take_out(self, payment_id: UUID) -> None:
        """The payment does not count for its booking any more, so none of its refunds counts as promised or given
        away."""

    def asked(self, payment_id: UUID) -> int:
        """Refunds of a payment, done and in progress, in kopecks; exact while the payment is locked."""

    def sent(self, payment_id: UUID) -> int:
        """The same of those that its gateway gives back, without what it was not asked for yet."""

    def asked_there(self, payment_id: UUID) -> int:
        """Refunds of a payment that its gateway gives back, done and in progress, in kopecks."""

    def refunded(self, payment_id: UUID) -> int:
        """Refunds of a payment that its gateway has made, in kopecks."""

    def collected(self, booking_id: UUID) -> int:
        """What payments that count for the booking brought, whatever of it goes back, in kopecks; others wait with this
        question until the transaction ends."""

    def returned(self, booking_id: UUID) -> int:
        """What of that went back or is going, in kopecks."""

    def due(self, now: datetime, refund_id: UUID | None, without: Collection[str]) -> StoredRefund | None:
        """The open refund, any or this one, that has waited longest for its gateway, locked; `without` names
        providers to leave alone. One refund of a payment at a time."""

    def claim(self, refund: StoredRefund) -> None:
        """Store that its gateway is about to be asked, and when next."""

    def update(self, before: StoredRefund, after: StoredRefund) -> bool:
        """Store the new state; False if somebody changed the refund since `before`."""


class PromiseStore(Protocol):
    """What bookings promised to give back; to be asked and told under the locks of the booking's payments."""

    def of_booking(self, booking_id: UUID) -> Promises | None: ...

    def put(self, promises: Promises) -> None: ...


class WitnessStore(Protocol):
    """Gateways' unasked notices about refunds."""

    def objects(self, provider: str, event: str, among: Sequence[str]) -> set[str]:
        """Those of some objects that a stored one of this kind speaks of."""


class Work(receipts.Work, tills.Work, Protocol):
    """A transaction on payments, their receipts and refunds, and the ledger."""

    @property
    def refunds(self) -> RefundStore: ...
    @property
    def promises(self) -> PromiseStore: ...
    @property
    def ledger(self) -> LedgerStore: ...
    @property
    def notifications(self) -> WitnessStore: ...
