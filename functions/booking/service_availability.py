"""Free time as clients look at it, and what they could book instead of what was refused."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.domain_calendar import MINUTE, availability_day, timetable
from booking.domain_days import DAY, local_midnight
from booking.domain_ranges import TimeRange
from booking.errors import InvalidPeriodError, NoTariffError, SlotTakenError
from booking.ports import HallTime, Work
from booking.service_pricing import slot_price
from booking.service_rules import MARGIN
from booking.settings import BookingSettings
from core.clock import Clock
from shared_schemas.booking import RescheduleRequest
from shared_schemas.errors import RuleViolationError
from shared_schemas.halls import Availability, AvailabilityQuery
from shared_schemas.prices import Alternative, SlotRequest

MAX_DAYS = 62
NEAREST = 3
SEARCH_DAYS = 3


class Availabilities:
    """When halls are free."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def of_hall(self, hall_id: UUID, query: AvailabilityQuery) -> Availability:
        """Free stretches and possible starts for each local day of the period."""
        return self._availabilities(query, [hall_id])[0]

    def of_all(self, query: AvailabilityQuery) -> list[Availability]:
        """The same of every hall that takes as many people, by name, from one query."""
        return self._availabilities(query, None)

    def _availabilities(self, query: AvailabilityQuery, hall_ids: list[UUID] | None) -> list[Availability]:
        days = (query.to - query.from_).days
        if not 1 <= days <= MAX_DAYS:
            raise InvalidPeriodError(max_days=MAX_DAYS)
        with self._unit_of_work() as work:
            times = work.halls.times(_window(query.from_, query.to), hall_ids)
        now = self._clock.now()
        fitting = [time for time in times if hall_ids or query.people <= time.hall.capacity]
        return [_availability(time, query, now) for time in fitting]


def _window(first: date, last: date) -> TimeRange:
    # The hall's zone is known only with its row: a window a day wider covers any.
    utc = ZoneInfo("UTC")
    return TimeRange(local_midnight(first, utc) - MARGIN, local_midnight(last, utc) + MARGIN)


def _availability(time: HallTime, query: AvailabilityQuery, now: datetime) -> Availability:
    table = timetable(time.hall, time.days, time.free, query.from_, query.to)
    duration = MINUTE * query.duration
    dates = [query.from_ + DAY * offset for offset in range((query.to - query.from_).days)]
    return Availability(
        hall_id=time.hall.id,
        timezone=time.hall.timezone,
        duration_minutes=query.duration,
        days=[availability_day(table, day, duration, query.people, now, query.explain) for day in dates],
    )


class Alternatives:
    """The nearest slots of the same length that could be booked, with their prices."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, settings: BookingSettings) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._settings = settings

    @contextmanager
    def offered(self, request: SlotRequest, without: UUID | None = None) -> Iterator[None]:
        """A refusal of a slot inside the block carries `alternatives`."""
        try:
            yield
        except (SlotTakenError, RuleViolationError) as error:
            found = [alternative.model_dump(mode="json") for alternative in self.nearest(request, without)]
            error.params = {**error.params, "alternatives": found}
            raise

    @contextmanager
    def offered_instead(self, booking_id: UUID, request: RescheduleRequest) -> Iterator[None]:
        """The same for a booking that was to be moved, whose own time is free for it."""
        try:
            yield
        except (SlotTakenError, RuleViolationError):
            with self._unit_of_work() as work:
                booking = work.bookings.get(booking_id)
            hall_id = request.hall_id or booking.hall_id
            slot = SlotRequest(hall_id=hall_id, start=request.start, end=request.end, people=booking.people)
            with self.offered(slot, without=booking_id):
                raise

    def nearest(self, request: SlotRequest, without: UUID | None = None) -> list[Alternative]:
        """At most three in the hall that was asked for, and one in each of at most three others, by distance in time.

        `without` is a booking whose own time does not count."""
        slot = TimeRange(request.start, request.end).utc()
        if slot.end <= slot.start or slot.duration > DAY or request.also_hall_ids:
            return []
        now = self._clock.now()
        centre = max(slot.start, now)
        with self._unit_of_work() as work:
            window = _window(centre.date() - DAY * SEARCH_DAYS, centre.date() + DAY * (SEARCH_DAYS + 1))
            candidates = [
                (abs(start - centre), time, start)
                for time in work.halls.times(window, without=without)
                for start in _nearest(time, centre, slot.duration, request.people, now, request.hall_id)
            ]
            candidates.sort(key=lambda found: (found[1].hall.id != request.hall_id, found[0], found[1].hall.name))
            own = [found for found in candidates if found[1].hall.id == request.hall_id][:NEAREST]
            others = [found for found in candidates if found[1].hall.id != request.hall_id][:NEAREST]
            priced = (self._priced(work, time, start, slot.duration, request, now) for _, time, start in own + others)
            return [alternative for alternative in priced if alternative]

    def _priced(
        self, work: Work, time: HallTime, start: datetime, duration: timedelta, request: SlotRequest, now: datetime
    ) -> Alternative | None:
        hall, end = time.hall, start + duration
        moved = SlotRequest(hall_id=hall.id, start=start, end=end, people=request.people)
        try:
            price = slot_price(work, [time], moved, self._settings.prepayment_percent, now)
        except NoTariffError:
            return None  # What has no price cannot be offered.
        zone = ZoneInfo(hall.timezone)
        return Alternative(
            hall_id=hall.id,
            hall_name=hall.name,
            start=start.astimezone(zone),
            end=end.astimezone(zone),
            total=price.total,
        )


def _nearest(
    time: HallTime, centre: datetime, duration: timedelta, people: int, now: datetime, wanted: UUID
) -> list[datetime]:
    reach = DAY * (SEARCH_DAYS if time.hall.id == wanted else 0)
    first, last = centre.date() - reach, centre.date() + reach
    table = timetable(time.hall, time.days, time.free, first, last)
    days = (availability_day(table, first + DAY * n, duration, people, now) for n in range((last - first).days + 1))
    starts = sorted((start.astimezone(UTC) for day in days for start in day.starts), key=lambda s: abs(s - centre))
    return starts[: NEAREST if time.hall.id == wanted else 1]
