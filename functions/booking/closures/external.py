"""Use cases of external calendars: what somebody else's calendar says is busy time of a hall."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, timedelta
from functools import partial
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from booking.calendar.errors import SlotTakenError
from booking.closures.errors import CalendarTooLargeError, NoAddressError
from booking.closures.imports import Taken, imported
from booking.closures.ports import REFRESH_CALENDARS, Fetcher, ImportWork, ReadCalendar
from booking.closures.retry import ATTEMPTS, give_to_who_wants, retry_on_conflict
from booking.halls.domain import spaces
from booking.ical.domain import CalendarLimits, CalendarReading
from booking.ical.warnings import warning
from booking.settings import BookingSettings
from booking.time.grid import floor
from booking.time.ranges import TimeRange
from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.jobs import Turn, one_by_one
from core.observability import logger
from core.postgres.retries import OvertakenError
from shared_schemas.booking.closures import ExternalCalendar, ExternalCalendarRequest, ImportReport
from shared_schemas.booking.halls import Hall
from shared_schemas.calendar import Span
from shared_schemas.errors import CycloramaError, Locale

AHEAD = timedelta(days=1100 + 31)
"""As far ahead as any hall may come to take bookings, and a month in which nothing need be read again: whether a hall
looks further ahead from today on, or staff book beyond it, what is known to be busy is."""
Note = Callable[[ImportWork, UUID, CalendarReading], None]


@dataclass(frozen=True)
class Refreshed:
    """How many calendars the job has fetched, and how many it could not."""

    refreshed: int
    failed: int


class ExternalCalendars:
    """Keep addresses, import files, refresh by address."""

    def __init__(
        self,
        unit_of_work: Callable[[], ImportWork],
        clock: Clock,
        settings: BookingSettings,
        read_calendar: ReadCalendar,
        fetcher: Fetcher,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._settings = settings
        self._read_calendar = read_calendar
        self._fetcher = fetcher

    def add(self, hall_id: UUID, request: ExternalCalendarRequest, key: IdempotencyKey | None) -> ExternalCalendar:
        """A URL is fetched by the next run of the job; `AddressRefusedError` if it never would be;
        `HallNotFoundError`."""
        if request.url:
            self._fetcher.check(request.url)
        with self._unit_of_work() as work:
            return work.once(key, ExternalCalendar, lambda: self._add(work, hall_id, request))

    def _add(self, work: ImportWork, hall_id: UUID, request: ExternalCalendarRequest) -> ExternalCalendar:
        work.halls.get(hall_id)
        calendar = ExternalCalendar(id=uuid4(), hall_id=hall_id, **dict(request))
        work.external_calendars.add(calendar, self._clock.now())
        return calendar

    def of_hall(self, hall_id: UUID, locale: Locale = "en") -> list[ExternalCalendar]:
        """The external calendars of a hall, by name; `HallNotFoundError`."""
        with self._unit_of_work() as work:
            work.halls.get(hall_id)
            return work.external_calendars.of_hall(hall_id, locale)

    def remove(self, calendar_id: UUID) -> None:
        """Delete a calendar and free all the time that it has claimed; `ExternalCalendarNotFoundError`."""
        with self._unit_of_work() as work:
            calendar = work.external_calendars.get(calendar_id, lock=True)
            work.claims.lock(spaces(work.halls.get(calendar.hall_id)))
            work.claims.release(calendar_id)
            work.unmet_claims.forget(calendar_id)
            give_to_who_wants(work, work.claims.lock_more(()))
            work.external_calendars.remove(calendar_id)
            work.commit()

    def import_file(self, calendar_id: UUID, ics: str, locale: Locale = "en") -> ImportReport:
        """Claim what the file says is busy, from now on and as far ahead as anything can be booked, in place of what
        the calendar said before.

        Time that others have claimed stays theirs and is reported. A file that cannot be read changes nothing:
        `MalformedCalendarError`, `TooManyEventsError`, `CalendarTooComplexError` or `CalendarTooLargeError`.
        `ExternalCalendarNotFoundError`; `SlotTakenError` if concurrent claims win three times."""
        return self._import(calendar_id, ics.encode("utf-8", "replace"), locale)

    def refresh(self, calendar_id: UUID, locale: Locale = "en") -> ImportReport:
        """Fetch and import; if that fails, the reason is stored and what was imported before still counts.

        `NoAddressError`; `AddressRefusedError` or `CalendarUnreachableError`; the errors of `import_file`."""
        with self._unit_of_work() as work:
            url = work.external_calendars.get(calendar_id).url
        if url is None:
            raise NoAddressError
        try:
            return self._import(calendar_id, self._fetcher.fetch(url), locale)
        except CycloramaError as error:
            with self._unit_of_work() as work:
                work.external_calendars.failed(calendar_id, f"{error.code}: {error.message()}")
                work.commit()
            raise

    def refresh_due(self, turn: Turn | None = None) -> Refreshed:
        """Refresh those that are due, one after another; errors of one are logged and do not stop the others."""
        turn, refused = turn or Turn(), list[UUID]()

        def refresh(calendar: ExternalCalendar) -> None:
            try:
                self._refresh_or_read_again(calendar)
            except CycloramaError as error:
                logger.warning("An external calendar was not refreshed", calendar=str(calendar.id), code=error.code)
                refused.append(calendar.id)

        tried = one_by_one(turn, self._unit_of_work, REFRESH_CALENDARS, self._next, refresh, lambda each: each.id)
        return Refreshed(tried - len(refused), len(refused) + turn.failed)

    def _refresh_or_read_again(self, calendar: ExternalCalendar) -> None:
        """A series goes on as days pass, whether its file was sent once or its address has stopped to answer."""
        if calendar.url is None:
            self._read_again(calendar.id)
            return
        try:
            self.refresh(calendar.id)
        except CycloramaError:
            self._read_again(calendar.id)
            raise

    def _next(self) -> ExternalCalendar | None:
        now = self._clock.now()
        with self._unit_of_work() as work:
            calendar = work.external_calendars.due(now, now + self._pause)
            work.commit()
            return calendar

    @property
    def _pause(self) -> timedelta:
        return timedelta(minutes=self._settings.external_calendar_minutes)

    def _import(self, calendar_id: UUID, data: bytes, locale: Locale) -> ImportReport:
        most = self._settings.external_calendar_max_bytes
        if len(data) > most:
            raise CalendarTooLargeError(max_bytes=most, found=len(data))
        taken = self._read(calendar_id, data, self._note)
        return ImportReport(
            events=len(taken.events),
            busy=[Span(start=one.start, end=one.end) for one in taken.busy],
            conflicts=taken.conflicts,
            warnings=[warning(doubt, locale) for doubt in taken.reading.doubts],
            warnings_total=taken.reading.doubts_total,
        )

    def _read_again(self, calendar_id: UUID) -> None:
        with self._unit_of_work() as work:
            source = work.external_calendars.source(calendar_id)
        if source is not None:
            self._read(calendar_id, source.encode(), lambda _work, _calendar_id, _reading: None)

    def _note(self, work: ImportWork, calendar_id: UUID, reading: CalendarReading) -> None:
        now = self._clock.now()
        work.external_calendars.imported(calendar_id, now, now + self._pause, reading)

    def _read(self, calendar_id: UUID, data: bytes, note: Note) -> Taken:
        """Read and claim, again where the hall became another in between."""
        now = floor(self._clock.now().astimezone(UTC))
        window = TimeRange(now, now + AHEAD)
        limits = CalendarLimits(self._settings.external_calendar_max_events, self._settings.external_calendar_max_steps)
        for _ in range(ATTEMPTS):
            with self._unit_of_work() as work:
                hall = work.halls.get(work.external_calendars.get(calendar_id).hall_id)
            reading = self._read_calendar(data, ZoneInfo(hall.timezone), window, limits)
            attempt = partial(self._replace, calendar_id, hall, reading, window, note)
            if taken := retry_on_conflict(attempt):
                return taken
        raise SlotTakenError

    def _replace(
        self, calendar_id: UUID, hall: Hall, reading: CalendarReading, window: TimeRange, note: Note
    ) -> Taken | None:
        with self._unit_of_work() as work:
            work.external_calendars.get(calendar_id, lock=True)
            if work.halls.get(hall.id) != hall:
                raise OvertakenError  # The file was read by what the hall was then.
            work.claims.lock(spaces(hall))
            if _basis(work.halls.get(hall.id)) != _basis(hall):
                return None
            taken = imported(work, calendar_id, hall, reading, window)
            note(work, calendar_id, taken.reading)
            work.external_calendars.met(calendar_id, taken.conflicts)
            work.commit()
        return taken


def _basis(hall: Hall) -> tuple[object, ...]:
    """What of a hall decides which time an event takes."""
    return hall.timezone, *spaces(hall)
