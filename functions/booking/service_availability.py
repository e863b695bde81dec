"""Free time as clients look at it, and what they could book instead of what was refused."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.domain_calendar import MINUTE, availability_day, nearest_starts, timetable
from booking.domain_days import DAY, local_midnight
from booking.domain_ranges import TimeRange
from booking.errors import InvalidPeriodError, NoTariffError, SlotTakenError
from booking.ports import HallTime, Work
from booking.service_rules import MARGIN, around
from booking.service_terms import slot_price
from booking.settings import BookingSettings
from core.clock import Clock
from shared_schemas.booking import RescheduleRequest
from shared_schemas.errors import RuleViolationError
from shared_schemas.halls import Availability, AvailabilityQuery
from shared_schemas.prices import Alternative, SlotRequest

MAX_DAYS = 62
NEAREST = 3
OWN_REACH, OTHERS_REACH = timedelta(days=3), timedelta(hours=3)


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
        if slot.start < now:
            slot = TimeRange(now, now + slot.duration)
        with self._unit_of_work() as work:
            times = work.halls.times(around(slot, OWN_REACH), [request.hall_id], without)
            own = _starts(times[0], slot, request.people, now, OWN_REACH)
            found = [(times[0], start) for start in islice(own, NEAREST)]
            found += _elsewhere(work.halls.times(around(slot), None, without), slot, request, now)
            priced = (self._priced(work, time, start, slot.duration, request, now) for time, start in found)
            return [alternative for alternative in priced if alternative]

    def _priced(
        self, work: Work, time: HallTime, start: datetime, duration: timedelta, request: SlotRequest, now: datetime
    ) -> Alternative | None:
        hall, end = time.hall, start + duration
        moved = SlotRequest(hall_id=hall.id, start=start, end=end, people=request.people)
        try:
            price = slot_price(work, [time], moved, self._settings.prepayment_percent, now)
        except (NoTariffError, RuleViolationError):
            return None  # What has no price cannot be offered.
        zone = ZoneInfo(hall.timezone)
        return Alternative(
            hall_id=hall.id,
            hall_name=hall.name,
            start=start.astimezone(zone),
            end=end.astimezone(zone),
            total=price.total,
        )


def _starts(time: HallTime, slot: TimeRange, people: int, now: datetime, reach: timedelta) -> Iterator[datetime]:
    first, last = (slot.start - reach).date() - DAY, (slot.start + reach).date() + DAY
    return nearest_starts(timetable(time.hall, time.days, time.free, first, last), slot, people, now, reach)


def _elsewhere(
    times: Sequence[HallTime], slot: TimeRange, request: SlotRequest, now: datetime
) -> list[tuple[HallTime, datetime]]:
    """The nearest start in each of the other halls that have one, the nearest three."""
    found: list[tuple[HallTime, datetime]] = []
    for time in times:
        if time.hall.id != request.hall_id:
            found += ((time, start) for start in islice(_starts(time, slot, request.people, now, OTHERS_REACH), 1))
        if sum(start == slot.start for _, start in found) == NEAREST:
            break  # Nothing can be nearer than these.
    return sorted(found, key=lambda pair: (abs(pair[1] - slot.start), pair[0].hall.name))[:NEAREST]
