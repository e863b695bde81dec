"""Prices that stand for a while: what a client saw is what a booking made from it costs."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from booking.domain_booking import usable_until
from booking.domain_ranges import TimeRange
from booking.errors_limits import TooManyQuotesError
from booking.ports import Work
from booking.service_rules import around, judge_rules
from booking.service_terms import slot_price
from booking.settings import BookingSettings
from core.clock import Clock
from core.idempotency import IdempotencyKey
from shared_schemas.prices import Quote, QuoteRequest


class Quotes:
    """Price a slot, and keep the price."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, settings: BookingSettings) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._settings = settings

    def quote(self, request: QuoteRequest, key: IdempotencyKey | None, asker: str | None = None) -> Quote:
        """The price of a slot that keeps the hall's rules, whether or not it is free right now.

        `asker` is a digest of the address that asks; so many may stand for each as the policy says."""
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return Quote.model_validate(replay)
            quote = self._quote(work, request)
            if asker:
                self._require_room(work, asker)
            work.quotes.add(quote, asker)
            work.idempotency.remember(key, quote.model_dump(mode="json"))
            work.commit()
            return quote

    def _require_room(self, work: Work, asker: str) -> None:
        now, most = self._clock.now(), work.policies.current().max_quotes
        count, first_end = work.quotes.standing(asker, now)
        if count >= most and first_end:
            raise TooManyQuotesError(retry_after=int((first_end - now).total_seconds()) + 1, max=most)

    def _quote(self, work: Work, request: QuoteRequest) -> Quote:
        now = self._clock.now()
        slot = TimeRange(request.start, request.end).utc()
        times = work.halls.times(around(slot), [request.hall_id, *request.also_hall_ids])
        judge_rules(times, slot, request.people, now)
        percent = work.policies.current().prepayment_percent or self._settings.prepayment_percent
        price = slot_price(work, times, request, percent, now)
        halls = [time.hall for time in times]
        zone = ZoneInfo(halls[0].timezone)
        return Quote(
            **dict(price),
            id=uuid4(),
            hall_id=request.hall_id,
            also_hall_ids=request.also_hall_ids,
            start=slot.start.astimezone(zone),
            end=slot.end.astimezone(zone),
            usable_until=usable_until(halls, slot).astimezone(zone),
            people=request.people,
            valid_until=now + timedelta(minutes=self._settings.quote_minutes),
        )
