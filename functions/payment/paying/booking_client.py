"""The booking service's word on what may be charged."""

from uuid import UUID

from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from payment.paying.errors import BookingNotFoundError, BookingUnavailableError
from shared_schemas.booking.bookings import PaymentTerms


class BookingClient:
    """Asks through the public API, as this service."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def terms(self, booking_id: UUID) -> PaymentTerms:
        try:
            return PaymentTerms.model_validate(self._client.get(f"/v1/bookings/{booking_id}/payment-terms"))
        except ServiceUnreachableError as error:
            raise BookingUnavailableError from error
        except ServiceCallError as error:
            if error.code == BookingNotFoundError.code:
                raise BookingNotFoundError(booking_id=str(booking_id)) from error
            raise
