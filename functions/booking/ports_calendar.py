"""What the use cases need of stored exceptions, closures, external calendars and feeds."""

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.domain_busy import CalendarLimits, CalendarReading
from booking.domain_feeds import ClosedTime, FeedEvent, FeedVisit
from booking.domain_ranges import TimeRange
from shared_schemas.errors import Locale
from shared_schemas.halls import CalendarFeed, Closure, DateOverride, ExternalCalendar, ImportConflict

REFRESH_CALENDARS = "refresh_calendars"
"""The job that fetches."""

ReadCalendar = Callable[[bytes, ZoneInfo, TimeRange, CalendarLimits], CalendarReading]
"""Reads an iCalendar file: its occurrences within a window, with days and times without a zone taken as local.

`MalformedCalendarError`, `TooManyEventsError` or `CalendarTooComplexError` where it cannot be read as a whole."""

RenderFeed = Callable[[str, list[FeedEvent]], str]
"""Writes an iCalendar file of a name and its events."""


class Fetcher(Protocol):
    def check(self, url: str) -> None:
        """`AddressRefusedError` for an address that every fetch would refuse."""

    def fetch(self, url: str) -> bytes:
        """What is at an address that a user gave; a `CycloramaError` says why there is none."""


class Overrides(Protocol):
    def add(self, override: DateOverride, actor: str, at: datetime) -> None: ...

    def remove(self, override_id: UUID) -> UUID | None:
        """Returns the hall that it was for; `DateOverrideNotFoundError` where there is none."""

    def all(self, since: date) -> list[DateOverride]:
        """Those that do not end before `since`, in the order in which they were made."""


class Closures(Protocol):
    def add(self, closure: Closure) -> None: ...

    def get(self, closure_id: UUID) -> Closure:
        """One that was not removed; `ClosureNotFoundError` otherwise."""

    def all(self, now: datetime, since: date | None = None) -> list[Closure]:
        """Those that were not removed and end after now, or after a day has begun where their hall is; by start."""

    def grow(self, closure_id: UUID, stretches: Iterable[TimeRange]) -> None:
        """It came to have these stretches as well."""

    def remove(self, closure_id: UUID, actor: str, at: datetime) -> None: ...


class ExternalCalendars(Protocol):
    def add(self, calendar: ExternalCalendar, at: datetime) -> None: ...

    def get(self, calendar_id: UUID, *, lock: bool = False) -> ExternalCalendar:
        """`ExternalCalendarNotFoundError` where there is none."""

    def of_hall(self, hall_id: UUID, locale: Locale) -> list[ExternalCalendar]:
        """By name."""

    def source(self, calendar_id: UUID) -> str | None:
        """What was read last, in the form in which it can be read once more; None before the first import."""

    def due(self, now: datetime, until: datetime) -> ExternalCalendar | None:
        """One whose refresh is due, put off to `until` so that nobody else takes it meanwhile."""

    def imported(self, calendar_id: UUID, at: datetime, again_at: datetime, reading: CalendarReading) -> None:
        """Note a success, what was read, and when to look at it again."""

    def met(self, calendar_id: UUID, conflicts: list[ImportConflict]) -> None:
        """Note what its events meet by now."""

    def failed(self, calendar_id: UUID, error: str) -> None:
        """Note why a refresh failed."""

    def remove(self, calendar_id: UUID) -> None: ...


class Feeds(Protocol):
    def add(self, feed: CalendarFeed, token_digest: str, created_by: UUID) -> None: ...

    def by_token(self, token_digest: str) -> CalendarFeed | None:
        """A feed, revoked or not."""

    def of(self, created_by: UUID) -> list[CalendarFeed]:
        """The newest first."""

    def revoke(self, feed_id: UUID, created_by: UUID, at: datetime) -> None:
        """`CalendarFeedNotFoundError` where the caller has none by that id."""

    def visits_of_spaces(self, spaces: Collection[UUID], window: TimeRange, since: datetime) -> list[FeedVisit]:
        """Bookings that take one of the spaces, or that nobody came to; by start.

        As cancelled, with the time that they had there: those that took one and went since a moment, called off or
        moved elsewhere."""

    def visits_of_customer(self, customer_id: UUID, window: TimeRange, since: datetime) -> list[FeedVisit]:
        """A customer's bookings, by start; of those that were called off the ones that changed since a moment."""

    def stamp_of_spaces(self, spaces: Collection[UUID], window: TimeRange, since: datetime) -> str:
        """The same text as long as `visits_of_spaces` gives the same; it is found much faster than they are."""

    def stamp_of_customer(self, customer_id: UUID, window: TimeRange, since: datetime) -> str:
        """Likewise of `visits_of_customer`."""

    def closed(self, spaces: Collection[UUID], window: TimeRange) -> list[ClosedTime]:
        """What closures take of the spaces, by start."""

    def closed_everywhere(self, window: TimeRange) -> dict[UUID, list[TimeRange]]:
        """What closures take of each space that they touch."""

    def closed_or_opened(self, spaces: Collection[UUID], window: TimeRange, since: datetime) -> list[ClosedTime]:
        """Also what closures took that were taken back since a moment, before it began."""
