"""What the use cases need of stored acts."""

from typing import Protocol
from uuid import UUID

from core.http.paging import Cursor
from payment.invoices import ports as invoices
from shared_schemas.payment.invoices import Act, ActsQuery


class ActStore(Protocol):
    def add(self, act: Act) -> None:
        """`ActIssuedError` if its invoice has one that is valid."""

    def get(self, act_id: UUID, *, lock: bool = False) -> Act:
        """`ActNotFoundError`."""

    def page(self, query: ActsQuery, after: Cursor | None, limit: int) -> list[Act]:
        """Newest first."""

    def update(self, act: Act) -> None:
        """One that was locked: whether it is valid."""


class Work(invoices.Work, Protocol):
    """A transaction on acts and their invoices."""

    @property
    def acts(self) -> ActStore: ...
