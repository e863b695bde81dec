"""A unit of work as use cases see it; a service's own `Work` adds its repositories."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, Self
from uuid import UUID

from core.idempotency import IdempotencyKey
from shared_schemas.events import EventData


class Idempotency(Protocol):
    def replay(self, key: IdempotencyKey | None) -> dict[str, Any] | None:
        """The stored answer of an earlier request with this key; None means: go on, and `remember`."""

    def remember(self, key: IdempotencyKey | None, response: dict[str, Any]) -> None:
        """Keep the answer with the state that it tells of."""


class Inbox(Protocol):
    def accept(self, subscriber: str, event_id: UUID) -> bool:
        """True the first time; False for a repeat, which then needs no work at all."""


class Transaction(Protocol):
    """It rolls back unless committed."""

    @property
    def idempotency(self) -> Idempotency: ...
    @property
    def inbox(self) -> Inbox: ...

    def __enter__(self) -> Self: ...
    def __exit__(self, *error: Any) -> None: ...

    def emit(self, data: EventData) -> None:
        """Record an event; it is stored with the state and published after the commit."""

    def put_off(self, job: str, item: object, error: Exception) -> None:
        """Have a job leave an item alone for a while that grows with each failure, and tell operators of it."""

    def pause(self, job: str, item: object, error: Exception) -> int:
        """The same without a word, for what is no fault."""

    def settled(self, job: str, items: Sequence[object]) -> None:
        """These are done; what was noted of their failures is forgotten."""

    def savepoint(self) -> AbstractContextManager[None]:
        """A part that may fail alone: what raises in it is undone, its events included, and the rest goes on."""

    def commit(self) -> None: ...
