"""What the use cases of accounts need."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, Protocol, Self
from uuid import UUID

from gateway.accounts.domain import User
from gateway.accounts.former_guests import FormerGuests
from shared_schemas.accounts import Contact
from shared_schemas.events.envelope import EventData

EndReason = Literal[
    "signed_out",
    "reused",
    "password_changed",
    "address_proved",
    "second_factor_on",
    "disabled",
    "erased",
    "ended_by_admin",
]
"""Why a session is over."""


class Users(Protocol):
    def add(self, user: User) -> None:
        """`EmailTakenError` if another account has the address, `PhoneTakenError` if one has confirmed the phone."""

    def get(self, user_id: UUID, *, locked: bool = False) -> User:
        """`AccountNotFoundError` where there is none, or it was erased. `locked` until the transaction ends."""

    def is_known(self, user_id: UUID) -> bool:
        """Whether there is such an account, or a guest who has none."""

    def contact(self, user_id: UUID) -> Contact:
        """How an account or a guest is reached; `AccountNotFoundError` as in `get`."""

    def by_email(self, email: str, *, locked: bool = False) -> User | None: ...

    def by_phone(self, phone: str, *, locked: bool = False) -> User | None:
        """Who has confirmed it. Until then anybody may have written it down."""

    def update(self, user: User) -> None:
        """Refuses what `add` does."""

    def erase(self, user_id: UUID, at: datetime) -> list[UUID]:
        """Erase the personal data, also as the guest that the person was before; keep the ids that bookings and
        payments refer to, which it returns.

        `AccountNotFoundError` if there is none, or it was erased before."""

    def client(self, user_id: UUID) -> UUID:
        """Whose this is of those who are no staff: the account that a guest has joined, else the id itself.

        `AccountNotFoundError` as in `erase`, for staff, and for a guest who joined one of them."""

    def has_admin(self) -> bool: ...

    def staff(self) -> list[User]:
        """Managers and administrators, by name."""

    def working_admins(self) -> set[UUID]:
        """Administrators who may sign in, locked until the transaction ends: two may not both be the last to go."""


class OpenSessions(Protocol):
    def end_all(self, user_id: UUID, reason: EndReason, at: datetime) -> None: ...

    def erase(self, user_id: UUID, at: datetime) -> None:
        """End them, and forget which devices and addresses they came from."""


class WaitingCodes(Protocol):
    def erase(self, user_id: UUID) -> None:
        """Those that were sent to this account."""


class FactorsOfUsers(Protocol):
    def remove(self, user_id: UUID) -> None:
        """Nothing is asked for beside the password any more."""


class KeptConsents(Protocol):
    def erase(self, user_ids: Sequence[UUID], at: datetime) -> None:
        """They end, and stay as proof under ids that lead nowhere."""


class Work(Protocol):
    """One transaction; it rolls back unless committed."""

    @property
    def users(self) -> Users: ...
    @property
    def sessions(self) -> OpenSessions: ...
    @property
    def codes(self) -> WaitingCodes: ...
    @property
    def guests(self) -> FormerGuests: ...
    @property
    def second_factors(self) -> FactorsOfUsers: ...
    @property
    def consents(self) -> KeptConsents: ...

    def __enter__(self) -> Self: ...
    def __exit__(self, *error: Any) -> None: ...
    def emit(self, data: EventData) -> None:
        """Record an event; it is stored with the state and published after the commit."""

    def commit(self) -> None: ...


class Passwords(Protocol):
    def hash(self, password: str) -> str: ...

    def matches(self, password: str, hashed: str | None) -> bool:
        """Takes the same time whether or not there is a hash to compare with."""

    def outdated(self, hashed: str) -> bool:
        """Whether the hash was made in a way that is not today's."""
