"""What the use cases need of stored feeds."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Protocol
from uuid import UUID

from booking.feeds.domain import ClosedTime, FeedEvent, FeedVisit
from booking.halls.ports import HallStore
from booking.studio.ports import StudioStore
from booking.time.ranges import TimeRange
from core.ports import Transaction
from shared_schemas.booking.feeds import CalendarFeed

RenderFeed = Callable[[str, list[FeedEvent]], str]
"""Writes an iCalendar file of a name and its events."""


class FeedStore(Protocol):
    def add(self, feed: CalendarFeed, token_digest: str, created_by: UUID) -> None: ...

    def by_token(self, token_digest: str) -> CalendarFeed | None:
        """A feed, revoked or not."""

    def of(self, created_by: UUID) -> list[CalendarFeed]:
        """The newest first."""

    def revoke(self, feed_id: UUID, created_by: UUID, at: datetime) -> None:
        """`CalendarFeedNotFoundError` if the caller has none by that id."""

    def erase(self, customer_id: UUID, at: datetime) -> None:
        """Every address that leads to the person's bookings, or was made by the person, becomes useless."""

    def visits_of_spaces(self, spaces: Collection[UUID], window: TimeRange, since: datetime) -> list[FeedVisit]:
        """Bookings that take one of the spaces, or that nobody came to; by start.

        As cancelled, with the time that they had there: those that took one and went since a moment, cancelled or
        moved elsewhere."""

    def visits_of_customer(self, customer_id: UUID, window: TimeRange, since: datetime) -> list[FeedVisit]:
        """A customer's bookings, by start; of those that were cancelled the ones that changed since a moment."""

    def stamp_of_spaces(self, spaces: Collection[UUID], window: TimeRange, since: datetime) -> str:
        """The same text as long as `visits_of_spaces` gives the same; it is found much faster than they are."""

    def stamp_of_customer(self, customer_id: UUID, window: TimeRange, since: datetime) -> str:
        """Likewise of `visits_of_customer`."""

    def closed(self, spaces: Collection[UUID], window: TimeRange) -> list[ClosedTime]:
        """What closures take of the spaces, by start."""

    def closed_or_opened(self, spaces: Collection[UUID], window: TimeRange, since: datetime) -> list[ClosedTime]:
        """Also what closures took that were taken back since a moment, before it began."""


class Work(Transaction, Protocol):
    """A transaction around feeds."""

    @property
    def halls(self) -> HallStore: ...
    @property
    def studio(self) -> StudioStore: ...
    @property
    def feeds(self) -> FeedStore: ...
