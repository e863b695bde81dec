"""What the use cases need of stored terms and customers."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared_schemas.booking import Acceptance, Customer, Note, Policy


class Policies(Protocol):
    def current(self) -> Policy:
        """The newest; version 0 where the studio never decided anything."""

    def add(self, policy: Policy, actor: str, at: datetime) -> Policy:
        """Store it as the next version, which it comes back with."""


class Accounts(Protocol):
    """Who is registered."""

    def exists(self, customer_id: UUID) -> bool:
        """Whether somebody has this account; `AccountsUnavailableError` where nobody answers."""


class Customers(Protocol):
    def get(self, customer_id: UUID) -> Customer:
        """Everything known; of somebody unknown, a customer with no history."""

    def standing(self, customer_id: UUID) -> "tuple[bool, int | None]":
        """What a booking needs to know: whether the customer is blocked, or was forgotten, and the prepayment percent
        asked, if any."""

    def set_block(self, customer_id: UUID, reason: str | None, at: datetime) -> None:
        """Block with a reason, or lift the block."""

    def set_prepayment(self, customer_id: UUID, percent: int | None) -> None:
        """What share this customer pays in advance; None is the policy's."""

    def add_no_show(self, customer_id: UUID, prepayment_percent: int) -> None:
        """Count one, and ask at least this share from now on."""

    def add_note(self, customer_id: UUID, note: Note) -> None: ...

    def accept(self, customer_id: UUID, acceptance: Acceptance) -> None:
        """Keep the first time at which a version was accepted."""

    def erase(self, customer_id: UUID, at: datetime) -> None:
        """Remove everything written about the person; bookings and amounts stay, without comments."""
