"""Lines by hand: what staff add to a booking's price, or take off it, and take back."""

from collections.abc import Callable, Sequence
from uuid import UUID, uuid4

from booking.bookings.domain.booking import OPEN, changed, event, more_refund
from booking.bookings.domain.changes import refund_after
from booking.bookings.errors import DiscountTooLargeError, InvalidTransitionError, LineNotFoundError
from booking.bookings.ports import Work
from booking.bookings.services.changes import prepaid_percent
from booking.bookings.services.records import Step, record
from booking.bookings.services.sales import Sales
from booking.prices.adjustments import line_by_hand
from booking.prices.by_hand import lines_of, with_lines
from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.changes import LineRequest, LineUndoRequest
from shared_schemas.booking.prices import PriceAdjustment
from shared_schemas.events.bookings import BookingAmended

LINED = OPEN | {"completed"}
"""Overtime is often found out when the visit is over."""
ALL_OF_IT = 100


class Lines:
    """Add a line by hand, and take one back."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, sales: Sales) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._sales = sales

    def add(self, booking_id: UUID, request: LineRequest, caller: Identity, key: IdempotencyKey | None) -> Booking:
        """The booking with one line more. `DiscountTooLargeError`; `InvalidTransitionError` if nothing is owed for it
        any more; `BookingNotFoundError`; `ConcurrentUpdateError`."""
        with self._unit_of_work() as work:
            return work.once(key, Booking, lambda: self._add(work, booking_id, request, caller))

    def undo(
        self, booking_id: UUID, line_id: UUID, request: LineUndoRequest, caller: Identity, key: IdempotencyKey | None
    ) -> Booking:
        """The booking without a line; `LineNotFoundError`, and otherwise as `add`."""
        with self._unit_of_work() as work:
            return work.once(key, Booking, lambda: self._undo(work, booking_id, line_id, request.reason, caller))

    def _add(self, work: Work, booking_id: UUID, request: LineRequest, caller: Identity) -> Booking:
        before, amount = self._lined(work, booking_id), request.amount.amount
        if -amount > before.total.amount:
            raise DiscountTooLargeError(most=before.total.amount)
        lines = [*lines_of(before), line_by_hand(uuid4(), request.name, amount)]
        return self._changed(work, before, lines, "add_line", request.reason, caller)

    def _undo(self, work: Work, booking_id: UUID, line_id: UUID, reason: str, caller: Identity) -> Booking:
        before = self._lined(work, booking_id)
        left = [line for line in lines_of(before) if line.line_id != line_id]
        if len(left) == len(lines_of(before)):
            raise LineNotFoundError(line_id=str(line_id))
        return self._changed(work, before, left, "undo_line", reason, caller)

    @staticmethod
    def _lined(work: Work, booking_id: UUID) -> Booking:
        booking = work.bookings.get(booking_id, lock=True)
        if booking.status not in LINED:
            raise InvalidTransitionError(status=booking.status, target="amended")
        return booking

    def _changed(
        self, work: Work, before: Booking, lines: Sequence[PriceAdjustment], action: str, reason: str, caller: Identity
    ) -> Booking:
        now = self._clock.now()
        percent = prepaid_percent(before) or self._sales.percent(work.policies.current())
        price = with_lines(before, lines, percent)
        money = {"adjustments": price.adjustments, "total": price.total, "prepayment": price.prepayment}
        back = refund_after(before, price.total.amount, now, ALL_OF_IT)
        after = changed(before, **money, **back)
        kind = event(
            BookingAmended, after, previous_total=before.total, refund=more_refund(after, before.refund_due)
        )  # fmt: skip
        work.bookings.update(before, after)
        record(work, Step(before, after, action, caller.subject, now, reason), kind)
        return self._sales.confirm_if_paid(work, after)
