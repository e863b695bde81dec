"""Use cases of a booking's life. Each is one transaction: state, calendar, audit and event together."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from booking.domain_booking import HOLDS_SLOT, event_of, hold, move, payment_terms
from booking.domain_calendar import claim, require_bookable
from booking.domain_pricing import Price, price
from booking.domain_ranges import TimeRange
from booking.errors import (
    BookingNotFoundError,
    PaymentTooSmallError,
    QuoteExpiredError,
    QuoteMismatchError,
)
from booking.ports import Work
from booking.settings import BookingSettings
from core.clock import Clock
from core.context import current_flow, flow
from core.idempotency import IdempotencyKey
from core.identity import Identity
from core.paging import decode_cursor, encode_cursor
from shared_schemas.booking import (
    Booking,
    BookingRequest,
    BookingsQuery,
    CancelRequest,
    ConfirmRequest,
    Hall,
    PaymentTerms,
)
from shared_schemas.common import Page, Role
from shared_schemas.events import BookingStatus

EXPIRY_BATCH = 100
SYSTEM = "system"


class Bookings:
    """Book, look up, confirm, cancel, expire."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, settings: BookingSettings) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._settings = settings

    def create(self, request: BookingRequest, customer_id: UUID, key: IdempotencyKey | None) -> Booking:
        """Hold a slot until its prepayment; `SlotTakenError` where somebody was faster."""
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return Booking.model_validate(replay)
            hall = work.halls.get(request.hall_id)
            now = self._clock.now()
            require_bookable(hall, _slot(request), request.people, now)
            expires = now + timedelta(minutes=self._settings.hold_minutes)
            priced = self._price(work, hall, request, now)
            booking = hold(request, hall, priced, customer_id, now, expires, current_flow().correlation_id)
            work.bookings.add(booking)
            work.bookings.claim(booking, claim(hall, _slot(request)))
            _record(work, None, booking, str(customer_id), None, now)
            work.idempotency.remember(key, booking.model_dump(mode="json"))
            work.commit()
            return booking

    def get(self, booking_id: UUID, caller: Identity) -> Booking:
        with self._unit_of_work() as work:
            return _visible(work.bookings.get(booking_id), caller)

    def page(self, query: BookingsQuery, caller: Identity) -> Page[Booking]:
        """The caller's own bookings, or all of them for staff."""
        owner = None if caller.is_staff else caller.user_id
        after = decode_cursor(query.cursor) if query.cursor else None
        with self._unit_of_work() as work:
            found = work.bookings.page(owner, query.status, after, query.limit + 1)
        page, more = found[: query.limit], found[query.limit :]
        return Page(data=page, next_cursor=encode_cursor(page[-1].created_at, page[-1].id) if more else None)

    def payment_terms(self, booking_id: UUID) -> PaymentTerms:
        with self._unit_of_work() as work:
            return payment_terms(work.bookings.get(booking_id))

    def cancel(self, booking_id: UUID, request: CancelRequest, caller: Identity, key: IdempotencyKey | None) -> Booking:
        """Call it off and free its slot at once."""
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return Booking.model_validate(replay)
            before = _visible(work.bookings.get(booking_id, lock=True), caller)
            after = self._move(work, before, "cancelled", caller.subject, request.reason)
            work.idempotency.remember(key, after.model_dump(mode="json"))
            work.commit()
            return after

    def confirm(self, booking_id: UUID, request: ConfirmRequest, caller: Identity) -> Booking:
        """Confirm by a payment, which counts once however often it is reported, or by the word of staff.

        A booking whose hold ran out gets its slot back if it is still free, else `SlotTakenError`."""
        with self._unit_of_work() as work:
            before = work.bookings.get(booking_id, lock=True)
            paid = self._receive(work, before, request)
            if before.status == "confirmed":
                work.commit()
                return paid
            if caller.role is Role.SERVICE and paid.paid.amount < paid.prepayment.amount:
                raise PaymentTooSmallError(due=paid.prepayment.amount - paid.paid.amount)
            after = self._move(work, paid, "confirmed", caller.subject, request.reason)
            work.commit()
            return after

    def expire_holds(self) -> int:
        """Free the slots of holds that ran out; returns how many."""
        total = 0
        while True:
            with self._unit_of_work() as work:
                lapsed = work.bookings.lapsed(self._clock.now(), EXPIRY_BATCH)
                for booking in lapsed:
                    with flow(booking.correlation_id):
                        self._move(work, booking, "expired", SYSTEM, None)
                work.commit()
            total += len(lapsed)
            if len(lapsed) < EXPIRY_BATCH:
                return total

    def _price(self, work: Work, hall: Hall, request: BookingRequest, now: datetime) -> Price:
        if request.quote_id is None:
            tariffs = work.tariffs.all(hall.id)
            return price(hall, _slot(request), tariffs, self._settings.prepayment_percent)
        quote = work.quotes.get(request.quote_id)
        if quote.valid_until <= now:
            raise QuoteExpiredError(valid_until=quote.valid_until.isoformat())
        asked = (request.hall_id, request.start, request.end, request.people)
        if asked != (quote.hall_id, quote.start, quote.end, quote.people):
            raise QuoteMismatchError
        return Price(quote.lines, quote.total, quote.prepayment)

    def _receive(self, work: Work, booking: Booking, request: ConfirmRequest) -> Booking:
        if request.payment_id is None or request.paid is None:
            return booking
        if not work.bookings.add_payment(booking, request.payment_id, request.paid):
            return booking
        after = booking.model_copy(update={"paid": booking.paid + request.paid})
        work.bookings.update(booking, after)
        return after

    def _move(self, work: Work, before: Booking, target: BookingStatus, actor: str, reason: str | None) -> Booking:
        after = move(before, target)
        work.bookings.update(before, after)
        if target in HOLDS_SLOT and before.status not in HOLDS_SLOT:
            hall = work.halls.get(after.hall_id)
            work.bookings.claim(after, claim(hall, TimeRange(after.start, after.end)))
        if target not in HOLDS_SLOT:
            work.bookings.release(after)
        _record(work, before, after, actor, reason, self._clock.now())
        return after


def _record(
    work: Work,
    before: Booking | None,
    after: Booking,
    actor: str,
    reason: str | None,
    now: datetime,
) -> None:
    work.bookings.add_transition(before, after, actor, reason, now)
    work.emit(event_of(after, reason))


def _slot(request: BookingRequest) -> TimeRange:
    return TimeRange(request.start, request.end)


def _visible(booking: Booking, caller: Identity) -> Booking:
    """Somebody else's booking does not exist for a client."""
    if caller.is_staff or str(booking.customer_id) == caller.subject:
        return booking
    raise BookingNotFoundError(booking_id=str(booking.id))
