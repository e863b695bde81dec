"""What the use cases of sessions need of the outside."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Protocol, Self
from uuid import UUID

from gateway.accounts.domain import User
from gateway.accounts.ports import EndReason, Users, WaitingCodes
from gateway.sessions.domain import SignIn
from gateway.sessions.tries import Tries
from shared_schemas.events.envelope import EventData


class SignIns(Protocol):
    def add(self, session: SignIn) -> None: ...

    def locked(self, session_id: UUID) -> SignIn | None:
        """Locked until the transaction ends: one refresh token comes twice at once."""

    def put(self, session: SignIn) -> None: ...

    def open_of(self, user_id: UUID, now: datetime) -> list[SignIn]:
        """Those that have not ended, most recently used first."""

    def end_all(self, user_id: UUID, reason: EndReason, at: datetime, *, but: UUID | None = None) -> None: ...


class Counts(Protocol):
    def locked(self, keys: Collection[str], now: datetime) -> list[Tries]:
        """Counts by these keys, locked until the transaction ends; those that there are not yet are empty."""

    def put(self, counts: Sequence[Tries]) -> None: ...
    def forget(self, key: str) -> None: ...
    def is_known(self, user_id: UUID, address: str) -> bool:
        """Whether the user signed in from there before."""

    def remember(self, user_id: UUID, address: str, now: datetime) -> None: ...


class SecondStep(Protocol):
    def require(self, work: Any, user: User, given: str | None, now: datetime) -> None:
        """The user proves a second factor, if there is one; any refusal that a sign-in can end with."""


class Work(Protocol):
    """One transaction; it rolls back unless committed."""

    @property
    def users(self) -> Users: ...
    @property
    def sessions(self) -> SignIns: ...
    @property
    def tries(self) -> Counts: ...
    @property
    def codes(self) -> WaitingCodes: ...

    def __enter__(self) -> Self: ...
    def __exit__(self, *error: Any) -> None: ...
    def emit(self, data: EventData) -> None: ...
    def post(self, data: EventData) -> None:
        """Store an event at once and wait for nothing, so that the time of an answer does not tell of it."""

    def commit(self) -> None: ...
