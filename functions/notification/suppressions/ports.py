"""What suppressions need of storage."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.http.paging import Cursor
from core.ports import Transaction
from notification.channels.email.news import MailNews
from shared_schemas.messages.suppressions import Suppression, SuppressionReason


class SuppressionStore(Protocol):
    def mark(self, news: MailNews) -> bool:
        """The message has what is told of it, unless more is known; False if there is no such message."""

    def suppress(self, address: str, news: MailNews, *, named: bool) -> bool:
        """Nothing more goes there; False where that is so, or was lifted since this was first told. Unless `named` its
        digest alone is kept."""

    def why(self, address: str) -> SuppressionReason | None:
        """Why nothing goes there; None if it may."""

    def page(self, after: Cursor | None, limit: int) -> list[Suppression]:
        """Newest first."""

    def lift(self, suppression_id: UUID, now: datetime) -> Suppression | None:
        """As it was; None if there is none."""

    def forget(self, person_id: UUID) -> None:
        """The addresses are gone; what is left knows them only when it sees them again."""


class Work(Transaction, Protocol):
    """A transaction on suppressions."""

    @property
    def suppressions(self) -> SuppressionStore: ...
