"""What the use cases need of stored companies."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.http.paging import Cursor
from core.ports import Transaction
from shared_schemas.payment.companies import Company


class CompanyStore(Protocol):
    def add(self, company: Company) -> None:
        """`CompanyKnownError` if there is one with this INN and KPP."""

    def get(self, company_id: UUID, *, lock: bool = False) -> Company:
        """`CompanyNotFoundError`; with `lock` it stays as it is until this transaction ends."""

    def replace(self, company: Company) -> None:
        """One that was locked; `CompanyKnownError` as with `add`."""

    def use(self, company_id: UUID, at: datetime) -> None:
        """It was invoiced: whom to call there stays known for longer."""

    def remove(self, company_id: UUID) -> None:
        """`CompanyInvoicedError` if an invoice names it."""

    def page(self, after: Cursor | None, limit: int) -> list[Company]:
        """Newest first."""

    def by_inn(self, digits: str, limit: int) -> list[Company]:
        """Those whose INN begins so."""

    def by_name(self, words: Sequence[str], limit: int) -> list[Company]:
        """Those in whose names words begin so, all of them."""


class Work(Transaction, Protocol):
    """A transaction on companies."""

    @property
    def companies(self) -> CompanyStore: ...
