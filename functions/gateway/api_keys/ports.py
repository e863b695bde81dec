"""What the use cases of API keys need of the outside."""

from datetime import datetime
from typing import Any, Protocol, Self
from uuid import UUID

from gateway.api_keys.domain import Key
from shared_schemas.api_keys import ApiKey
from shared_schemas.events.envelope import EventData


class Keys(Protocol):
    def add(self, key: Key) -> None: ...

    def all(self) -> list[ApiKey]:
        """As administrators see them, newest first: revoked ones and those that have ended, too."""

    def shown(self, key_id: UUID) -> ApiKey:
        """`ApiKeyNotFoundError`."""

    def locked(self, key_id: UUID) -> Key:
        """Locked until the transaction ends; `ApiKeyNotFoundError`."""

    def put(self, key: Key) -> None: ...

    def in_use(self, now: datetime) -> int:
        """How many there are, counted by one transaction at a time."""


class Work(Protocol):
    """One transaction; it rolls back unless committed."""

    @property
    def api_keys(self) -> Keys: ...

    def __enter__(self) -> Self: ...
    def __exit__(self, *error: Any) -> None: ...
    def emit(self, data: EventData) -> None: ...
    def commit(self) -> None: ...
