"""Use cases of a booking's life. Each is one transaction: state, calendar, audit and event together."""

from collections.abc import Callable, Sequence
from uuid import UUID

from booking.access import customer_of, require_staff
from booking.bookings.domain.balance import expired, given_back, with_payment
from booking.bookings.domain.booking import HOLDS_SLOT, balance_event, move, retained
from booking.bookings.domain.cancellation import preview
from booking.bookings.domain.terms import payment_terms
from booking.bookings.errors import (
    BookingNotFoundError,
    InvalidTransitionError,
    PaymentNotCollectedError,
    PaymentTooSmallError,
    VisitBegunError,
)
from booking.bookings.ports import EXPIRE_HOLDS, BookingFilter, Work
from booking.bookings.refunds_ports import CollectedPayments
from booking.bookings.services.claiming import take
from booking.bookings.services.orders import Cancellation, Sale
from booking.bookings.services.records import Step, record
from booking.bookings.services.sales import Sales
from booking.calendar.errors import SlotTakenError
from booking.extras.errors import AddOnOutOfStockError, PromoCodeClientLimitError, PromoCodeUsedUpError
from booking.quotes.alternatives import REFUSALS, Alternatives
from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.http.paging import decode_cursor, encode_cursor, paged
from core.identity import Identity
from core.jobs import Batches, Turn
from shared_schemas.booking.bookings import (
    Booking,
    BookingCard,
    BookingRequest,
    BookingsQuery,
    ConfirmRequest,
    PaymentTerms,
    Transition,
)
from shared_schemas.booking.changes import CancellationPreview, CancellationReason, CancelRequest
from shared_schemas.common import Money, Page, Role
from shared_schemas.guests import AdmittedGuest
from shared_schemas.payment.payments import CollectedPayment

PAID_LATER = {"confirmed", "in_progress", "completed", "no_show"}
"""States in which a payment changes nothing but what is owed."""


class Bookings:
    """Book, look up, confirm, cancel, expire."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        sales: Sales,
        payments: CollectedPayments,
        alternatives: Alternatives,
    ) -> None:
        self._payments = payments
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._sales = sales
        self._alternatives = alternatives

    def create(
        self,
        request: BookingRequest,
        caller: Identity,
        key: IdempotencyKey | None,
        guest: AdmittedGuest | None = None,
    ) -> Booking:
        """Hold a slot until its prepayment. Staff may book for others, and override the hall's rules. The customer may
        be a `guest`.

        `SlotTakenError` or `RuleViolationError`, both with alternatives; `NoTariffError`; `OverrideNotAllowedError`,
        `CustomerBlockedError`, `RulesNotAcceptedError` or `TooManyHoldsError` if the customer may not book;
        `HallNotFoundError`, `AddOnNotFoundError` or `PromoCodeNotFoundError`; `QuoteNotFoundError`, `QuoteExpiredError`
        or `QuoteMismatchError`; `AddOnOutOfStockError`, `PromoCodeUsedUpError` or `PromoCodeClientLimitError` for what
        is used up."""
        require_staff(caller, request, "customer_id", "override_reason")
        sale = Sale(
            request,
            customer_id=customer_of(request.customer_id, caller),
            actor=caller.subject,
            details=request,
            override_reason=request.override_reason,
            quote_id=request.quote_id,
            limit="none" if caller.is_staff else "waits",
            guest=guest,
        )
        try:
            with self._unit_of_work() as work:
                self._sales.foresee(work, sale)
                return work.once(key, Booking, lambda: self._sales.make(work, sale))
        except REFUSALS as refusal:
            raise self._alternatives.beside(refusal, request) from refusal

    def get(self, booking_id: UUID, caller: Identity) -> Booking:
        """A booking; `BookingNotFoundError`, for a client also if it is somebody else's."""
        with self._unit_of_work() as work:
            return visible(work.bookings.get(booking_id), caller)

    def card(self, booking_id: UUID, caller: Identity) -> BookingCard:
        """The same with what is held of its deposits; `BookingNotFoundError`."""
        with self._unit_of_work() as work:
            booking = visible(work.bookings.get(booking_id), caller)
            return BookingCard(**dict(booking), deposit_held=Money(amount=work.deposits.held(booking_id)))

    def page(self, query: BookingsQuery, caller: Identity) -> Page[Booking]:
        """The caller's own bookings, or all bookings for staff; `InvalidCursorError`."""
        which = BookingFilter(
            number=query.number,
            customer_id=query.customer_id if caller.is_staff else caller.user_id,
            status=query.status,
            hall_id=query.hall_id,
            group_id=query.group_id,
            first_day=query.from_,
            before_day=query.to,
        )
        after = decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            found = work.bookings.page(which, after, query.limit + 1)
        return paged(found, query.limit, lambda last: encode_cursor(last.created_at, last.id))

    def history(self, booking_id: UUID) -> list[Transition]:
        """Who did what to a booking, oldest first; `BookingNotFoundError`."""
        with self._unit_of_work() as work:
            return work.bookings.history(work.bookings.get(booking_id).id)

    def cancellation_reason(self, booking_id: UUID) -> CancellationReason:
        """What was said when it was cancelled, for the notification service; `BookingNotFoundError`."""
        said = [step.reason for step in self.history(booking_id) if step.to_status == "cancelled"]
        return CancellationReason(reason=said[-1] if said else None)

    def payment_terms(self, booking_id: UUID) -> PaymentTerms:
        """What may be charged for a booking, for the payment service; `BookingNotFoundError`."""
        with self._unit_of_work() as work:
            booking = work.bookings.get(booking_id)
            most = work.policies.current().max_open_payments
            return payment_terms(booking, most, work.holds.payer(booking.customer_id))

    def cancellation_preview(self, booking_id: UUID, caller: Identity) -> CancellationPreview:
        """What cancelling now would refund, by the terms of the sale.

        `BookingNotFoundError`, `VisitBegunError` or `InvalidTransitionError`, as `cancel` raises them."""
        booking = self.get(booking_id, caller)
        self._require_callable_off(booking, caller)
        move(booking, "cancelled")
        return preview(booking, self._clock.now())

    def cancel(self, booking_id: UUID, request: CancelRequest, caller: Identity, key: IdempotencyKey | None) -> Booking:
        """Cancel a booking and free its slot at once.

        `BookingNotFoundError`; `VisitBegunError` for a client once the visit has begun; `InvalidTransitionError` if it
        is over; `OverrideNotAllowedError` if a client names a refund; `ConcurrentUpdateError`."""
        require_staff(caller, request, "refund_percent")
        with self._unit_of_work() as work:
            return work.once(key, Booking, lambda: self._cancel(work, booking_id, request, caller))

    def _cancel(self, work: Work, booking_id: UUID, request: CancelRequest, caller: Identity) -> Booking:
        before = visible(work.bookings.get(booking_id, lock=True), caller)
        self._require_callable_off(before, caller)
        order = Cancellation(caller.subject, request.reason, request.refund_percent, request.refund_to)
        return self._sales.call_off(work, before, order)

    def _require_callable_off(self, booking: Booking, caller: Identity) -> None:
        if booking.status == "confirmed" and booking.start <= self._clock.now() and not caller.is_staff:
            raise VisitBegunError(start=booking.start.isoformat())

    def confirm(self, booking_id: UUID, request: ConfirmRequest, caller: Identity) -> Booking:
        """Confirm by a payment, which counts once however often it is reported, or by a decision of staff.

        The payment service is asked whether it has the money before any lock is taken: `PaymentNotCollectedError` if it
        does not, `PaymentServiceUnavailableError` if it does not answer. `PaymentTooSmallError` if it is not enough;
        `SlotTakenError` if the hold has expired and the slot is taken; `InvalidTransitionError` if the booking is over;
        `BookingNotFoundError`; `ConcurrentUpdateError`."""
        payment = self._collected(booking_id, request)
        with self._unit_of_work() as work:
            before = work.bookings.get(booking_id, lock=True)
            if payment is None and before.status in PAID_LATER - {"confirmed"}:
                # A late payment may still confirm it; a decision of staff may not.
                raise InvalidTransitionError(status=before.status, target="confirmed")
            paid, promised = self._receive(work, before, payment)
            if before.status in PAID_LATER or _is_part(paid, caller):
                after = self._note_payment(work, before, paid, promised, caller.subject)
            else:
                after = self._confirm(work, before, paid, promised, request, caller)
            work.commit()
            return after

    def expire_holds(self, turn: Turn | None = None) -> int:
        """Free the slots of holds that expired, as far as time allows; returns how many."""
        due = lambda work, limit: work.bookings.lapsed(self._clock.now(), limit)  # noqa: E731
        return Batches(EXPIRE_HOLDS, self._unit_of_work, due, self._expire).run(turn or Turn())

    def _expire(self, work: Work, ids: Sequence[UUID]) -> None:
        held, now = work.bookings.named(ids), self._clock.now()
        self._sales.end_all(work, [(one, expired(one, now)) for one in held], "expire")

    def _collected(self, booking_id: UUID, request: ConfirmRequest) -> CollectedPayment | None:
        if request.payment_id is None or request.paid is None:
            return None
        found = self._payments.collected(request.payment_id)
        if (found.booking_id, found.taken) != (booking_id, request.paid):
            raise PaymentNotCollectedError(payment_id=str(request.payment_id))
        return found

    def _receive(self, work: Work, before: Booking, payment: CollectedPayment | None) -> tuple[Booking, int]:
        """The booking with the payment counted, and how much of it is promised as a refund; unchanged if it counts
        already."""
        if payment is None or not work.bookings.add_payment(before, payment.payment_id, payment.taken):
            return before, 0
        at = payment.at or self._clock.now()
        after, promised = with_payment(before, payment.taken.amount, at, payment.returning.amount)
        # Events of refunds may arrive before that of their payment: they are applied now, as if in order.
        for gone in work.refunds.of_payment(payment.payment_id):
            after = given_back(after, gone.amount, gone.promised, gone.decided_at)
        return after.model_copy(update={"version": before.version + 1}), promised

    def _note_payment(self, work: Work, before: Booking, after: Booking, promised: int, actor: str) -> Booking:
        """A further payment, which changes only what is owed."""
        if after is before:
            return before
        work.bookings.update(before, after)
        record(work, Step(before, after, "pay", actor, self._clock.now()), balance_event(after, promised))
        return after

    def _confirm(
        self, work: Work, before: Booking, paid: Booking, promised: int, request: ConfirmRequest, caller: Identity
    ) -> Booking:
        money = {name: getattr(paid, name) for name in ("paid", "refund_due", "refunded", "returns")}
        after = move(before, "confirmed", **money)
        if caller.role is Role.SERVICE and retained(after) < before.prepayment.amount:
            raise PaymentTooSmallError(due=before.prepayment.amount - retained(after))
        if before.status not in HOLDS_SLOT:
            self._take_again(work, after)
        step = Step(before, after, "confirm", caller.subject, self._clock.now(), request.reason)
        return self._sales.confirm(work, step, promised)

    def _take_again(self, work: Work, booking: Booking) -> None:
        """Paid too late: the slot and everything that the hold had must still be available, or the money is
        refunded."""
        if booking.end <= self._clock.now():
            raise InvalidTransitionError(status="expired", target="confirmed")
        halls = [work.halls.get(hall_id) for hall_id in (booking.hall_id, *booking.also_hall_ids)]
        try:
            take(work, booking, halls)
        except (AddOnOutOfStockError, PromoCodeClientLimitError, PromoCodeUsedUpError) as error:
            raise SlotTakenError from error


def _is_part(paid: Booking, caller: Identity) -> bool:
    """Whether a hold stays one although something was paid: it came to cost more meanwhile, and waits for the rest."""
    return paid.status == "pending" and caller.role is Role.SERVICE and retained(paid) < paid.prepayment.amount


def visible(booking: Booking, caller: Identity) -> Booking:
    """The booking; for a client, somebody else's does not exist (`BookingNotFoundError`)."""
    if caller.is_staff or caller.owns(booking.customer_id, booking.id):
        return booking
    raise BookingNotFoundError(booking_id=str(booking.id))
