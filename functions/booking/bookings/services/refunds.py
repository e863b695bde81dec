"""Refunds of the payment service, recorded in the booking."""

from collections.abc import Callable
from uuid import UUID

from booking.bookings.domain.balance import given_back
from booking.bookings.domain.booking import balance_event
from booking.bookings.errors import BookingNotFoundError
from booking.bookings.ports import Work
from booking.bookings.refunds_ports import NotedRefund
from booking.bookings.services.records import Step, record
from booking.bookings.services.sales import SYSTEM
from core.clock import Clock
from core.observability import logger
from shared_schemas.events.payments import PaymentRefunded

SUBSCRIBER = "booking-refunds"


class Refunds:
    """Keeps what is paid and what is promised in step with the money that went back."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def note(self, event_id: UUID, event: PaymentRefunded) -> None:
        """Lower what is paid, once for each refund. One of a payment that never counted here, such as a second one
        or one that came too late, changes nothing, unless that payment is counted later."""
        with self._unit_of_work() as work:
            if work.inbox.accept(SUBSCRIBER, event_id):
                self._note(work, event)
            work.commit()

    def _note(self, work: Work, event: PaymentRefunded) -> None:
        try:
            before = work.bookings.get(event.booking_id, lock=True)
        except BookingNotFoundError:
            logger.warning("A refund is of no booking here", booking_id=str(event.booking_id))
            return
        promised = event.promised.amount if event.promised else None
        refund = NotedRefund(
            event.refund_id, event.payment_id, before.id, event.amount.amount, promised, event.decided_at
        )
        if work.refunds.add(refund) and work.refunds.is_counted(event.payment_id):
            after = given_back(before, refund.amount, refund.promised, refund.decided_at)
            work.bookings.update(before, after)
            step = Step(before, after, "refund", SYSTEM, self._clock.now(), event.reason)
            record(work, step, balance_event(after))
