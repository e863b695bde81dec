"""Use cases of a booking's life. Each is one transaction: state, calendar, audit and event together."""

from collections.abc import Callable, Sequence
from uuid import UUID

from booking.domain_balance import expired, with_payment
from booking.domain_booking import HOLDS_SLOT, balance_event, kept, move
from booking.domain_cancellation import preview
from booking.domain_terms import payment_terms
from booking.errors import (
    BookingNotFoundError,
    InvalidTransitionError,
    PaymentNotCollectedError,
    PaymentTooSmallError,
    SlotTakenError,
    VisitBegunError,
)
from booking.errors_prices import AddOnOutOfStockError, PromoCodeClientLimitError, PromoCodeUsedUpError
from booking.ports import EXPIRE_HOLDS, BookingFilter, Work
from booking.ports_refunds import CollectedPayments
from booking.service_records import record
from booking.service_rules import require_staff
from booking.service_sales import Sale, Sales
from core.clock import Clock
from core.idempotency import IdempotencyKey
from core.identity import Identity
from core.jobs import Batches, Turn
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
from shared_schemas.common import Page, Role
from shared_schemas.payment import CollectedPayment

PAID_LATER = {"confirmed", "in_progress", "completed", "no_show"}
"""States in which a payment changes nothing but what is owed."""


class Bookings:
    """Book, look up, confirm, cancel, expire."""

    def __init__(
        self, unit_of_work: Callable[[], Work], clock: Clock, sales: Sales, payments: CollectedPayments
    ) -> None:
        self._payments = payments
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
            limit="none" if caller.is_staff else "waits",
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
            return payment_terms(work.bookings.get(booking_id), work.policies.current().max_open_payments)

    def cancellation_preview(self, booking_id: UUID, caller: Identity) -> CancellationPreview:
        """What cancelling right now would bring back, by the terms that the booking was sold under.

        Where it could not be called off, that is the answer here, too."""
        booking = self.get(booking_id, caller)
        self._require_callable_off(booking, caller)
        move(booking, "cancelled")
        return preview(booking, self._clock.now())

    def cancel(self, booking_id: UUID, request: CancelRequest, caller: Identity, key: IdempotencyKey | None) -> Booking:
        """Call it off and free its slot at once; a visit that has begun can be called off by staff alone."""
        require_staff(caller, refund_percent=request.refund_percent)
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return Booking.model_validate(replay)
            before = visible(work.bookings.get(booking_id, lock=True), caller)
            self._require_callable_off(before, caller)
            after = self._sales.call_off(work, before, caller.subject, request.reason, request.refund_percent)
            work.idempotency.remember(key, after.model_dump(mode="json"))
            work.commit()
            return after

    def _require_callable_off(self, booking: Booking, caller: Identity) -> None:
        if booking.status == "confirmed" and booking.start <= self._clock.now() and not caller.is_staff:
            raise VisitBegunError(start=booking.start.isoformat())

    def confirm(self, booking_id: UUID, request: ConfirmRequest, caller: Identity) -> Booking:
        """Confirm by a payment, which counts once however often it is reported, or by the word of staff.

        Whoever reports it, the payment service is asked whether it has the money, before any lock is taken."""
        payment = self._collected(booking_id, request)
        with self._unit_of_work() as work:
            before = work.bookings.get(booking_id, lock=True)
            if payment is None and before.status in PAID_LATER - {"confirmed"}:
                # Money may still come; a word changes nothing any more.
                raise InvalidTransitionError(status=before.status, target="confirmed")
            paid, promised = self._receive(work, before, payment)
            if before.status in PAID_LATER or _is_part(paid, caller):
                after = self._note_payment(work, before, paid, promised, caller.subject)
            else:
                after = self._confirm(work, before, paid, promised, request, caller)
            work.commit()
            return after

    def expire_holds(self, turn: Turn | None = None) -> int:
        """Free the slots of holds that ran out, as far as time allows; returns how many."""
        due = lambda work, limit: work.bookings.lapsed(self._clock.now(), limit)  # noqa: E731
        return Batches(EXPIRE_HOLDS, self._unit_of_work, due, self._expire).run(turn or Turn())

    def _expire(self, work: Work, ids: Sequence[UUID]) -> None:
        held = work.bookings.named(ids)
        self._sales.end_all(work, [(one, expired(one)) for one in held], "expire")

    def _collected(self, booking_id: UUID, request: ConfirmRequest) -> CollectedPayment | None:
        if request.payment_id is None or request.paid is None:
            return None
        found = self._payments.collected(request.payment_id)
        if (found.booking_id, found.taken) != (booking_id, request.paid):
            raise PaymentNotCollectedError(payment_id=str(request.payment_id))
        return found

    def _receive(self, work: Work, before: Booking, payment: CollectedPayment | None) -> tuple[Booking, int]:
        """The booking once the payment counts, and what of it is promised to go back; as it was where it counts
        already."""
        if payment is None or not work.bookings.add_payment(before, payment.payment_id, payment.taken):
            return before, 0
        gone = work.refunds.of_payment(payment.payment_id)
        return with_payment(before, payment.taken.amount, payment.returning.amount, gone)

    def _note_payment(self, work: Work, before: Booking, after: Booking, promised: int, actor: str) -> Booking:
        """A further payment, which changes no state but what is owed."""
        if after is before:
            return before
        work.bookings.update(before, after)
        record(work, before, after, "pay", actor, None, self._clock.now(), balance_event(after, promised))
        return after

    def _confirm(
        self, work: Work, before: Booking, paid: Booking, promised: int, request: ConfirmRequest, caller: Identity
    ) -> Booking:
        after = move(before, "confirmed", paid=paid.paid, refund_due=paid.refund_due, refunded=paid.refunded)
        if caller.role is Role.SERVICE and kept(after) < before.prepayment.amount:
            raise PaymentTooSmallError(due=before.prepayment.amount - kept(after))
        if before.status not in HOLDS_SLOT:
            self._take_again(work, after)
        return self._sales.confirm(work, before, after, caller.subject, request.reason, promised)

    def _take_again(self, work: Work, booking: Booking) -> None:
        """Paid too late: the visit and whatever the hold had must still be there, or the money goes back."""
        if booking.end <= self._clock.now():
            raise InvalidTransitionError(status="expired", target="confirmed")
        halls = [work.halls.get(hall_id) for hall_id in (booking.hall_id, *booking.also_hall_ids)]
        try:
            self._sales.take(work, booking, halls)
        except (AddOnOutOfStockError, PromoCodeClientLimitError, PromoCodeUsedUpError) as error:
            raise SlotTakenError from error


def _is_part(paid: Booking, caller: Identity) -> bool:
    """Whether a hold stays one although something was paid: it came to cost more meanwhile, and waits for the rest."""
    return paid.status == "pending" and caller.role is Role.SERVICE and kept(paid) < paid.prepayment.amount


def visible(booking: Booking, caller: Identity) -> Booking:
    """Somebody else's booking does not exist for a client."""
    if caller.is_staff or str(booking.customer_id) == caller.subject:
        return booking
    raise BookingNotFoundError(booking_id=str(booking.id))
