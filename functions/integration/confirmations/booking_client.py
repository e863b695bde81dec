"""The booking service through the public API, as this service."""

from uuid import UUID

from core.service_client import ServiceCallError, ServiceClient
from integration.confirmations.errors import ConfirmationRefusedError
from shared_schemas.booking.bookings import ConfirmRequest
from shared_schemas.common import Money

# Refusals by the booking's own rules. Any other (a wrong key, a lost race) may pass, so the queue tries again.
FINAL = frozenset({"booking_not_found", "invalid_transition", "payment_too_small", "slot_taken"})


class BookingClient:
    """Asks Booking to confirm."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def confirm(self, booking_id: UUID, payment_id: UUID, paid: Money) -> None:
        request = ConfirmRequest(payment_id=payment_id, paid=paid)
        try:
            self._client.post(f"/v1/bookings/{booking_id}/confirm", request.model_dump(mode="json", exclude_none=True))
        except ServiceCallError as error:
            if error.code in FINAL:
                raise ConfirmationRefusedError(error.code, str(error)) from error
            raise
