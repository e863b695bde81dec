"""The accounts' use cases on storage in memory."""

from copy import copy
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from gateway.domain import User
from gateway.errors import AccountNotFoundError, EmailTakenError
from shared_schemas.accounts import AccountRequest, StaffRequest
from shared_schemas.common import Role
from shared_schemas.events import EventData

KEYS = {issuer: f"{issuer}-{'k' * 40}" for issuer in ("users", "booking", "payment", "integration", "notification")}
PASSWORD = "correct horse"


def registration(**changes: Any) -> AccountRequest:
    values: dict[str, Any] = {
        "email": "anna@example.com",
        "phone": "+79161234567",
        "full_name": "Anna Petrova",
        "password": PASSWORD,
        "consent": True,
    }
    return AccountRequest.model_validate(values | changes)


def staff(**changes: Any) -> StaffRequest:
    values = registration().model_dump(exclude={"consent"}) | {"role": "admin"}
    return StaffRequest.model_validate(values | changes)


class FakePasswords:
    """Hashes that one can read; counts the comparisons."""

    def __init__(self) -> None:
        self.compared = 0

    def hash(self, password: str) -> str:
        return f"hash of {password}"

    def matches(self, password: str, hashed: str | None) -> bool:
        self.compared += 1
        return hashed == self.hash(password)


class FakeUsers:
    """Users in memory, with the rules of the table."""

    def __init__(self) -> None:
        self.rows: dict[UUID, User] = {}
        self.erased: dict[UUID, datetime] = {}

    def add(self, user: User) -> None:
        if self.by_email(user.email):
            raise EmailTakenError
        self.rows[user.id] = user

    def get(self, user_id: UUID) -> User:
        if user_id not in self.rows:
            raise AccountNotFoundError(account_id=str(user_id))
        return self.rows[user_id]

    def by_email(self, email: str) -> User | None:
        return next((user for user in self.rows.values() if user.email == email), None)

    def update(self, user: User) -> None:
        self.rows[user.id] = user

    def erase(self, user_id: UUID, at: datetime) -> None:
        del self.rows[self.get(user_id).id]
        self.erased[user_id] = at

    def has_admin(self) -> bool:
        return any(user.role is Role.ADMIN for user in self.rows.values())


class FakeStorage:
    """Gives units of work; only what was committed is there for the next."""

    def __init__(self) -> None:
        self.committed = FakeUsers()
        self.events: list[EventData] = []

    def __call__(self) -> "FakeWork":
        return FakeWork(self)


class FakeWork:
    """One transaction on the storage."""

    def __init__(self, storage: FakeStorage) -> None:
        self._storage = storage
        self._events: list[EventData] = []
        self.users = FakeUsers()

    def __enter__(self) -> Self:
        committed = self._storage.committed
        self.users.rows, self.users.erased = copy(committed.rows), copy(committed.erased)
        return self

    def __exit__(self, *_error: Any) -> None:
        """What was not committed is gone with this object."""

    def emit(self, data: EventData) -> None:
        self._events.append(data)

    def commit(self) -> None:
        self._storage.committed = self.users
        self._storage.events += self._events
