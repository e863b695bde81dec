"""What the use cases need of stored terms and customers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.ports import Transaction
from shared_schemas.accounts import Person
from shared_schemas.booking.customers import Acceptance, Customer, Note, Visits
from shared_schemas.booking.policy import Policy
from shared_schemas.common import Money
from shared_schemas.guests import AdmittedGuest, GuestAdmission, GuestGrant, GuestGrantRequest


class PolicyStore(Protocol):
    def current(self) -> Policy:
        """The newest; version 0 where the studio never decided anything."""

    def add(self, policy: Policy, actor: str, at: datetime, edited: int | None = None) -> Policy:
        """Store it as the next version, which it comes back with.

        `PolicyChangedError` if the version that was `edited` is no longer in force."""


class Accounts(Protocol):
    """Who is registered."""

    def exists(self, customer_id: UUID) -> bool:
        """Whether this account exists; `AccountsUnavailableError` if the gateway does not answer."""

    def contacts(self, customer_ids: Collection[UUID]) -> list[Person]:
        """How a thousand people at most are reached, in one call, but for those who were erased.

        `AccountsUnavailableError` if the gateway does not answer within seconds."""

    def search(self, text: str, limit: int) -> list[Person]:
        """Some who match, by name; `AccountsUnavailableError` likewise."""


class Guests(Protocol):
    """Who books without an account; the gateway knows them. `AccountsUnavailableError` if it does not answer."""

    def admit(self, guest: GuestAdmission, key: str | None) -> AdmittedGuest:
        """The same guest for the same `key`."""

    def grant(self, guest_id: UUID, request: GuestGrantRequest) -> GuestGrant:
        """What opens a booking that stands."""


class Owned(Protocol):
    """What belongs to customers."""

    def hand_over(self, guest_ids: Sequence[UUID], account_id: UUID) -> None:
        """What these guests have is the account's."""


class CustomerStore(Owned, Protocol):
    def get(self, customer_id: UUID) -> Customer:
        """Everything known but the bookings; of somebody unknown, a customer of whom nothing is."""

    def standing(self, customer_id: UUID) -> "tuple[bool, int | None]":
        """What a booking needs to know: whether the customer is blocked, or was forgotten, and the prepayment percent
        asked, if any."""

    def is_blocked(self, customer_ids: Collection[UUID]) -> bool:
        """Whether any of them is."""

    def note_phone(self, customer_id: UUID, phone_key: UUID) -> None:
        """Have the limits of holds and of promo codes count what all guests of this telephone number have."""

    def standings(self, customer_ids: Collection[UUID]) -> dict[UUID, tuple[int, bool]]:
        """How many visits each has missed, and whether they are blocked; of those of whom anything is known."""

    def set_block(self, customer_id: UUID, reason: str | None, at: datetime) -> None:
        """Block with a reason, or lift the block."""

    def set_prepayment(self, customer_id: UUID, percent: int | None) -> None:
        """What share this customer pays in advance; None is the policy's."""

    def add_no_show(self, booking_id: UUID, customer_id: UUID, prepayment_percent: int, at: datetime) -> None:
        """Count one, and ask at least this share from now on."""

    def remove_no_show(self, booking_id: UUID, customer_id: UUID) -> None:
        """As if the visit had not been missed; a share that staff have set since then stays."""

    def add_note(self, customer_id: UUID, note: Note) -> None: ...

    def accept(self, customer_id: UUID, acceptance: Acceptance) -> None:
        """Keep the first time at which a version was accepted."""

    def erase(self, customer_id: UUID, at: datetime) -> None:
        """Remove everything written about the person, stored answers included; accepted rules stay."""


@dataclass(frozen=True)
class Totals:
    """How many bookings a customer has in each state, and what of their money stayed."""

    bookings: dict[str, int]
    spent: Money


class Erasable(Protocol):
    """What others have written about a customer."""

    def erase(self, customer_id: UUID, at: datetime) -> None:
        """Remove what is personal; visits and amounts stay."""


class VisitHistory(Protocol):
    """What customers have booked."""

    def of(self, customer_ids: Collection[UUID], now: datetime) -> dict[UUID, Visits]:
        """Of those who have booked anything."""

    def customer_of(self, number: str) -> UUID | None:
        """Whose booking has the number."""


class History(Erasable, Owned, Protocol):
    """A customer's bookings."""

    def totals(self, customer_id: UUID) -> Totals: ...


class Work(Transaction, Protocol):
    """A transaction around customers."""

    @property
    def customers(self) -> CustomerStore: ...
    @property
    def bookings(self) -> History: ...
    @property
    def visits(self) -> VisitHistory: ...
    @property
    def promo_codes(self) -> Owned: ...
    @property
    def feeds(self) -> Erasable: ...
    @property
    def waitlist(self) -> Erasable: ...
