"""Use cases of a booking's life. Each is one transaction: state, calendar, audit and event together."""

from collections.abc import Callable
from uuid import UUID

from booking.domain_booking import HOLDS_SLOT, changed, kept, move
from booking.domain_cancellation import preview
from booking.domain_terms import payment_terms
from booking.errors import (
    BookingNotFoundError,
    PaymentTooSmallError,
    SlotTakenError,
    VisitBegunError,
)
from booking.errors_prices import AddOnOutOfStockError, PromoCodeClientLimitError, PromoCodeUsedUpError
from booking.ports import BookingFilter, Work
from booking.service_records import record
from booking.service_rules import require_staff
from booking.service_sales import SYSTEM, Sale, Sales
from core.clock import Clock
from core.context import flow
from core.idempotency import IdempotencyKey
from core.identity import Identity
from core.paging import decode_cursor, encode_cursor
from shared_schemas.booking import (
    Booking,
    BookingRequest,
    BookingsQuery,
    CancellationPreview,
    CancelRequest,
    ConfirmRequest,
    PaymentTerms,
    Transition,
)
from shared_schemas.common import Money, Page, Role

PAID_LATER = {"confirmed", "in_progress", "completed", "no_show"}
"""States in which a payment changes nothing but what is owed."""


class Bookings:
    """Book, look up, confirm, cancel, expire."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, sales: Sales) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._sales = sales

    def create(self, request: BookingRequest, caller: Identity, key: IdempotencyKey | None) -> Booking:
        """Hold a slot until its prepayment; staff may do so for others, and against the rules."""
        require_staff(caller, customer_id=request.customer_id, override_reason=request.override_reason)
        sale = Sale(
            request,
            customer_id=request.customer_id or caller.user_id,
            actor=caller.subject,
            comment=request.comment,
            rules_version=request.rules_version,
            override_reason=request.override_reason,
            quote_id=request.quote_id,
        )
        with self._unit_of_work() as work:
            self._sales.foresee(work, sale)
            if replay := work.idempotency.replay(key):
                return Booking.model_validate(replay)
            booking = self._sales.make(work, sale)
            work.idempotency.remember(key, booking.model_dump(mode="json"))
            work.commit()
            return booking

    def get(self, booking_id: UUID, caller: Identity) -> Booking:
        with self._unit_of_work() as work:
            return visible(work.bookings.get(booking_id), caller)

    def page(self, query: BookingsQuery, caller: Identity) -> Page[Booking]:
        """The caller's own bookings, or anybody's for staff."""
        which = BookingFilter(
            customer_id=query.customer_id if caller.is_staff else caller.user_id,
            status=query.status,
            hall_id=query.hall_id,
            group_id=query.group_id,
            first_day=query.from_,
            before_day=query.to,
        )
        after = decode_cursor(query.cursor) if query.cursor else None
        with self._unit_of_work() as work:
            found = work.bookings.page(which, after, query.limit + 1)
        page, more = found[: query.limit], found[query.limit :]
        return Page(data=page, next_cursor=encode_cursor(page[-1].created_at, page[-1].id) if more else None)

    def history(self, booking_id: UUID) -> list[Transition]:
        """Who did what to a booking, oldest first."""
        with self._unit_of_work() as work:
            return work.bookings.history(work.bookings.get(booking_id).id)

    def payment_terms(self, booking_id: UUID) -> PaymentTerms:
        with self._unit_of_work() as work:
            return payment_terms(work.bookings.get(booking_id))

    def cancellation_preview(self, booking_id: UUID, caller: Identity) -> CancellationPreview:
        """What cancelling right now would bring back, by the terms that the booking was sold under."""
        return preview(self.get(booking_id, caller), self._clock.now())

    def cancel(self, booking_id: UUID, request: CancelRequest, caller: Identity, key: IdempotencyKey | None) -> Booking:
        """Call it off and free its slot at once; a visit that has begun can be called off by staff alone."""
        require_staff(caller, refund_percent=request.refund_percent)
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return Booking.model_validate(replay)
            before = visible(work.bookings.get(booking_id, lock=True), caller)
            if before.status == "confirmed" and before.start <= self._clock.now() and not caller.is_staff:
                raise VisitBegunError(start=before.start.isoformat())
            after = self._sales.call_off(work, before, caller.subject, request.reason, request.refund_percent)
            work.idempotency.remember(key, after.model_dump(mode="json"))
            work.commit()
            return after

    def confirm(self, booking_id: UUID, request: ConfirmRequest, caller: Identity) -> Booking:
        """Confirm by a payment, which counts once however often it is reported, or by the word of staff."""
        with self._unit_of_work() as work:
            before = work.bookings.get(booking_id, lock=True)
            paid = self._receive(work, before, request)
            if before.status in PAID_LATER or _is_part(before, paid, caller):
                after = self._note_payment(work, before, paid, caller.subject)
            else:
                after = self._confirm(work, before, paid, request, caller)
            work.commit()
            return after

    def expire_holds(self) -> int:
        """Free the slots of holds that ran out, each in a transaction of its own; returns how many."""
        total = 0
        while self._expire_one():
            total += 1
        return total

    def _expire_one(self) -> bool:
        with self._unit_of_work() as work:
            lapsed = work.bookings.lapsed(self._clock.now(), 1)
            for booking in lapsed:
                with flow(booking.correlation_id):
                    # Parts of a prepayment bought nothing: all that came goes back.
                    self._sales.end(work, booking, move(booking, "expired", refund_due=booking.paid), "expire", SYSTEM)
            work.commit()
            return bool(lapsed)

    def _receive(self, work: Work, booking: Booking, request: ConfirmRequest) -> Money:
        """What is paid, with what this payment is still worth: some of it may have gone back already."""
        if request.payment_id is None or request.paid is None:
            return booking.paid
        new = work.bookings.add_payment(booking, request.payment_id, request.paid)
        if not new:
            return booking.paid
        worth = request.paid.amount - work.refunds.of_payment(request.payment_id)
        return booking.paid + Money(amount=max(worth, 0))

    def _note_payment(self, work: Work, before: Booking, paid: Money, actor: str) -> Booking:
        """A further payment, which changes no state; the payment service has told the world of it."""
        if paid == before.paid:
            return before
        after = changed(before, paid=paid)
        work.bookings.update(before, after)
        record(work, before, after, "pay", actor, None, self._clock.now(), None)
        return after

    def _confirm(self, work: Work, before: Booking, paid: Money, request: ConfirmRequest, caller: Identity) -> Booking:
        after = move(before, "confirmed", paid=paid)
        if caller.role is Role.SERVICE and kept(after) < before.prepayment.amount:
            raise PaymentTooSmallError(due=before.prepayment.amount - kept(after))
        if before.status not in HOLDS_SLOT:
            self._take_again(work, after)
        return self._sales.confirm(work, before, after, caller.subject, request.reason)

    def _take_again(self, work: Work, booking: Booking) -> None:
        """Paid too late: whatever the hold had must still be there, or the money goes back."""
        halls = [work.halls.get(hall_id) for hall_id in (booking.hall_id, *booking.also_hall_ids)]
        try:
            self._sales.take(work, booking, halls)
        except (AddOnOutOfStockError, PromoCodeClientLimitError, PromoCodeUsedUpError) as error:
            raise SlotTakenError from error


def _is_part(booking: Booking, paid: Money, caller: Identity) -> bool:
    """Whether a hold stays one although something was paid: it came to cost more meanwhile, and waits for the rest."""
    missing = booking.prepayment.amount - (paid.amount - booking.refund_due.amount)
    return booking.status == "pending" and caller.role is Role.SERVICE and missing > 0


def visible(booking: Booking, caller: Identity) -> Booking:
    """Somebody else's booking does not exist for a client."""
    if caller.is_staff or str(booking.customer_id) == caller.subject:
        return booking
    raise BookingNotFoundError(booking_id=str(booking.id))
