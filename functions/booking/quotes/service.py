"""Quotes: prices that are valid for a while. A booking with a quote costs what the client saw."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from booking.calendar.refusals import needed_window, require_rules_kept
from booking.halls.domain import usable_until
from booking.quotes.alternatives import REFUSALS, Alternatives
from booking.quotes.errors import TooManyQuotesError
from booking.quotes.ports import Work
from booking.quotes.terms import sale_terms, slot_price
from booking.settings import BookingSettings
from booking.time.ranges import TimeRange
from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from shared_schemas.booking.quotes import Quote, QuoteRequest


class Quotes:
    """Price a slot, and keep the price."""

    def __init__(
        self, unit_of_work: Callable[[], Work], clock: Clock, settings: BookingSettings, alternatives: Alternatives
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._settings = settings
        self._alternatives = alternatives

    def quote(self, request: QuoteRequest, key: IdempotencyKey | None, asker: str | None = None) -> Quote:
        """The price of a slot that keeps the hall's rules, whether or not it is free right now.

        `asker` is a digest of the address that asks: `TooManyQuotesError` beyond as many as the policy allows each.
        `RuleViolationError`, with alternatives, for a slot against the rules; `NoTariffError` without a price;
        `HallNotFoundError`, `AddOnNotFoundError` or `PromoCodeNotFoundError` for what does not exist."""
        try:
            with self._unit_of_work() as work:
                return work.once(key, Quote, lambda: self._kept(work, request, asker))
        except REFUSALS as refusal:
            raise self._alternatives.beside(refusal, request) from refusal

    def _kept(self, work: Work, request: QuoteRequest, asker: str | None) -> Quote:
        quote = self._quote(work, request)
        if asker:
            self._require_room(work, asker)
        work.quotes.add(quote, asker)
        return quote

    def _require_room(self, work: Work, asker: str) -> None:
        now, most = self._clock.now(), work.policies.current().max_quotes
        count, first_end = work.quotes.standing(asker, now)
        if count >= most and first_end:
            raise TooManyQuotesError(retry_after=int((first_end - now).total_seconds()) + 1, max=most)

    def _quote(self, work: Work, request: QuoteRequest) -> Quote:
        now = self._clock.now()
        slot = TimeRange(request.start, request.end).utc()
        times = work.times.of(needed_window(slot), [request.hall_id, *request.also_hall_ids])
        require_rules_kept(times, slot, request.people, request.purpose, now)
        terms = sale_terms(work.policies.current(), times, slot, request.purpose, now, self._settings)
        price = slot_price(work, times, request, terms.prepayment_percent, now)
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
            purpose=request.purpose,
            terms=terms,
            valid_until=now + timedelta(minutes=self._settings.quote_minutes),
        )
