"""What the payment service gave back, in the books of the booking."""

from collections.abc import Callable
from uuid import UUID

from booking.domain_booking import balance_event, given_back
from booking.errors import BookingNotFoundError
from booking.ports import Work
from booking.ports_refunds import NotedRefund
from booking.service_records import record
from booking.service_sales import SYSTEM
from core.clock import Clock
from core.observability import logger
from shared_schemas.events import PaymentRefunded

NOTE = "note_refunds"


class Refunds:
    """Keeps what is paid and what is promised in step with the money that went back."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def note(self, event_id: UUID, event: PaymentRefunded) -> None:
        """Lower what is paid, once for each refund. One of a payment that never counted here, such as a second one
        or one that came too late, changes nothing, unless that payment is counted later."""
        with self._unit_of_work() as work:
            if work.inbox.accept(NOTE, event_id):
                self._note(work, event)
            work.commit()

    def _note(self, work: Work, event: PaymentRefunded) -> None:
        try:
            before = work.bookings.get(event.booking_id, lock=True)
        except BookingNotFoundError:
            logger.warning("A refund is of no booking here", booking_id=str(event.booking_id))
            return
        refund = NotedRefund(event.refund_id, event.payment_id, before.id, event.amount.amount)
        if work.refunds.add(refund) and work.refunds.is_counted(event.payment_id):
            after = given_back(before, refund.amount)
            work.bookings.update(before, after)
            told = balance_event(after)
            record(work, before, after, "refund", SYSTEM, event.reason, self._clock.now(), told)
