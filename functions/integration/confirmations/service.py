"""Confirms bookings when their payments succeed."""

from collections.abc import Callable
from uuid import UUID

from core.observability import count, logger
from core.ports import Transaction
from integration.confirmations.errors import ConfirmationRefusedError
from integration.confirmations.ports import BookingService
from shared_schemas.events.bookings import BookingPaymentRefused
from shared_schemas.events.operations import ServiceError
from shared_schemas.events.payments import PaymentSucceeded

SUBSCRIBER = "integration-confirmations"


class Confirmations:
    """Confirms bookings that are paid."""

    def __init__(self, unit_of_work: Callable[[], Transaction], bookings: BookingService) -> None:
        self._unit_of_work = unit_of_work
        self._bookings = bookings

    def confirm(self, event_id: UUID, payment: PaymentSucceeded) -> None:
        """Have the booking confirmed. A final refusal is reported once, for staff to see and for Payment to give the
        money back; the rest is raised, so that the queue delivers the event again.

        The event enters the inbox only after the call: a crash in between repeats the call, which Booking
        counts once per payment."""
        refusal = self._call(payment)
        with self._unit_of_work() as work:
            if not work.inbox.accept(SUBSCRIBER, event_id):
                return
            if refusal:
                work.emit(refusal)
                work.emit(
                    BookingPaymentRefused(
                        payment_id=payment.payment_id,
                        booking_id=payment.booking_id,
                        customer_id=payment.customer_id,
                        reason=refusal.code,
                    )
                )
            work.commit()
        count("PaymentsCarried", outcome=refusal.code if refusal else "confirmed")

    def _call(self, payment: PaymentSucceeded) -> ServiceError | None:
        try:
            self._bookings.confirm(payment.booking_id, payment.payment_id, payment.amount)
        except ConfirmationRefusedError as error:
            logger.error("A paid booking was not confirmed", booking_id=str(payment.booking_id), code=error.code)
            return ServiceError(
                service="integration",
                operation="confirm_booking",
                code=error.code,
                detail=str(error),
                booking_id=payment.booking_id,
                payment_id=payment.payment_id,
            )
        return None
