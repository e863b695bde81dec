"""Changes of a booking that goes on: moved, extended, amended. What was paid stays; the difference is priced."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from booking.access import require_staff
from booking.bookings.domain.booking import OPEN, changed, event, more_refund, placed
from booking.bookings.domain.changes import change_preview, move_violations, refund_after
from booking.bookings.errors import InvalidTransitionError, VisitBegunError
from booking.bookings.ports import Work
from booking.bookings.services.bookings import visible
from booking.bookings.services.claiming import claim_add_ons, claim_halls, slot_of
from booking.bookings.services.records import Step, record
from booking.bookings.services.sales import Freed, Sales
from booking.calendar.hall_time import HallTime
from booking.calendar.refusals import needed_window, require_bookable
from booking.calendar.sold import Sold
from booking.extras.add_ons import quantities
from booking.halls.domain import claim, spaces
from booking.prices.by_hand import lines_of, with_lines
from booking.quotes.alternatives import REFUSALS, Alternatives
from booking.quotes.terms import Wish, as_sold, terms
from booking.time.ranges import STEP, TimeRange
from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.changes import AmendRequest, ChangePreview, ExtendRequest, RescheduleRequest
from shared_schemas.booking.prices import QuoteLine, TariffVersion
from shared_schemas.booking.quotes import SlotRequest
from shared_schemas.errors import RuleViolationError
from shared_schemas.events.bookings import BookingAmended, BookingExtended, BookingRescheduled

Change = Callable[[Work, Booking], Booking]


class Changes:
    """Move, extend and correct bookings; each has a preview, which makes the change and rolls it back."""

    def __init__(
        self, unit_of_work: Callable[[], Work], clock: Clock, sales: Sales, alternatives: Alternatives
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._sales = sales
        self._alternatives = alternatives

    def reschedule(
        self, booking_id: UUID, request: RescheduleRequest, caller: Identity, key: IdempotencyKey | None
    ) -> Booking:
        """Another time or hall, at today's prices, within the terms of the sale.

        `BookingNotFoundError`, and the errors of `move`; `SlotTakenError` and `RuleViolationError` come with
        alternatives."""
        try:
            return self._run(booking_id, caller, key, lambda work, before: self.move(work, before, request, caller))
        except REFUSALS as refusal:
            raise self._alternatives.beside(refusal, self._slot(booking_id, request), booking_id) from refusal

    def _slot(self, booking_id: UUID, request: RescheduleRequest) -> SlotRequest:
        """The slot that a booking was to be moved to."""
        with self._unit_of_work() as work:
            booking = work.bookings.get(booking_id)
        hall_id = request.hall_id or booking.hall_id
        return SlotRequest(
            hall_id=hall_id, start=request.start, end=request.end, people=booking.people, purpose=booking.purpose,
            birthday=request.birthday,
        )  # fmt: skip

    def preview_reschedule(self, booking_id: UUID, request: RescheduleRequest, caller: Identity) -> ChangePreview:
        """What moving would cost. `BookingNotFoundError`, and the errors of `move`."""
        return self._preview(booking_id, caller, lambda work, before: self.move(work, before, request, caller))

    def extend(self, booking_id: UUID, request: ExtendRequest, caller: Identity, key: IdempotencyKey | None) -> Booking:
        """Extend a visit, at the prices of the tariff version of its sale.

        `SlotTakenError` or `RuleViolationError` if the time is not available; `NoTariffError`; `AddOnOutOfStockError`;
        `TooManyHoldsError` for an unpaid hold that would be too long; `InvalidTransitionError` if it is over;
        `OverrideNotAllowedError`; `BookingNotFoundError`; `ConcurrentUpdateError`."""
        return self._run(booking_id, caller, key, lambda work, before: self._extended(work, before, request, caller))

    def preview_extend(self, booking_id: UUID, request: ExtendRequest, caller: Identity) -> ChangePreview:
        """What an extension would cost; the errors of `extend`."""
        return self._preview(booking_id, caller, lambda work, before: self._extended(work, before, request, caller))

    def amend(self, booking_id: UUID, request: AmendRequest, caller: Identity, key: IdempotencyKey | None) -> Booking:
        """Correct people, purpose, add-ons or the comment.

        `VisitBegunError` for a client once the visit has begun; `RuleViolationError`, `AddOnNotFoundError` or
        `AddOnOutOfStockError` for what is not available; `NoTariffError`; `InvalidTransitionError` if it is over;
        `OverrideNotAllowedError`; `BookingNotFoundError`; `ConcurrentUpdateError`."""
        return self._run(booking_id, caller, key, lambda work, before: self._amended(work, before, request, caller))

    def move(
        self, work: Work, before: Booking, request: RescheduleRequest, caller: Identity, freed: Freed | None = None
    ) -> Booking:
        """Move a locked booking inside a transaction; its own claims do not block it.

        A move to the same slot changes nothing, so a repeat is harmless. `SlotTakenError` or `RuleViolationError` if
        the slot is not available; `HallNotFoundError`; `NoTariffError`; `AddOnOutOfStockError`; `TooManyHoldsError` for
        an unpaid hold that would be too long; `InvalidTransitionError` if it is over; `OverrideNotAllowedError`;
        `ConcurrentUpdateError`."""
        require_staff(caller, request, "override_reason")
        _require(before, {"pending", "confirmed"}, "rescheduled")
        now, overridden = self._clock.now(), request.override_reason is not None
        slot = TimeRange(request.start, request.end).utc()
        halls, sold = [request.hall_id or before.hall_id, *_also(before, request)], Sold.of(before)
        if sold.is_same(halls, slot):
            return before
        if not overridden and (found := move_violations(before, now)):
            raise RuleViolationError(found)
        times = self._times(work, before, slot, halls)
        require_bookable(times, slot, before.people, before.purpose, now, overridden, sold)
        if not caller.is_staff:
            self._sales.require_room(work, before, slot, [time.hall for time in times])
        # The terms say how often clients may move; what staff do leaves them that.
        moved = before.status == "confirmed" and not caller.is_staff
        wish = replace(self._wish(work, before, times, slot, work.prices.active()), birthday=request.birthday)
        after = self._priced(work, before, wish, reschedules=before.reschedules + moved)
        kind = event(
            BookingRescheduled, after, previous_start=before.start, previous_end=before.end,
            previous_total=before.total, refund=more_refund(after, before.refund_due),
        )  # fmt: skip
        self._store(work, before, after, times, freed)
        reason = request.override_reason or request.reason
        record(work, Step(before, after, "reschedule", caller.subject, now, reason), kind)
        return self._sales.confirm_if_paid(work, after)

    def _extended(self, work: Work, before: Booking, request: ExtendRequest, caller: Identity) -> Booking:
        require_staff(caller, request, "override_reason")
        _require(before, OPEN, "extended")
        slot = slot_of(before)
        slot = TimeRange(slot.start, slot.end + STEP * (request.minutes // 15))
        times = self._times(work, before, slot, [before.hall_id, *before.also_hall_ids])
        overridden, sold = request.override_reason is not None, Sold.of(before)
        require_bookable(times, slot, before.people, before.purpose, None, overridden, sold)
        if not caller.is_staff:
            self._sales.require_room(work, before, slot, [time.hall for time in times])
        wish = as_sold(self._wish(work, before, times, slot, self._sold_by(work, before)), before)
        after = self._priced(work, before, wish, before.lines)
        # A longer visit can be the cheaper one, where it reaches a discount.
        kind = event(
            BookingExtended, after, previous_end=before.end, previous_total=before.total,
            refund=more_refund(after, before.refund_due),
        )  # fmt: skip
        self._store(work, before, after, times)
        step = Step(before, after, "extend", caller.subject, self._clock.now(), request.override_reason)
        record(work, step, kind)
        return self._sales.confirm_if_paid(work, after)

    def _amended(self, work: Work, before: Booking, request: AmendRequest, caller: Identity) -> Booking:
        require_staff(caller, request, "override_reason")
        _require(before, OPEN, "amended")
        if before.start <= self._clock.now() and not caller.is_staff:
            raise VisitBegunError(start=before.start.isoformat())
        after = self._corrected(work, before, request)
        if request.comment is not None and request.comment != before.comment:
            after = after.model_copy(update={"comment": request.comment})
        if after == before:
            return before
        if after.version == before.version:
            after = changed(after)
        refund = more_refund(after, before.refund_due)
        kind = event(BookingAmended, after, previous_total=before.total, refund=refund)
        work.bookings.update(before, after)
        if quantities(after.add_ons) != quantities(before.add_ons):
            claim_add_ons(work, after, before)
        reason = request.override_reason or request.reason
        record(work, Step(before, after, "amend", caller.subject, self._clock.now(), reason), kind)
        return self._sales.confirm_if_paid(work, after)

    def _corrected(self, work: Work, before: Booking, request: AmendRequest) -> Booking:
        """With other people, purpose and add-ons, and the price that follows; what was not sent is neither judged nor
        priced."""
        people, purpose = request.people or before.people, request.purpose or before.purpose
        orders = request.add_ons
        same_things = orders is None or (
            len(orders) == len(quantities(orders)) and quantities(orders) == quantities(before.add_ons)
        )
        same_purpose = purpose == before.purpose
        if people == before.people and same_purpose and same_things:
            return before
        slot = slot_of(before)
        times = self._times(work, before, slot, [before.hall_id, *before.also_hall_ids])
        overridden, sold = request.override_reason is not None, Sold.of(before)
        require_bookable(times, slot, people, purpose, None, overridden, sold)
        wish = as_sold(self._wish(work, before, times, slot, self._sold_by(work, before)), before)
        wish = replace(wish, people=people, purpose=purpose, add_ons=None if same_things else orders)
        corrected = before.model_copy(update={"people": people, "purpose": purpose})
        return self._priced(work, corrected, wish, before.lines if same_purpose else ())

    def _run(self, booking_id: UUID, caller: Identity, key: IdempotencyKey | None, change: Change) -> Booking:
        with self._unit_of_work() as work:
            return work.once(
                key, Booking, lambda: change(work, visible(work.bookings.get(booking_id, lock=True), caller))
            )

    def _preview(self, booking_id: UUID, caller: Identity, change: Change) -> ChangePreview:
        with self._unit_of_work() as work:
            before = visible(work.bookings.get(booking_id, lock=True), caller)
            return change_preview(before, change(work, before))

    def _times(self, work: Work, before: Booking, slot: TimeRange, hall_ids: Sequence[UUID]) -> list[HallTime]:
        """The halls as they would be without the booking, with everybody else's changes to them waiting."""
        old = [work.halls.get(hall_id) for hall_id in (before.hall_id, *before.also_hall_ids)]
        new = [work.halls.get(hall_id) for hall_id in hall_ids if hall_id not in {hall.id for hall in old}]
        freed = {space for hall in old for space in spaces(hall)}
        taken = {space for hall in new for space in spaces(hall)}
        slots = [claim(hall, TimeRange(before.start, before.end)) for hall in old]
        # Customers who wait for the time it gives back may need other halls as well: all locks are taken at once.
        work.claims.lock(freed | taken, lambda: work.freed_time.wanted(freed, slots))
        return work.times.of(needed_window(slot), hall_ids, without=before.id)

    def _wish(
        self, work: Work, before: Booking, times: Sequence[HallTime], slot: TimeRange, tariffs: TariffVersion
    ) -> Wish:
        percent = prepaid_percent(before) or self._sales.percent(work.policies.current())
        return Wish(
            times, slot, before.people, before.purpose, tariffs, percent, self._clock.now(),
            promo_code=before.promo_code,
        )  # fmt: skip

    def _priced(
        self, work: Work, before: Booking, wish: Wish, kept: Sequence[QuoteLine] = (), **fields: object
    ) -> Booking:
        """The booking at its new price; a promo code that does not hold any more is free for another booking."""
        found = terms(work, wish, before, kept)
        price = with_lines(found.price, lines_of(before), wish.percent)
        back = refund_after(before, price.total.amount, self._clock.now())
        place = placed(wish.halls, wish.slot)
        if any(dropped.field == "promo_code" for dropped in found.dropped):
            work.promo_codes.release(before.id)
        return changed(before, **dict(price), **place, **back, dropped=found.dropped, **fields)

    def _sold_by(self, work: Work, booking: Booking) -> TariffVersion:
        return work.prices.get(booking.tariff_version) if booking.tariff_version else work.prices.active()

    @staticmethod
    def _store(
        work: Work, before: Booking, after: Booking, times: Sequence[HallTime], freed: Freed | None = None
    ) -> None:
        work.bookings.update(before, after)
        released = work.claims.release(before.id)
        claim_halls(work, after, [time.hall for time in times], before)
        (freed or work.freed_time.offer)(released)


def _require(booking: Booking, allowed: frozenset[str] | set[str], target: str) -> None:
    if booking.status not in allowed:
        raise InvalidTransitionError(status=booking.status, target=target)


def _also(before: Booking, request: RescheduleRequest) -> Sequence[UUID]:
    """Further halls stay with the booking unless it moves to another hall, or the request names others."""
    if request.also_hall_ids is not None:
        return request.also_hall_ids
    return before.also_hall_ids if request.hall_id in (None, before.hall_id) else []


def prepaid_percent(booking: Booking) -> int | None:
    """The share it was sold at; of older bookings, as their sums show it. None if those show nothing."""
    if booking.prepayment_percent is None and booking.total.amount:
        return round(booking.prepayment.amount * 100 / booking.total.amount)
    return booking.prepayment_percent
