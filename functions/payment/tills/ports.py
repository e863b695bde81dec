"""What the drawer needs of storage."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.http.paging import Cursor
from payment.tills.domain import StoredTill, Sum
from shared_schemas.payment.tills import TillEntry


class TillStore(Protocol):
    def add(self, till: StoredTill) -> None:
        """`TillOpenError` if one is open."""

    def get(self, till_id: UUID, *, lock: bool = False) -> StoredTill:
        """`TillNotFoundError`; `lock` keeps others from moving money in it."""

    def current(self) -> StoredTill | None:
        """The open one, locked."""

    def last(self) -> StoredTill | None:
        """The one that was opened last."""

    def page(self, after: Cursor | None, limit: int) -> list[StoredTill]:
        """Newest first."""

    def update(self, till: StoredTill) -> None:
        """Store the locked till's new state; `TillOpenError` if it is open again and another one is, too."""

    def enter(self, till_id: UUID, entry: TillEntry) -> None:
        """A movement, once and for good."""

    def sums(self, till_ids: Sequence[UUID]) -> Mapping[UUID, list[Sum]]:
        """What moved in these tills by kind, method and person."""

    def entries(self, till_id: UUID, after: int, limit: int) -> list[tuple[int, TillEntry]]:
        """In the order in which they were entered, each with its number, behind one."""

    def asked_for(self, since: datetime, now: datetime) -> list[str]:
        """The numbers of bookings of which the desk has asked for a payment since then that is still open."""


class Work(Protocol):
    @property
    def tills(self) -> TillStore: ...
