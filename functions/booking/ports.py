"""What the use cases need of storage; `repository.py` provides it on PostgreSQL, tests in memory."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from booking.domain_ranges import TimeRange
from core.paging import Cursor
from core.ports import Transaction
from shared_schemas.booking import Booking, Hall, Quote, Tariff
from shared_schemas.common import Money
from shared_schemas.events import BookingStatus


class Halls(Protocol):
    def add(self, hall: Hall) -> None:
        """`HallNameTakenError` where another hall has the name."""

    def get(self, hall_id: UUID) -> Hall:
        """`HallNotFoundError` where there is none."""

    def all(self) -> list[Hall]:
        """By name."""

    def with_free(self, hall_id: UUID, window: TimeRange) -> tuple[Hall, list[TimeRange]]:
        """A hall and what nobody claims of it within `window`."""


class Tariffs(Protocol):
    def add(self, tariff: Tariff) -> None: ...

    def all(self, hall_id: UUID | None = None) -> list[Tariff]:
        """In order of creation; with `hall_id` those that may apply to that hall."""


class Quotes(Protocol):
    def add(self, quote: Quote) -> None: ...

    def get(self, quote_id: UUID) -> Quote:
        """`QuoteNotFoundError` where there is none."""


class BookingStore(Protocol):
    def add(self, booking: Booking) -> None: ...

    def claim(self, booking: Booking, during: TimeRange) -> None:
        """Take the time; `SlotTakenError` where any part of it is claimed."""

    def release(self, booking: Booking) -> None:
        """Free whatever the booking claims."""

    def get(self, booking_id: UUID, *, lock: bool = False) -> Booking:
        """`BookingNotFoundError` where there is none; `lock` keeps others from changing it."""

    def page(
        self, customer_id: UUID | None, status: BookingStatus | None, after: Cursor | None, limit: int
    ) -> list[Booking]:
        """Newest first, from behind `after`."""

    def lapsed(self, now: datetime, limit: int) -> list[Booking]:
        """Holds that have run out, locked; those that another worker has are skipped."""

    def update(self, before: Booking, after: Booking) -> None:
        """`ConcurrentUpdateError` where somebody changed the booking since `before`."""

    def add_payment(self, booking: Booking, payment_id: UUID, amount: Money) -> bool:
        """Record a payment; False where it was recorded before."""

    def add_transition(
        self, before: Booking | None, after: Booking, actor: str, reason: str | None, at: datetime
    ) -> None:
        """The audit trail: who moved the booking, when, from where to where, and why."""


class Work(Transaction, Protocol):
    """A transaction on the schema of this service."""

    @property
    def halls(self) -> Halls: ...
    @property
    def tariffs(self) -> Tariffs: ...
    @property
    def quotes(self) -> Quotes: ...
    @property
    def bookings(self) -> BookingStore: ...
