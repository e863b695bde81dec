"""Alternatives to a refused slot."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.calendar.errors import SlotTakenError
from booking.calendar.hall_time import HallTime
from booking.calendar.refusals import needed_window
from booking.calendar.starts import nearest_starts
from booking.calendar.timetable import timetable_of
from booking.prices.errors import NoTariffError
from booking.quotes.ports import Offering
from booking.quotes.terms import slot_price
from booking.settings import BookingSettings
from booking.time.grid import DAY
from booking.time.ranges import TimeRange
from core.clock import Clock
from shared_schemas.booking.prices import TariffVersion
from shared_schemas.booking.quotes import Alternative, SlotRequest
from shared_schemas.errors import CycloramaError, RuleViolationError

Refusal = TypeVar("Refusal", bound=CycloramaError)
REFUSALS = (SlotTakenError, RuleViolationError)
"""Errors for which there may be an alternative."""
NEAREST = 3
OWN_REACH, OTHERS_REACH = timedelta(days=3), timedelta(hours=3)


class Alternatives:
    """The nearest slots of the same length that could be booked, with their prices."""

    def __init__(self, unit_of_work: Callable[[], Offering], clock: Clock, settings: BookingSettings) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._settings = settings

    def beside(self, refusal: Refusal, request: SlotRequest, without: UUID | None = None) -> Refusal:
        """The refusal of a slot with `alternatives` among its parameters; to be called when its transaction is over."""
        found = [alternative.model_dump(mode="json") for alternative in self.nearest(request, without)]
        return refusal.with_params(alternatives=found)

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
            times = work.times.of(needed_window(slot, OWN_REACH), [request.hall_id], without)
            own = _starts(times[0], slot, request, now, OWN_REACH)
            found = [(times[0], start) for start in islice(own, NEAREST)]
            found += _elsewhere(work.times.of(needed_window(slot), None, without), slot, request, now)
            prices = work.prices.active()
            priced = (self._priced(work, prices, time, start, slot.duration, request, now) for time, start in found)
            return [alternative for alternative in priced if alternative]

    def _priced(
        self,
        work: Offering,
        prices: TariffVersion,
        time: HallTime,
        start: datetime,
        duration: timedelta,
        request: SlotRequest,
        now: datetime,
    ) -> Alternative | None:
        hall, end = time.hall, start + duration
        moved = SlotRequest(
            hall_id=hall.id, start=start, end=end, people=request.people, purpose=request.purpose,
            birthday=request.birthday,
        )  # fmt: skip
        try:
            price = slot_price(work, [time], moved, self._settings.prepayment_percent, now, prices)
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


def _starts(
    time: HallTime, slot: TimeRange, request: SlotRequest, now: datetime, reach: timedelta
) -> Iterator[datetime]:
    first, last = (slot.start - reach).date() - DAY, (slot.start + reach).date() + DAY
    return nearest_starts(timetable_of(time, request.purpose, first, last), slot, request.people, now, reach)


def _elsewhere(
    times: Sequence[HallTime], slot: TimeRange, request: SlotRequest, now: datetime
) -> list[tuple[HallTime, datetime]]:
    """The nearest start in each of the other halls that have one, the nearest three."""
    found: list[tuple[HallTime, datetime]] = []
    at_once = 0
    for time in times:
        if time.hall.id == request.hall_id:
            continue
        for start in islice(_starts(time, slot, request, now, OTHERS_REACH), 1):
            found.append((time, start))
            at_once += start == slot.start
        if at_once == NEAREST:
            break  # Nothing can be nearer than these.
    return sorted(found, key=lambda pair: (abs(pair[1] - slot.start), pair[0].hall.name))[:NEAREST]
