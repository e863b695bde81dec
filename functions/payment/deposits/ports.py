"""What the use cases need of stored deposits."""

from typing import Protocol
from uuid import UUID

from core.http.paging import Cursor
from payment.deposits.domain import StoredDeposit
from payment.held_money import ports as held_money
from payment.held_money.domain import Held
from shared_schemas.payment.deposits import DepositsQuery

Left = tuple[StoredDeposit, Held]


class DepositStore(Protocol):
    def add(self, deposit: StoredDeposit) -> None: ...

    def put(self, deposit: StoredDeposit) -> None:
        """What went back of it."""

    def get(self, deposit_id: UUID) -> Left:
        """`DepositNotFoundError`."""

    def page(self, query: DepositsQuery, after: Cursor | None, limit: int) -> list[Left]:
        """Newest first, after the cursor."""


class Work(held_money.Work, Protocol):
    """A transaction on deposits, and what is held of them."""

    @property
    def deposits(self) -> DepositStore: ...
