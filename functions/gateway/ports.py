"""What the use cases of accounts need of the outside."""

from datetime import datetime
from typing import Any, Protocol, Self
from uuid import UUID

from gateway.domain import User
from shared_schemas.events import EventData


class Users(Protocol):
    def add(self, user: User) -> None:
        """`EmailTakenError` where another account has the address."""

    def get(self, user_id: UUID) -> User:
        """`AccountNotFoundError` where there is none, or it was erased."""

    def by_email(self, email: str) -> User | None: ...

    def update(self, user: User) -> None: ...

    def erase(self, user_id: UUID, at: datetime) -> None:
        """Forget the person, keep the id that bookings and payments refer to.

        `AccountNotFoundError` where there is none, or it was erased before."""

    def has_admin(self) -> bool: ...


class Work(Protocol):
    """One transaction; it rolls back unless committed."""

    @property
    def users(self) -> Users: ...

    def __enter__(self) -> Self: ...
    def __exit__(self, *error: Any) -> None: ...
    def emit(self, data: EventData) -> None:
        """Record an event; it is stored with the state and published after the commit."""

    def commit(self) -> None: ...


class Passwords(Protocol):
    def hash(self, password: str) -> str: ...

    def matches(self, password: str, hashed: str | None) -> bool:
        """Takes the same time whether or not there is a hash to compare with."""
