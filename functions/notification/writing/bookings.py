"""Why bookings were cancelled, asked for when a message is about to be sent: people write it, so no event tells."""

from uuid import UUID

from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from notification.errors import TransientDeliveryError
from shared_schemas.booking.changes import CancellationReason

NOT_FOUND = 404


class BookingClient:
    """Asks through the public API; if Booking does not answer, the message is retried."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def reason(self, booking_id: UUID) -> str | None:
        try:
            answer = self._client.get(f"/v1/bookings/{booking_id}/cancellation-reason")
        except ServiceUnreachableError as error:
            raise TransientDeliveryError("booking_unavailable") from error
        except ServiceCallError as error:
            if error.status == NOT_FOUND:
                return None
            raise TransientDeliveryError(f"booking_refused_{error.status}") from error
        return CancellationReason.model_validate(answer).reason
