"""What the use cases need of the world; `repository.py` and the clients provide it, tests in memory."""

from typing import Protocol
from uuid import UUID

from core.paging import Cursor
from core.ports import Transaction
from integration.ports_failures import Errors
from shared_schemas.common import Money
from shared_schemas.events import Envelope
from shared_schemas.integration import EventsQuery, LoggedEvent


class Events(Protocol):
    def add(self, envelope: Envelope, booking_id: UUID | None, payment_id: UUID | None) -> bool:
        """Keep an event; False where it was kept before."""

    def get(self, event_id: UUID) -> LoggedEvent:
        """`EventNotFoundError` where there is none."""

    def page(self, query: EventsQuery, after: Cursor | None, limit: int) -> list[LoggedEvent]:
        """Newest first, from behind `after`."""

    def keep_months(self, months: int) -> tuple[int, int]:
        """Make room for the months to come and forget what is older than so many whole ones; how many of each."""


class Work(Transaction, Protocol):
    """A transaction on the schema of this service."""

    @property
    def events(self) -> Events: ...
    @property
    def errors(self) -> Errors: ...


class BookingService(Protocol):
    """The booking service, as its callers see it."""

    def confirm(self, booking_id: UUID, payment_id: UUID, paid: Money) -> None:
        """`ConfirmationRefusedError` where repeating would not help; anything else raised is worth a repeat."""
