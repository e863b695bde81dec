"""The unit of work as use cases see it; a service's own `Work` adds its repositories."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel

from core.http.idempotency import IdempotencyKey
from shared_schemas.events.envelope import EventData

M = TypeVar("M", bound=BaseModel)


class Idempotency(Protocol):
    def replay(self, key: IdempotencyKey | None) -> dict[str, Any] | None:
        """The stored answer of an earlier request with this key; None means: go on, then `remember`."""

    def remember(self, key: IdempotencyKey | None, response: dict[str, Any]) -> None:
        """Store the answer together with the state change."""


class Inbox(Protocol):
    def accept_all(self, subscriber: str, event_ids: Sequence[UUID]) -> set[UUID]: ...
    def accept(self, subscriber: str, event_id: UUID) -> bool:
        """True the first time; False for a repeat, which needs no work. A subscriber has the name of its queue without
        that of the bus."""


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

    def once(self, key: IdempotencyKey | None, model: type[M], make: Callable[[], M]) -> M:
        """The result of `make`, committed and stored under the key; a repeated request gets the first answer."""

    def put_off(self, job: str, item: object, error: Exception) -> None:
        """Have a job skip an item for a time that grows with each failure, and tell operators."""

    def pause(self, job: str, item: object, error: Exception) -> int:
        """The same without telling operators, if it is not a fault."""

    def settled(self, job: str, items: Sequence[object]) -> None:
        """These are done; their recorded failures are deleted."""

    def savepoint(self) -> AbstractContextManager[None]:
        """A part that may fail alone: an error in it rolls back this part with its events, and the rest goes on."""

    def commit(self) -> None: ...
