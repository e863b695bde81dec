"""Use cases of external calendars: what somebody else's calendar says is busy time of a hall."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from booking.domain_busy import BusyEvent, Obstacle, ahead, conflicts, floor, past, whole_cells
from booking.domain_calendar import spaces
from booking.domain_ranges import TimeRange, merge, subtract
from booking.errors_calendar import NoAddressError
from booking.ports import Claim, Work
from booking.ports_calendar import BusyEvents, Fetcher
from booking.service_busy import by_space, insistently, union
from booking.settings import BookingSettings
from core.clock import Clock
from core.idempotency import IdempotencyKey
from core.observability import logger
from core.retries import OvertakenError
from shared_schemas.calendar import Span
from shared_schemas.errors import CycloramaError
from shared_schemas.halls import ExternalCalendar, ExternalCalendarRequest, Hall, ImportReport

TIME_FOR_REFRESHING = timedelta(seconds=30)
"""After that the job leaves the rest to its next run."""


@dataclass(frozen=True)
class Refreshed:
    """How many calendars the job has fetched, and how many it could not."""

    refreshed: int
    failed: int


class ExternalCalendars:
    """Keep addresses, import files, refresh by address."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        settings: BookingSettings,
        busy_events: BusyEvents,
        fetcher: Fetcher,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._settings = settings
        self._busy_events = busy_events
        self._fetcher = fetcher

    def add(self, hall_id: UUID, request: ExternalCalendarRequest, key: IdempotencyKey | None) -> ExternalCalendar:
        """With an address it is fetched by the next run of the job."""
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return ExternalCalendar.model_validate(replay)
            work.halls.get(hall_id)
            calendar = ExternalCalendar(id=uuid4(), hall_id=hall_id, **dict(request))
            work.external_calendars.add(calendar, self._clock.now())
            work.idempotency.remember(key, calendar.model_dump(mode="json"))
            work.commit()
            return calendar

    def of_hall(self, hall_id: UUID) -> list[ExternalCalendar]:
        with self._unit_of_work() as work:
            work.halls.get(hall_id)
            return work.external_calendars.of_hall(hall_id)

    def remove(self, calendar_id: UUID) -> None:
        """Forget a calendar and all the time that it claimed."""
        with self._unit_of_work() as work:
            calendar = work.external_calendars.get(calendar_id, lock=True)
            work.claims.lock(spaces(work.halls.get(calendar.hall_id)))
            work.claims.release(calendar_id)
            work.external_calendars.remove(calendar_id)
            work.commit()

    def import_file(self, calendar_id: UUID, ics: str) -> ImportReport:
        """Make busy, from now to the hall's horizon, what the file says, in place of what the calendar said before.

        What others claim stays theirs and is reported; a file that cannot be read as a whole changes nothing."""
        with self._unit_of_work() as work:
            hall = work.halls.get(work.external_calendars.get(calendar_id).hall_id)
        now = floor(self._clock.now().astimezone(UTC))
        window = TimeRange(now, now + timedelta(days=hall.horizon_days))
        events = self._busy_events(ics, ZoneInfo(hall.timezone), window)
        return insistently(lambda: self._replace(calendar_id, hall, events, window))

    def refresh(self, calendar_id: UUID) -> ImportReport:
        """Fetch and import; where that fails, the reason is noted and what was imported before still counts."""
        with self._unit_of_work() as work:
            url = work.external_calendars.get(calendar_id).url
        if url is None:
            raise NoAddressError
        try:
            return self.import_file(calendar_id, self._fetcher.fetch(url))
        except CycloramaError as error:
            with self._unit_of_work() as work:
                work.external_calendars.failed(calendar_id, f"{error.code}: {error.message()}")
                work.commit()
            raise

    def refresh_due(self) -> Refreshed:
        """Refresh one after another those whose time has come; one that fails does not keep the others waiting."""
        began, refreshed, failed = self._clock.now(), 0, 0
        while self._clock.now() - began < TIME_FOR_REFRESHING and (calendar := self._next()):
            try:
                self.refresh(calendar.id)
                refreshed += 1
            except CycloramaError as error:
                logger.warning("An external calendar was not refreshed", calendar=str(calendar.id), code=error.code)
                failed += 1
        return Refreshed(refreshed, failed)

    def _next(self) -> ExternalCalendar | None:
        now = self._clock.now()
        with self._unit_of_work() as work:
            until = now + timedelta(minutes=self._settings.external_calendar_minutes)
            calendar = work.external_calendars.due(now, until)
            work.commit()
            return calendar

    def _replace(self, calendar_id: UUID, hall: Hall, events: Sequence[BusyEvent], window: TimeRange) -> ImportReport:
        with self._unit_of_work() as work:
            work.external_calendars.get(calendar_id, lock=True)
            if work.halls.get(hall.id) != hall:
                raise OvertakenError  # The file was read by what the hall was then.
            work.claims.lock(spaces(hall))
            own = by_space(work.claims.release(calendar_id))
            claims = work.claims.within(spaces(hall), window)
            others = by_space(claims)
            wanted = ahead([whole_cells(event.during) for event in events], window.start)
            busy = {space: subtract(wanted, others.get(space, [])) for space in spaces(hall)}
            for space in {*own, *busy}:
                before = past(own.get(space, []), window.start)
                work.claims.take("external", calendar_id, [space], merge([*before, *busy.get(space, [])]))
            met = conflicts(events, _obstacles(work, claims))
            work.external_calendars.imported(calendar_id, self._clock.now(), met)
            work.commit()
        spans = [Span(start=one.start, end=one.end) for one in union(busy.values())]
        return ImportReport(events=len(events), busy=spans, conflicts=met)


def _obstacles(work: Work, claims: Sequence[Claim]) -> list[Obstacle]:
    owners = {claim.owner_id for claim in claims if claim.kind == "booking"}
    numbers = {booking.id: booking.number for booking in work.bookings.named(owners)} if owners else {}
    return [Obstacle(claim.during.utc(), numbers.get(claim.owner_id)) for claim in claims]
