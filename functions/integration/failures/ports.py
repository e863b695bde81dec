"""What the use cases about failures need of storage and of the broker."""

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

from core.http.paging import Cursor
from core.ports import Transaction
from integration.failures.domain import Handling, Letter
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.operations import ServiceError
from shared_schemas.integration.failures import (
    DeadLetter,
    DeadLetterDetail,
    DeadLettersQuery,
    ErrorGroup,
    ErrorsQuery,
    ErrorStatus,
    LetterStatus,
)


class ErrorStore(Protocol):
    def add(self, envelope: Envelope, error: ServiceError) -> None:
        """Count an occurrence in its group."""

    def get(self, error_id: UUID) -> ErrorGroup:
        """`ErrorNotFoundError` if there is none."""

    def page(self, query: ErrorsQuery, after: Cursor | None, limit: int) -> list[ErrorGroup]:
        """The groups that occurred last come first."""

    def handle(self, error_id: UUID, status: ErrorStatus, handling: Handling) -> None:
        """`ErrorNotFoundError` if there is none."""


class LetterStore(Protocol):
    def add(self, letter: Letter) -> bool:
        """Keep a letter; False if it was kept before."""

    def get(self, queue: str, letter_id: UUID) -> DeadLetterDetail:
        """`DeadLetterNotFoundError` if there is none."""

    def page(self, queue: str, query: DeadLettersQuery, after: Cursor | None, limit: int) -> list[DeadLetter]:
        """The newest first."""

    def waiting(self) -> dict[str, int]:
        """How many wait, by queue."""

    def claim(self, queue: str, ids: Collection[UUID] | None, limit: int) -> list[tuple[UUID, str]]:
        """Letters that wait, with their bodies, the oldest first; others skip them until the transaction ends."""

    def handle(self, ids: Collection[UUID], status: LetterStatus, handling: Handling) -> None:
        """What was done with letters that were claimed."""


class ErrorWork(Transaction, Protocol):
    """A transaction on errors."""

    @property
    def errors(self) -> ErrorStore: ...


class LetterWork(Transaction, Protocol):
    """A transaction on dead letters."""

    @property
    def dead_letters(self) -> LetterStore: ...


class DeadQueues(Protocol):
    """The broker's dead-letter queues, by the name of their subscriber."""

    def names(self) -> Sequence[str]:
        """Of all subscribers."""

    def depths(self) -> dict[str, tuple[int, int]]:
        """Messages that wait to be collected, and those in flight; `BrokerUnavailableError`."""

    def redrive(self, name: str, bodies: Sequence[str]) -> list[bool]:
        """Give messages to the subscriber's own queue; which of them it took. `BrokerUnavailableError`."""
