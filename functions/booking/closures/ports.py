"""What the use cases need of stored exceptions, closures, external calendars and feeds."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.bookings.ports import Booked
from booking.bookings.ports import Work as Selling
from booking.calendar.ports import Claim
from booking.feeds.ports import FeedStore
from booking.halls.ports import ClaimKind, HallStore
from booking.hours.ports import OverrideStore
from booking.ical.domain import CalendarLimits, CalendarReading
from booking.time.ranges import TimeRange
from core.ports import Transaction
from shared_schemas.booking.closures import Closure, ExternalCalendar, ImportConflict
from shared_schemas.errors import Locale

REFRESH_CALENDARS = "refresh_calendars"
"""The job that fetches."""

ReadCalendar = Callable[[bytes, ZoneInfo, TimeRange, CalendarLimits], CalendarReading]
"""Reads an iCalendar file: its occurrences within a window, with days and times without a zone taken as local.

`MalformedCalendarError`, `TooManyEventsError` or `CalendarTooComplexError` if it cannot be read as a whole."""


class Fetcher(Protocol):
    def check(self, url: str) -> None:
        """`AddressRefusedError` for an address that every fetch would refuse."""

    def fetch(self, url: str) -> bytes:
        """What is at an address that a user gave; a `CycloramaError` says why there is none."""


class ClosureStore(Protocol):
    def add(self, closure: Closure) -> None: ...

    def get(self, closure_id: UUID) -> Closure:
        """One that was not removed; `ClosureNotFoundError` otherwise."""

    def all(self, now: datetime, since: date | None = None) -> list[Closure]:
        """Those that were not removed and end after now, or after a day has begun where their hall is; by start."""

    def grow(self, closure_id: UUID, stretches: Iterable[TimeRange]) -> None:
        """It came to have these stretches as well."""

    def remove(self, closure_id: UUID, actor: str, at: datetime) -> None: ...

    def closed_everywhere(self, window: TimeRange) -> dict[UUID, list[TimeRange]]:
        """What closures take of each space that they touch."""


class ExternalCalendarStore(Protocol):
    def add(self, calendar: ExternalCalendar, at: datetime) -> None: ...

    def get(self, calendar_id: UUID, *, lock: bool = False) -> ExternalCalendar:
        """`ExternalCalendarNotFoundError` if there is none."""

    def of_hall(self, hall_id: UUID, locale: Locale) -> list[ExternalCalendar]:
        """By name."""

    def source(self, calendar_id: UUID) -> str | None:
        """What was read last, in a form that can be read again; None before the first import."""

    def due(self, now: datetime, until: datetime) -> ExternalCalendar | None:
        """One whose refresh is due, put off to `until` so that no other worker takes it meanwhile."""

    def imported(self, calendar_id: UUID, at: datetime, again_at: datetime, reading: CalendarReading) -> None:
        """Note a success, what was read, and when to look at it again."""

    def met(self, calendar_id: UUID, conflicts: list[ImportConflict]) -> None:
        """Note what its events meet by now."""

    def failed(self, calendar_id: UUID, error: str) -> None:
        """Note why a refresh failed."""

    def remove(self, calendar_id: UUID) -> None: ...


class UnmetClaimStore(Protocol):
    """What closures and other calendars want of the halls, and somebody else has."""

    def replace(self, kind: ClaimKind, owner_id: UUID, wanted: Mapping[UUID, Sequence[TimeRange]]) -> None:
        """What an owner wants of each space and does not have, in place of what it wanted before."""

    def forget(self, owner_id: UUID) -> None:
        """It wants nothing any more."""

    def meet(self, spaces: Collection[UUID]) -> list[Claim]:
        """Claim for who wants it what has become free of these spaces; to be called with their locks."""


class Wanting(Protocol):
    """What closures and calendars have and want of the halls."""

    @property
    def closures(self) -> ClosureStore: ...
    @property
    def unmet_claims(self) -> UnmetClaimStore: ...


class Work(Wanting, Selling, Protocol):
    """A transaction around closures, which may call bookings off."""


class ImportWork(Wanting, Booked, Transaction, Protocol):
    """A transaction around other calendars."""

    @property
    def external_calendars(self) -> ExternalCalendarStore: ...
    @property
    def feeds(self) -> FeedStore: ...


class OpenHoursWork(Transaction, Protocol):
    """A transaction that reads when halls are open."""

    @property
    def halls(self) -> HallStore: ...
    @property
    def overrides(self) -> OverrideStore: ...
    @property
    def closures(self) -> ClosureStore: ...
