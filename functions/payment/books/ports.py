"""What the use cases need: comparisons and the books that are compared."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.http.paging import Cursor
from core.ports import Transaction
from payment.attempts.domain import Attempt
from payment.attempts.ports import AttemptStore
from payment.books.domain import Run, Span
from payment.gateways.words import GatewayPayment
from payment.refunds.ports import RefundStore
from shared_schemas.payment.books import Difference, LedgerEntry, ReconciliationsQuery
from shared_schemas.providers import Tender


class ListedAttemptStore(AttemptStore, Protocol):
    """Payments to compare with a gateway's list."""

    def created(self, provider: str, since: datetime, until: datetime) -> list[Attempt]:
        """All that were created in [since, until), in that order."""

    def known(self, provider: str, listed: Collection[GatewayPayment]) -> list[Attempt]:
        """Those that belong to a gateway's payments, by its ids and by ours."""


class LedgerEntryStore(Protocol):
    """The ledger, read-only."""

    def entries(self, booking_id: UUID) -> list[LedgerEntry]:
        """In the order in which they were entered."""

    def used(self, methods: Sequence[Tender]) -> list[Tender]:
        """Those of them by which anything was ever paid."""

    def beside_tills(
        self, method: str, since: datetime, until: datetime
    ) -> tuple[int, list[tuple[UUID, UUID | None, int, int]]]:
        """How many entries of payments by this method there are in [since, until), and where they differ from the
        tills': payment, refund, what the till has, what the ledger has."""

    def page(self, after: UUID, limit: int) -> list[UUID]:
        """Payments in the order of their ids, after `after`."""

    def differences(self, payments: Sequence[UUID]) -> list[tuple[UUID, UUID | None, int, int]]:
        """Where the ledger differs from these payments and their refunds: payment, refund, what moved, what was
        entered."""


class LedgerCheckStore(Protocol):
    """What is still to be compared with the ledger."""

    def touched(self, provider: str, after: int, limit: int) -> list[tuple[int, UUID]]:
        """The marks of a gateway's changed payments, refunds and entries, after `after`: their positions and the
        payments."""

    def touch(self, payments: Collection[UUID]) -> None:
        """Mark these payments as changed."""

    def forget(self, provider: str, positions: Collection[int]) -> None:
        """Remove marks."""

    def whole_from(self, before: datetime) -> UUID | None:
        """The payment after which a whole pass continues, or starts if the last one ended `before`; None if none is
        due."""

    def whole_came_to(self, after: UUID) -> None: ...

    def whole_ended(self, at: datetime) -> None: ...


class ReconciliationStore(Protocol):
    """Comparisons with the gateways' books."""

    def add(self, run: Run) -> None: ...

    def get(self, reconciliation_id: UUID) -> Run:
        """`ReconciliationNotFoundError` if there is none."""

    def page(self, query: ReconciliationsQuery, after: Cursor | None, limit: int) -> list[Run]:
        """Newest first, after `after`."""

    def latest(self, span: Span) -> Run | None:
        """The latest one of exactly this span."""

    def of_time(self, provider: str, since: datetime) -> list[Run]:
        """Those whose span ends after `since`."""

    def knows(self, provider: str, difference: Difference) -> bool:
        """Whether one found the same difference."""


class LedgerWork(Transaction, Protocol):
    """A transaction on the ledger and on what is still to be compared with it."""

    @property
    def attempts(self) -> AttemptStore: ...
    @property
    def ledger(self) -> LedgerEntryStore: ...
    @property
    def ledger_checks(self) -> LedgerCheckStore: ...


class Work(LedgerWork, Protocol):
    """The same, with comparisons and the payments that they compare."""

    @property
    def attempts(self) -> ListedAttemptStore: ...
    @property
    def refunds(self) -> RefundStore: ...
    @property
    def reconciliations(self) -> ReconciliationStore: ...
