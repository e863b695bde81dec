"""What the event log needs of storage."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from core.http.paging import Cursor
from core.ports import Transaction
from integration.failures.ports import ErrorStore
from shared_schemas.events.envelope import Envelope
from shared_schemas.integration.events import EventsQuery, LoggedEvent


class EventStore(Protocol):
    def add(self, envelopes: Sequence[Envelope]) -> set[UUID]:
        """Store events; the ids of those that were not there already."""

    def get(self, event_id: UUID) -> LoggedEvent:
        """`EventNotFoundError` if there is none."""

    def page(self, query: EventsQuery, after: Cursor | None, limit: int) -> list[LoggedEvent]:
        """Newest first, after `after`."""

    def keep_months(self, months: int) -> tuple[int, int]:
        """One step of making room for the months to come and forgetting what is older than so many whole ones; how many
        were made and dropped, none once there is nothing left to do."""


class LogWork(Transaction, Protocol):
    """A transaction on the event log."""

    @property
    def events(self) -> EventStore: ...


class RecordingWork(LogWork, Protocol):
    """One that notes reported errors, too."""

    @property
    def errors(self) -> ErrorStore: ...
