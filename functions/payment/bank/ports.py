"""What the use cases need of stored payments of the bank."""

from collections.abc import Collection, Mapping
from typing import Protocol
from uuid import UUID

from core.http.paging import Cursor
from payment.bank.domain import Key, StoredLine
from payment.invoices import ports as invoices
from shared_schemas.payment.bank import BankLineState


class BankLineStore(Protocol):
    def add(self, lines: Collection[StoredLine]) -> None:
        """Keep those that are not known; whoever is second with one leaves it as it is."""

    def known(self, keys: Collection[Key]) -> Mapping[Key, StoredLine]:
        """Those that are kept."""

    def get(self, line_id: UUID, *, lock: bool = False) -> StoredLine:
        """`BankLineNotFoundError`; with `lock` it stays as it is until this transaction ends."""

    def page(self, state: BankLineState | None, after: Cursor | None, limit: int) -> list[StoredLine]:
        """Those imported last come first."""

    def update(self, line: StoredLine) -> None:
        """One that was locked: what became of it."""


class Work(invoices.Work, Protocol):
    """A transaction on payments of the bank, and on invoices."""

    @property
    def bank_lines(self) -> BankLineStore: ...
