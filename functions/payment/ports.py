"""What the use cases need of the world; `repository.py` and `booking_client.py` provide it, tests in memory."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from core.paging import Cursor
from core.ports import Transaction
from payment.domain import Attempt
from payment.domain_gateway import GatewayPayment
from payment.domain_receipt_life import StoredReceipt
from payment.domain_reconciliation import Run, Span
from payment.domain_refunds import Refund
from payment.providers.base import Notification
from shared_schemas.booking import PaymentTerms
from shared_schemas.reconciliation import Difference, LedgerEntry, ReconciliationsQuery

POLL_ATTEMPTS, POLL_REFUNDS, POLL_RECEIPTS = "poll_attempts", "poll_refunds", "poll_receipts"
"""The jobs that have queues."""


class BookingTerms(Protocol):
    """What the booking service allows to be charged."""

    def terms(self, booking_id: UUID) -> PaymentTerms:
        """`BookingNotFoundError` where there is no booking, `BookingUnavailableError` where nobody answers."""


class Contacts(Protocol):
    """Where customers get their receipts."""

    def email(self, customer_id: UUID) -> str | None:
        """None where nobody is known by this id; `ContactUnavailableError` where nobody answers."""


class Attempts(Protocol):
    def lock_payer(self, customer_id: UUID) -> None:
        """Keep a client from beginning other payments until this transaction ends."""

    def open_of(self, customer_id: UUID, now: datetime) -> list[datetime]:
        """When each of a client's payments ends that are neither decided nor over."""

    def add(self, attempt: Attempt, poll_at: datetime) -> Attempt:
        """Save it, unless an open one asks for the same thing, which is returned instead."""

    def get(self, payment_id: UUID, *, lock: bool = False) -> Attempt:
        """`PaymentNotFoundError` where there is none; `lock` keeps others from changing it."""

    def find(self, provider: str, gateway_payment_id: str, attempt_id: str | None) -> Attempt | None:
        """The attempt behind a gateway's payment: by the gateway's id, else by our own."""

    def of_booking(self, booking_id: UUID, customer_id: UUID | None) -> list[Attempt]:
        """The oldest first; with `customer_id` that customer's only."""

    def counted(self, booking_id: UUID) -> list[Attempt]:
        """A booking's payments that were collected and not turned away, locked."""

    def open(self, booking_id: UUID) -> list[Attempt]:
        """A booking's attempts that may still be paid."""

    def created(self, provider: str, since: datetime, until: datetime) -> list[Attempt]:
        """All that were made in [since, until), in that order."""

    def known(self, provider: str, listed: Collection[GatewayPayment]) -> list[Attempt]:
        """Those behind a gateway's payments, by its ids and by ours."""

    def update(self, before: Attempt, after: Attempt) -> None:
        """`ConcurrentUpdateError` where somebody changed the attempt since `before`."""

    def due(self, now: datetime, without: Collection[str]) -> Attempt | None:
        """The attempt that has waited longest for a question to its gateway, locked; `without` names providers to
        leave alone."""

    def postpone(self, attempt: Attempt, poll_at: datetime | None) -> None:
        """Its next turn; None for none."""


class Notifications(Protocol):
    def add(self, notification_id: UUID, attempt: Attempt, notification: Notification, body: str) -> bool:
        """Store what arrived; False where the same was stored before."""

    def find(self, provider: str, notification: Notification) -> UUID:
        """The id that the same was stored under before."""

    def body(self, notification_id: UUID) -> str:
        """What arrived."""

    def get(self, notification_id: UUID) -> tuple[UUID, str]:
        """The payment's id and the gateway's id of it."""

    def objects(self, provider: str, event: str, among: Sequence[str]) -> set[str]:
        """Those of some objects that a stored one of this kind speaks of."""


class Refunds(Protocol):
    def add(self, refund: Refund) -> bool:
        """Save it; False where its cause asked for one of this payment before."""

    def get(self, refund_id: UUID) -> Refund:
        """`RefundNotFoundError` where there is none."""

    def of_payment(self, payment_id: UUID) -> list[Refund]:
        """In the order in which they were asked for."""

    def asked(self, payment_id: UUID) -> int:
        """What goes back of a payment or has gone, in kopecks; exact while the payment is locked."""

    def sent(self, payment_id: UUID) -> int:
        """The same without what its gateway cannot know of yet."""

    def refunded(self, payment_id: UUID) -> int:
        """What has gone back of a payment, in kopecks."""

    def collected(self, booking_id: UUID) -> int:
        """What payments that count for the booking brought, whatever of it goes back, in kopecks; others wait with this
        question until the transaction ends."""

    def returned(self, booking_id: UUID) -> int:
        """What of that went back or is going, in kopecks."""

    def due(self, now: datetime, refund_id: UUID | None, without: Collection[str]) -> Refund | None:
        """The open refund, any or this one, that has waited longest for its gateway, locked; `without` names
        providers to leave alone. One refund of a payment at a time."""

    def claim(self, refund: Refund) -> None:
        """Store that its gateway is about to be asked, and when next."""

    def update(self, before: Refund, after: Refund) -> bool:
        """Store the new state; False where somebody changed the refund since `before`."""


class Receipts(Protocol):
    def add(self, row: StoredReceipt) -> bool:
        """Save it; False where the payment, or its refund, has one of this kind."""

    def get(self, receipt_id: UUID) -> StoredReceipt:
        """`ReceiptNotFoundError` where there is none."""

    def of_payment(self, payment_id: UUID) -> list[StoredReceipt]:
        """A payment's, its settlement's and its refunds', the oldest first."""

    def of_refund(self, refund_id: UUID) -> StoredReceipt | None:
        """The one that goes along with a refund."""

    def due(self, now: datetime, receipt_id: UUID | None, without: Collection[str]) -> StoredReceipt | None:
        """The receipt, any or this one, that has waited longest for its gateway, locked; `without` names providers to
        leave alone."""

    def claim(self, row: StoredReceipt) -> None:
        """Store that its gateway is about to be asked, and when next."""

    def update(self, before: StoredReceipt, after: StoredReceipt) -> bool:
        """Store the new state; False where somebody changed the receipt since `before`."""


class Ledger(Protocol):
    """Every movement of money, in kopecks: above zero what came in, below what went back."""

    def add(
        self,
        kind: Literal["payment", "refund"],
        booking_id: UUID,
        payment_id: UUID,
        refund_id: UUID | None,
        amount: int,
        at: datetime,
    ) -> None:
        """Enter a movement, once and for good."""

    def entries(self, booking_id: UUID) -> list[LedgerEntry]:
        """In the order in which they were entered."""

    def balance(self, booking_id: UUID) -> int:
        """What the booking's movements add up to."""

    def page(self, after: UUID, limit: int) -> list[UUID]:
        """Payments in the order of their ids, from behind `after`."""

    def differences(self, payments: Sequence[UUID]) -> list[tuple[UUID, UUID | None, int, int]]:
        """Where the ledger is not what these payments and their refunds say: payment, refund, what moved, what was
        entered."""


class LedgerChecks(Protocol):
    """What is still to be compared with the ledger."""

    def touched(self, provider: str, after: int, limit: int) -> list[tuple[int, UUID]]:
        """Marks that changes of a gateway's payments, refunds and entries left, from behind `after`: their places and
        the payments."""

    def touch(self, payments: Collection[UUID]) -> None:
        """Mark them."""

    def forget(self, provider: str, positions: Collection[int]) -> None:
        """Remove marks."""

    def whole_from(self, before: datetime) -> UUID | None:
        """From behind which payment a pass over all of them goes on, or begins if the last ended `before`; None where
        none is due."""

    def whole_came_to(self, after: UUID) -> None: ...

    def whole_ended(self, at: datetime) -> None: ...


class Reconciliations(Protocol):
    """Comparisons with the gateways' books."""

    def add(self, run: Run) -> None: ...

    def get(self, reconciliation_id: UUID) -> Run:
        """`ReconciliationNotFoundError` where there is none."""

    def page(self, query: ReconciliationsQuery, after: Cursor | None, limit: int) -> list[Run]:
        """Newest first, from behind `after`."""

    def latest(self, span: Span) -> Run | None:
        """The last one of exactly this time."""

    def of_time(self, provider: str, since: datetime) -> list[Run]:
        """Those that looked at something after `since`."""

    def knows(self, provider: str, difference: Difference) -> bool:
        """Whether one found the very same."""


class Work(Transaction, Protocol):
    """A transaction on the schema of this service."""

    @property
    def attempts(self) -> Attempts: ...
    @property
    def notifications(self) -> Notifications: ...
    @property
    def refunds(self) -> Refunds: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def ledger_checks(self) -> LedgerChecks: ...
    @property
    def receipts(self) -> Receipts: ...
    @property
    def reconciliations(self) -> Reconciliations: ...
