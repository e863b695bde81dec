"""What the use cases need of stored exceptions, closures, external calendars and feeds."""

from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from shared_schemas.halls import CalendarFeed, Closure, DateOverride, ExternalCalendar, ImportConflict


class Overrides(Protocol):
    def add(self, override: DateOverride, actor: str, at: datetime) -> None: ...

    def remove(self, override_id: UUID) -> None:
        """`DateOverrideNotFoundError` where there is none."""

    def all(self, since: date) -> list[DateOverride]:
        """Those that do not end before `since`, in the order in which they were made."""


class Closures(Protocol):
    def add(self, closure: Closure) -> None: ...

    def get(self, closure_id: UUID) -> Closure:
        """One that was not removed; `ClosureNotFoundError` otherwise."""

    def all(self, since: datetime) -> list[Closure]:
        """Those that were not removed and do not end before `since`, by start."""

    def remove(self, closure_id: UUID, actor: str, at: datetime) -> None: ...


class ExternalCalendars(Protocol):
    def add(self, calendar: ExternalCalendar, at: datetime) -> None: ...

    def get(self, calendar_id: UUID, *, lock: bool = False) -> ExternalCalendar:
        """`ExternalCalendarNotFoundError` where there is none."""

    def of_hall(self, hall_id: UUID) -> list[ExternalCalendar]:
        """By name."""

    def due(self, now: datetime, until: datetime) -> ExternalCalendar | None:
        """One whose refresh is due, put off to `until` so that nobody else takes it meanwhile."""

    def imported(self, calendar_id: UUID, at: datetime, conflicts: list[ImportConflict]) -> None:
        """Note a success."""

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
