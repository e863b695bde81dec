"""What the use cases of codes need of the outside."""

from contextlib import AbstractContextManager
from typing import Protocol
from uuid import UUID

from gateway.codes.domain import SentCode
from gateway.consents.ports import Giving
from gateway.guests.joining import Joining
from gateway.sessions.ports import Work as SessionWork


class SentCodes(Protocol):
    def get(self, code_id: UUID, *, locked: bool = False) -> SentCode | None:
        """`locked` until the transaction ends."""

    def locked(self, target: str) -> list[SentCode]:
        """All of one address, locked until the transaction ends: nobody else tries them meanwhile."""

    def replace(self, code: SentCode) -> None:
        """In place of an earlier one for the same address, purpose and place."""

    def put(self, code: SentCode) -> None:
        """Its tries."""

    def forget(self, target: str) -> None:
        """All of one address: it is proved."""

    def erase(self, user_id: UUID) -> None:
        """Those that were sent to this account."""


class Work(SessionWork, Giving, Protocol):
    """One transaction; it rolls back unless committed."""

    @property
    def codes(self) -> SentCodes: ...
    @property
    def guests(self) -> Joining: ...

    def savepoint(self) -> AbstractContextManager[None]:
        """A part that may fail alone: an error in it rolls back this part with its events, and the rest goes on."""
