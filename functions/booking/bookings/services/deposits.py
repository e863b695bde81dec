"""Deposits that the payment service holds, so that whoever sees a visit sees them, too."""

from collections.abc import Callable
from uuid import UUID

from booking.bookings.errors import BookingNotFoundError
from booking.bookings.ports import Work
from booking.bookings.services.refunds import SUBSCRIBER
from core.observability import logger
from shared_schemas.events.desk import DepositChanged


class Deposits:
    """Keeps what is held of deposits in step with what was taken and given back."""

    def __init__(self, unit_of_work: Callable[[], Work]) -> None:
        self._unit_of_work = unit_of_work

    def note(self, event_id: UUID, event: DepositChanged) -> None:
        """Add a change, once. They are added up, so that it does not matter which is told first."""
        with self._unit_of_work() as work:
            if work.inbox.accept(SUBSCRIBER, event_id):
                self._note(work, event)
            work.commit()

    def _note(self, work: Work, event: DepositChanged) -> None:
        try:
            work.bookings.get(event.booking_id)
        except BookingNotFoundError:
            logger.warning("A deposit is of no booking here", booking_id=str(event.booking_id))
            return
        work.deposits.add(event.deposit_id, event.booking_id, event.amount.amount)
