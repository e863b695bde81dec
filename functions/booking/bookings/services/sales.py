"""The only way in which time is sold and given back: for clients, staff, series, the waitlist and closures."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from booking.bookings.domain.balance import going_back
from booking.bookings.domain.booking import NOTHING, Order, balance_event, event, event_of, hold, move, retained
from booking.bookings.domain.cancellation import refund_percent as terms_percent
from booking.bookings.domain.limits import hall_minutes, require_room
from booking.bookings.errors import CustomerBusyError
from booking.bookings.ports import Work
from booking.bookings.services.claiming import lock_halls, take
from booking.bookings.services.deals import agree
from booking.bookings.services.orders import Cancellation, Sale
from booking.bookings.services.records import Step, record, record_made
from booking.calendar.ports import Claim
from booking.calendar.refusals import needed_window, require_bookable
from booking.customers.errors import CustomerBlockedError, RulesNotAcceptedError
from booking.halls.domain import spaces
from booking.settings import BookingSettings
from booking.time.ranges import TimeRange
from core.clock import Clock
from core.context import current_flow, flow
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.customers import Acceptance
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.policy import Policy
from shared_schemas.events.bookings import BookingCreated
from shared_schemas.guests import AdmittedGuest

SYSTEM = "system"
Freed = Callable[[Sequence[Claim]], None]
"""Takes time that has just been given back, inside the same transaction; by default it is offered to who waits."""


def ignore_freed(_claims: Sequence[Claim]) -> None:
    """For callers who claim the freed time themselves: it is not offered to the waitlist."""


class Sales:
    """Hold time for a customer, and free it again."""

    def __init__(self, clock: Clock, settings: BookingSettings) -> None:
        self._clock = clock
        self._settings = settings

    @staticmethod
    def foresee(work: Work, sale: Sale) -> None:
        """Send the reads of `make` ahead."""
        slot = TimeRange(sale.request.start, sale.request.end).utc()
        halls = [sale.request.hall_id, *sale.request.also_hall_ids]
        work.foresee_sale(sale.customer_id, halls, needed_window(slot), quoted=sale.quote_id is not None)

    def make(self, work: Work, sale: Sale) -> Booking:
        """Hold a slot until its prepayment; if nothing is to be paid, it is confirmed at once.

        The errors of `Bookings.create`, such as `SlotTakenError` if somebody was faster, and those of `admit`:
        `CustomerBlockedError`, `RulesNotAcceptedError`. `QuoteExpiredError` or `QuoteMismatchError`;
        `CustomerBusyError` if the sale must not wait for another one of the same client."""
        now, request = self._clock.now(), sale.request
        policy = work.policies.current()
        own_percent = self.admit(work, sale, policy)
        slot = TimeRange(request.start, request.end).utc()
        times = work.times.of(needed_window(slot), [request.hall_id, *request.also_hall_ids])
        require_bookable(times, slot, request.people, request.purpose, now, sale.override_reason is not None)
        halls = [time.hall for time in times]
        deal = agree(work, times, sale, policy, self._settings, own_percent, now)
        order = Order(
            sale.customer_id,
            now,
            deal.minutes,
            current_flow().correlation_id,
            deal.terms,
            deal.percent,
            sale.details,
            sale.group_id,
            request.purpose,
            deal.by,
            sale.agreed is not None,
        )
        booking = hold(halls, slot, request.people, deal.price, order)
        if sale.guest:
            work.customers.note_phone(sale.guest.id, sale.guest.phone_key)
        work.bookings.add(booking)
        lock_halls(work, halls)
        with self._limited(work, sale, booking, policy):
            take(work, booking, halls)
        if sale.guest:
            self._require_unblocked(work, sale, sale.guest)
        if accepted := sale.details.rules_version:
            work.customers.accept(sale.customer_id, Acceptance(version=accepted, at=now))
        created = event(BookingCreated, booking, waitlist_id=sale.waitlist_id)
        record_made(work, booking, sale.actor, sale.override_reason, created)
        return self.confirm_if_paid(work, booking)

    @contextmanager
    def _limited(self, work: Work, sale: Sale, booking: Booking, policy: Policy) -> Iterator[None]:
        """Checks the policy's limits of unpaid holds; a free booking is not a hold."""
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

    @staticmethod
    def admit(work: Work, sale: Sale, policy: Policy) -> int | None:
        """The share of the total that this customer pays in advance, in percent; None is that of the terms.

        `CustomerBlockedError`, or `RulesNotAcceptedError` if the studio's rules in force are not accepted."""
        blocked, percent = work.customers.standing(sale.customer_id)
        if blocked and not sale.override_reason:
            raise CustomerBlockedError
        accepted = sale.details.rules_version
        if policy.rules_version and accepted != policy.rules_version and not (sale.override_reason or sale.agreed):
            raise RulesNotAcceptedError(version=policy.rules_version, url=policy.rules_url)
        return percent

    @staticmethod
    def _require_unblocked(work: Work, sale: Sale, guest: AdmittedGuest) -> None:
        """`CustomerBlockedError` where anybody with the guest's number is blocked. Told last, as is a limit of holds:
        whoever has no other reason to be refused cannot tell the two apart."""
        if not sale.override_reason and work.customers.is_blocked(guest.same_phone):
            raise CustomerBlockedError

    def percent(self, policy: Policy) -> int:
        """The share that is asked in advance of everybody."""
        return policy.prepayment_percent or self._settings.prepayment_percent

    def confirm(self, work: Work, step: Step, promised: int = 0) -> Booking:
        """Store a booking that has just been confirmed; so much of what was paid is `promised` to go back.

        `ConcurrentUpdateError` if somebody changed it since it was read."""
        after = self._store(work, step)
        if promised:
            work.emit(balance_event(after, promised))
        work.freed_time.settle(after.id, "accepted")
        return after

    def confirm_if_paid(self, work: Work, booking: Booking) -> Booking:
        """A hold that costs no more than what was paid for it so far, be it nothing, has nothing left to wait for."""
        if booking.status != "pending" or retained(booking) < booking.prepayment.amount:
            return booking
        return self.confirm(work, Step(booking, move(booking, "confirmed"), "confirm", SYSTEM, self._clock.now()))

    def call_off(self, work: Work, booking: Booking, order: Cancellation, freed: Freed | None = None) -> Booking:
        """Cancel a locked booking and free its time; `InvalidTransitionError` if it is over."""
        now = self._clock.now()
        percent = terms_percent(booking, now) if order.refund_percent is None else order.refund_percent
        after = move(booking, "cancelled", refund_to=order.refund_to, **going_back(booking, now, 0, percent))
        return self.end(work, Step(booking, after, "cancel", order.actor, now, order.reason), freed)

    def end(self, work: Work, step: Step, freed: Freed | None = None) -> Booking:
        """Store a state that holds no time any more; `ConcurrentUpdateError` as in `confirm`."""
        after = step.after
        self._lock(work, work.claims.of(after.id))
        work.bookings.update(step.before, after)
        self._note_end(work, step)
        (freed or work.freed_time.offer)(work.claims.release(after.id))
        return after

    def end_all(self, work: Work, ends: Sequence[tuple[Booking, Booking]], action: str) -> None:
        """The same for many at once, by the clock: each in its own flow, and all that they had freed together."""
        ids, now = [after.id for _, after in ends], self._clock.now()
        self._lock(work, work.claims.of(*ids))
        for before, after in ends:
            with flow(before.correlation_id):
                work.bookings.replace(after)
                self._note_end(work, Step(before, after, action, SYSTEM, now))
        work.freed_time.offer(work.claims.release(*ids))

    @staticmethod
    def _store(work: Work, step: Step) -> Booking:
        work.bookings.update(step.before, step.after)
        record(work, step, event_of(step.after))
        return step.after

    @staticmethod
    def _note_end(work: Work, step: Step) -> None:
        before, after = step.before, step.after
        record(work, step, event_of(after, promised=before.refund_due))
        work.freed_time.settle(after.id, "missed")
        if before.add_ons:
            work.add_ons.release(after.id)
        if before.promo_code and (before.status == "pending" or before.paid == NOTHING) and after.status != "no_show":
            work.promo_codes.release(after.id)

    @staticmethod
    def _lock(work: Work, claims: Sequence[Claim]) -> None:
        """Lock the halls to be freed, and those that customers who wait for them need as well, before anything is given
        back: a transaction with those locks could wait for the rows that we free, while we wait for its locks."""
        freed, slots = {claim.hall_id for claim in claims}, [claim.during for claim in claims]
        if freed:
            # With locks already, it takes only what it gets at once: waiting could deadlock.
            work.claims.lock_more(freed | work.freed_time.wanted(freed, slots))


def _space_count(halls: Sequence[Hall]) -> int:
    return sum(len(spaces(hall)) for hall in halls)
