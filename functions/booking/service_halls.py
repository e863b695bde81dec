"""Use cases around halls: the catalogue, free time, and prices."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from booking.domain_calendar import DAY, availability_day, local_midnight, require_bookable
from booking.domain_pricing import price
from booking.domain_ranges import TimeRange
from booking.errors import InvalidPeriodError
from booking.ports import Work
from booking.settings import BookingSettings
from core.clock import Clock
from core.idempotency import IdempotencyKey
from shared_schemas.booking import (
    Availability,
    AvailabilityQuery,
    Hall,
    HallRequest,
    Quote,
    QuoteRequest,
    Tariff,
    TariffRequest,
)

MAX_DAYS = 62


class Catalogue:
    """What can be rented, when, and for how much."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, settings: BookingSettings) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._settings = settings

    def add_hall(self, request: HallRequest, key: IdempotencyKey | None) -> Hall:
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return Hall.model_validate(replay)
            hall = Hall(id=uuid4(), **request.model_dump())
            work.halls.add(hall)
            work.idempotency.remember(key, hall.model_dump(mode="json"))
            work.commit()
            return hall

    def add_tariff(self, request: TariffRequest, key: IdempotencyKey | None) -> Tariff:
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return Tariff.model_validate(replay)
            if request.hall_id:
                work.halls.get(request.hall_id)
            tariff = Tariff(id=uuid4(), **request.model_dump())
            work.tariffs.add(tariff)
            work.idempotency.remember(key, tariff.model_dump(mode="json"))
            work.commit()
            return tariff

    def halls(self) -> list[Hall]:
        with self._unit_of_work() as work:
            return work.halls.all()

    def hall(self, hall_id: UUID) -> Hall:
        with self._unit_of_work() as work:
            return work.halls.get(hall_id)

    def tariffs(self) -> list[Tariff]:
        with self._unit_of_work() as work:
            return work.tariffs.all()

    def availability(self, hall_id: UUID, query: AvailabilityQuery) -> Availability:
        """Free stretches and possible starts for each local day of the period."""
        days = (query.to - query.from_).days
        if not 1 <= days <= MAX_DAYS:
            raise InvalidPeriodError(max_days=MAX_DAYS)
        utc = ZoneInfo("UTC")
        # The hall's zone is known only with its row: a window a day wider covers any.
        window = TimeRange(local_midnight(query.from_ - 2 * DAY, utc), local_midnight(query.to + 3 * DAY, utc))
        with self._unit_of_work() as work:
            hall, free = work.halls.with_free(hall_id, window)
        now, duration = self._clock.now(), timedelta(minutes=query.duration)
        dates = [query.from_ + DAY * offset for offset in range(days)]
        return Availability(
            hall_id=hall.id,
            timezone=hall.timezone,
            duration_minutes=query.duration,
            days=[availability_day(hall, day, free, duration, now) for day in dates],
        )

    def quote(self, request: QuoteRequest, key: IdempotencyKey | None) -> Quote:
        """Price a slot and keep the price for a while, whether or not the slot is free."""
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return Quote.model_validate(replay)
            hall = work.halls.get(request.hall_id)
            quote = self._quote(hall, request, work.tariffs.all(hall.id))
            work.quotes.add(quote)
            work.idempotency.remember(key, quote.model_dump(mode="json"))
            work.commit()
            return quote

    def _quote(self, hall: Hall, request: QuoteRequest, tariffs: list[Tariff]) -> Quote:
        now, zone = self._clock.now(), ZoneInfo(hall.timezone)
        slot = TimeRange(request.start, request.end)
        require_bookable(hall, slot, request.people, now)
        priced = price(hall, slot, tariffs, self._settings.prepayment_percent)
        return Quote(
            id=uuid4(),
            hall_id=hall.id,
            start=slot.start.astimezone(zone),
            end=slot.end.astimezone(zone),
            people=request.people,
            lines=priced.lines,
            total=priced.total,
            prepayment=priced.prepayment,
            valid_until=now + timedelta(minutes=self._settings.quote_minutes),
        )
