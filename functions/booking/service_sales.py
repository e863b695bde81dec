"""The one path by which time is sold and given back, whoever asks: clients, staff, series, the waitlist, closures."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from booking.domain_add_ons import Out, quantities
from booking.domain_balance import going_back
from booking.domain_booking import NOTHING, balance_event, event, event_of, hold, kept, move
from booking.domain_calendar import claim, spaces
from booking.domain_cancellation import refund_percent as terms_percent
from booking.domain_limits import hall_minutes, require_room
from booking.domain_money import share
from booking.domain_ranges import TimeRange
from booking.errors import QuoteExpiredError, QuoteMismatchError
from booking.errors_customers import CustomerBlockedError, RulesNotAcceptedError
from booking.errors_limits import CustomerBusyError
from booking.ports import Claim, HallTime, Work
from booking.service_records import record
from booking.service_rules import around, judge
from booking.service_terms import slot_price
from booking.settings import BookingSettings
from core.clock import Clock
from core.context import current_flow, flow
from shared_schemas.booking import Acceptance, Booking, Policy
from shared_schemas.common import Money
from shared_schemas.events import BookingCreated
from shared_schemas.halls import Hall
from shared_schemas.prices import Price, Quote, SlotRequest

SYSTEM = "system"
Freed = Callable[[Work, Sequence[Claim]], None]
"""Who is told of time that has just been given back, inside the same transaction."""


Limit = Literal["none", "waits", "hastens"]
"""Of what a client may hold: staff's bookings know none; whoever has locks that others of the client's requests may
want does not wait for those, and fails instead."""


@dataclass(frozen=True)
class Sale:
    """What is booked, for whom, and on whose word.

    `override_reason` sets the hall's rules aside, and is for staff; `hold_minutes` is the policy's if absent. `limit`
    is how what the client holds already is looked at."""

    request: SlotRequest
    customer_id: UUID
    actor: str
    comment: str | None = None
    rules_version: str | None = None
    override_reason: str | None = None
    quote_id: UUID | None = None
    group_id: UUID | None = None
    hold_minutes: float | None = None
    waitlist_id: UUID | None = None
    limit: Limit = "waits"


class Sales:
    """Hold time for a customer, and free it again."""

    def __init__(self, clock: Clock, settings: BookingSettings, freed: Freed) -> None:
        self._clock = clock
        self._settings = settings
        self._freed = freed

    @staticmethod
    def foresee(work: Work, sale: Sale) -> None:
        """What `make` is going to ask, asked ahead of it."""
        slot = TimeRange(sale.request.start, sale.request.end).utc()
        halls = [sale.request.hall_id, *sale.request.also_hall_ids]
        work.foresee_sale(sale.customer_id, halls, around(slot))

    def make(self, work: Work, sale: Sale) -> Booking:
        """Hold a slot until its prepayment; `SlotTakenError` where somebody was faster.

        Where nothing is to be paid, there is nothing to wait for: it is confirmed at once."""
        now, request = self._clock.now(), sale.request
        policy = work.policies.current()
        percent = self.admit(work, sale, policy)
        slot = TimeRange(request.start, request.end).utc()
        times = work.halls.times(around(slot), [request.hall_id, *request.also_hall_ids])
        judge(times, slot, request.people, now, overridden=sale.override_reason is not None)
        halls = [time.hall for time in times]
        booking = hold(
            halls,
            slot,
            request.people,
            self._price(work, times, sale, percent, now),
            customer_id=sale.customer_id,
            now=now,
            minutes=self._minutes(sale, policy),
            flow_id=current_flow().correlation_id,
            policy=policy,
            percent=percent,
            comment=sale.comment,
            rules_version=sale.rules_version,
            group_id=sale.group_id,
        )
        work.bookings.add(booking)
        self._lock_halls(work, halls)
        with self._limited(work, sale, booking, policy):
            self.take(work, booking, halls)
        if sale.rules_version:
            work.customers.accept(sale.customer_id, Acceptance(version=sale.rules_version, at=now))
        created = event(BookingCreated, booking, waitlist_id=sale.waitlist_id)
        record(work, None, booking, "create", sale.actor, sale.override_reason, now, created)
        return self.confirm_if_paid(work, booking)

    @contextmanager
    def _limited(self, work: Work, sale: Sale, booking: Booking, policy: Policy) -> Iterator[None]:
        """Nobody holds more than the policy lets them; what costs nothing is not held."""
        if sale.limit == "none" or not booking.prepayment.amount:
            yield
            return
        now = booking.created_at
        if not work.holds.lock(booking.customer_id, wait=sale.limit == "waits"):
            raise CustomerBusyError
        if sale.limit == "waits" and sale.group_id is None:
            # The question travels with the claims, behind the lock. Where more visits follow, an answer could be old.
            work.holds.foresee(booking.customer_id, now)
        yield
        require_room(work.holds.of(booking.customer_id, now), policy, now)

    def require_room(self, work: Work, before: Booking, slot: TimeRange, halls: Sequence[Hall]) -> None:
        """The same of a hold that gets longer, or takes more halls; to be called when its halls are locked."""
        if before.status != "pending":
            return
        old = [work.halls.get(hall_id) for hall_id in (before.hall_id, *before.also_hall_ids)]
        more = hall_minutes(slot, _space_count(halls)) - hall_minutes(
            TimeRange(before.start, before.end), _space_count(old)
        )
        if more <= 0:
            return
        now = self._clock.now()
        work.holds.lock(before.customer_id)
        held = work.holds.of(before.customer_id, now)
        require_room(replace(held, minutes=held.minutes + more), work.policies.current(), now)

    def admit(self, work: Work, sale: Sale, policy: Policy) -> int:
        """The share of the total that this customer pays in advance, in percent; some may not book at all."""
        blocked, percent = work.customers.standing(sale.customer_id)
        if blocked and not sale.override_reason:
            raise CustomerBlockedError
        if policy.rules_version and sale.rules_version != policy.rules_version and not sale.override_reason:
            raise RulesNotAcceptedError(version=policy.rules_version, url=policy.rules_url)
        return percent or self.percent(policy)

    def percent(self, policy: Policy) -> int:
        """The share that is asked in advance of everybody."""
        return policy.prepayment_percent or self._settings.prepayment_percent

    def _minutes(self, sale: Sale, policy: Policy) -> float:
        """How long the slot is held: as long as this sale says, even if that is no time at all."""
        if sale.hold_minutes is not None:
            return sale.hold_minutes
        return policy.hold_minutes or self._settings.hold_minutes

    def confirm(
        self, work: Work, before: Booking, after: Booking, actor: str, reason: str | None = None, promised: int = 0
    ) -> Booking:
        """Store a booking that has just been confirmed; so much of what was paid is `promised` to go back."""
        work.bookings.update(before, after)
        record(work, before, after, "confirm", actor, reason, self._clock.now(), event_of(after))
        if promised:
            work.emit(balance_event(after, promised))
        work.waitlist.settle(after.id, "accepted")
        return after

    def confirm_if_paid(self, work: Work, booking: Booking) -> Booking:
        """A hold that costs no more than what was paid for it so far, be it nothing, has nothing left to wait for."""
        if booking.status != "pending" or kept(booking) < booking.prepayment.amount:
            return booking
        return self.confirm(work, booking, move(booking, "confirmed"), SYSTEM)

    def call_off(
        self, work: Work, before: Booking, actor: str, reason: str | None, refund_percent: int | None = None
    ) -> Booking:
        """Cancel a locked booking and free its time; without `refund_percent` the terms say what goes back."""
        now = self._clock.now()
        percent = terms_percent(before, now) if refund_percent is None else refund_percent
        after = move(before, "cancelled", refund_due=Money(amount=going_back(before, 0, percent)))
        return self.end(work, before, after, "cancel", actor, reason)

    def end(
        self, work: Work, before: Booking, after: Booking, action: str, actor: str, reason: str | None = None
    ) -> Booking:
        """Store a state that holds no time any more."""
        self._lock(work, work.claims.of(after.id))
        work.bookings.update(before, after)
        self._store_end(work, before, after, action, actor, reason)
        self._freed(work, work.claims.release(after.id))
        return after

    def end_all(self, work: Work, ends: Sequence[tuple[Booking, Booking]], action: str) -> None:
        """The same for many at once, by the clock: each in its own flow, and all that they had freed together."""
        ids = [after.id for _, after in ends]
        self._lock(work, work.claims.of(*ids))
        for before, after in ends:
            with flow(before.correlation_id):
                work.bookings.replace(after)
                self._store_end(work, before, after, action, SYSTEM, None)
        self._freed(work, work.claims.release(*ids))

    def _store_end(
        self, work: Work, before: Booking, after: Booking, action: str, actor: str, reason: str | None
    ) -> None:
        told = event_of(after, reason, promised=before.refund_due)
        record(work, before, after, action, actor, reason, self._clock.now(), told)
        work.waitlist.settle(after.id, "missed")
        if before.add_ons:
            work.add_ons.release(after.id)
        if before.promo_code and (before.status == "pending" or before.paid == NOTHING) and after.status != "no_show":
            work.promo_codes.release(after.id)

    @staticmethod
    def _lock(work: Work, claims: Sequence[Claim]) -> None:
        """The halls to be freed, and those that whoever waits for them needs as well, before anything is given back:
        somebody who has the locks would wait for what we free, and we for the locks."""
        freed, slots = {claim.hall_id for claim in claims}, [claim.during for claim in claims]
        if freed:
            # Who has locks already goes without what it cannot get at once: waiting could be in a circle.
            work.claims.lock_more(freed | work.waitlist.wanted(freed, slots))

    def take(self, work: Work, booking: Booking, halls: Sequence[Hall]) -> None:
        """Claim all there is only so much of: the halls' time, add-ons in stock, a use of the promo code."""
        self.claim(work, booking, halls)
        if booking.promo_code:
            work.promo_codes.use(booking.promo_code, booking.id, booking.customer_id)

    def claim(self, work: Work, booking: Booking, halls: Sequence[Hall], before: Booking | None = None) -> None:
        """Claim the halls with their buffers, and the add-ons for as long as the visit lasts.

        `before` is the booking whose claims these take the place of."""
        slot = TimeRange(booking.start, booking.end).utc()
        self._lock_halls(work, halls)
        for hall in halls:
            work.claims.take("booking", booking.id, spaces(hall), [claim(hall, slot)])
        if booking.add_ons:
            self.claim_add_ons(work, booking, before)

    @staticmethod
    def _lock_halls(work: Work, halls: Sequence[Hall]) -> None:
        work.claims.lock({space for hall in halls for space in spaces(hall)})

    @staticmethod
    def claim_add_ons(work: Work, booking: Booking, before: Booking | None = None) -> None:
        """Take them out of stock; what the booking had before, at the same time, is not asked for again."""
        slot = TimeRange(booking.start, booking.end).utc()
        held = Out(TimeRange(before.start, before.end).utc(), quantities(before.add_ons)) if before else None
        work.add_ons.claim(booking.id, Out(slot, quantities(booking.add_ons)), held)

    def _price(self, work: Work, times: Sequence[HallTime], sale: Sale, percent: int, now: datetime) -> Price:
        if sale.quote_id is None:
            return slot_price(work, times, sale.request, percent, now)
        quote = work.quotes.get(sale.quote_id)
        if quote.valid_until <= now:
            raise QuoteExpiredError(valid_until=quote.valid_until.isoformat())
        asked, quoted = _slot_of(sale.request), _slot_of(quote)
        if asked != quoted:
            raise QuoteMismatchError
        fields = {name: getattr(quote, name) for name in Price.model_fields}
        return Price(**fields | {"prepayment": Money(amount=share(quote.total.amount, percent))})


def _space_count(halls: Sequence[Hall]) -> int:
    return sum(len(spaces(hall)) for hall in halls)


def _slot_of(request: SlotRequest | Quote) -> tuple[object, ...]:
    halls = (request.hall_id, *request.also_hall_ids)
    add_ons = [(add_on.id, add_on.quantity) for add_on in request.add_ons]
    return halls, request.start, request.end, request.people, add_ons, request.promo_code
