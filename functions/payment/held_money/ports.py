"""What the use cases need of stored money that is held."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.http.paging import Cursor
from core.ports import Transaction
from payment.held_money.domain import Entry, Held
from payment.paying import ports as paying
from payment.receipts.advances import Advance
from payment.tills import ports as tills


class HeldMoneyStore(Protocol):
    """What is locked here is locked before any payment."""

    def add(self, held: Held) -> None: ...

    def get(self, held_id: UUID, *, lock: bool = False) -> Held | None: ...

    def balance(self, customer_id: UUID) -> Held | None:
        """None if there never was any."""

    def locked_balance(self, customer_id: UUID, now: datetime) -> Held:
        """Opened if there is none; nobody else changes it until the transaction ends."""

    def locked_balances(self, customer_ids: Sequence[UUID]) -> list[Held]:
        """Those that there are and are not closed."""

    def enter(self, held: Held, entry: Entry, note: str | None = None) -> None:
        """An entry, and the state after it."""

    def store(self, held: Held) -> None: ...

    def hand_over(self, customer_ids: Sequence[UUID], owner_id: UUID) -> None:
        """All that is held for these is held for that one."""

    def entry(self, entry_id: UUID) -> Entry | None: ...

    def spent(self, payment_id: UUID) -> Entry | None:
        """What a payment took out."""

    def returned(self, payment_id: UUID) -> int:
        """What of it went back, in kopecks."""

    def came(self, held_id: UUID) -> Advance | None:
        """The newest receipt of money that came for it; None if there is none."""

    def payments_between(self, kind: str, since: datetime, until: datetime) -> list[Entry]:
        """What was paid out of money of this kind in [since, until)."""

    def page(self, held_id: UUID, after: Cursor | None, limit: int) -> list[tuple[Entry, str | None]]:
        """Entries with their notes, newest first, after the cursor."""

    def forget_notes(self, customer_id: UUID) -> None: ...

    def left_to(self, customer_id: UUID) -> list[Held]:
        """What is still held for somebody, of every kind."""


class HeldWork(Transaction, Protocol):
    """A transaction on money that is held."""

    @property
    def held_money(self) -> HeldMoneyStore: ...


class TilledWork(HeldWork, tills.Work, Protocol):
    """The same, with the drawer."""


class Work(paying.Work, TilledWork, Protocol):
    """The same, with payments."""
