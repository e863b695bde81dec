"""What the use cases of consents need."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, Self
from uuid import UUID

from core.http.paging import Cursor
from gateway.consents.domain import Given
from shared_schemas.accounts import Contact
from shared_schemas.events.envelope import EventData
from shared_schemas.gateway.consents import ConsentDocument, ConsentKind


class DocumentStore(Protocol):
    def current(self) -> Mapping[ConsentKind, ConsentDocument]:
        """What is in force; all kinds have something."""

    def get(self, kind: ConsentKind, version: str) -> ConsentDocument:
        """`ConsentVersionNotFoundError` where there never was one."""

    def lock(self, kind: ConsentKind) -> None:
        """Nobody else replaces this document before the transaction ends."""

    def add(self, document: ConsentDocument, by: str) -> None:
        """Put the next version in force, locked before. `ConsentVersionTakenError` for the name of an older one."""


class ConsentStore(Protocol):
    def add(self, given: Sequence[Given]) -> list[Given]:
        """Those that are new; of what holds already, in the same version, the first time counts."""

    def standing(self, user_id: UUID, kind: ConsentKind, version: str) -> Given:
        """What was added, now or before."""

    def revoke(self, user_id: UUID, kind: ConsentKind, at: datetime) -> bool:
        """All versions of it; whether one held until now."""

    def erase(self, user_ids: Sequence[UUID], at: datetime) -> None:
        """They end, and nothing says any more where they were given."""

    def page(self, user_id: UUID, after: Cursor | None, limit: int) -> list[Given]:
        """Newest first, after `after`; those that were revoked, too."""


class People(Protocol):
    def contact(self, user_id: UUID) -> Contact:
        """Of an account, or of a guest: of the account that the guest joined. `AccountNotFoundError`."""

    def get(self, user_id: UUID, *, locked: bool = False) -> Any:
        """The account, `locked` until the transaction ends. `AccountNotFoundError`."""


class Giving(Protocol):
    """A transaction in which somebody agrees to something."""

    @property
    def consents(self) -> ConsentStore: ...
    @property
    def consent_documents(self) -> DocumentStore: ...
    def emit(self, data: EventData) -> None:
        """Record an event; it is stored with the state and published after the commit."""


class Work(Giving, Protocol):
    """One transaction; it rolls back unless committed."""

    @property
    def users(self) -> People: ...

    def __enter__(self) -> Self: ...
    def __exit__(self, *error: Any) -> None: ...
    def commit(self) -> None: ...
