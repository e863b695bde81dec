"""The booking service's word on what may be charged."""

from uuid import UUID

from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from payment.paying.errors import BookingNotFoundError, BookingUnavailableError, GroupNotFoundError
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.booking.groups import GroupPaymentTerms


class BookingClient:
    """Asks through the public API, as this service."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def group(self, group_id: UUID) -> list[PaymentTerms]:
        try:
            asked = self._client.get(f"/v1/booking-groups/{group_id}/payment-terms")
            return GroupPaymentTerms.model_validate(asked).visits
        except ServiceUnreachableError as error:
            raise BookingUnavailableError from error
        except ServiceCallError as error:
            if error.code == GroupNotFoundError.code:
                raise GroupNotFoundError(group_id=str(group_id)) from error
            raise

    def terms(self, booking_id: UUID) -> PaymentTerms:
        try:
            return PaymentTerms.model_validate(self._client.get(f"/v1/bookings/{booking_id}/payment-terms"))
        except ServiceUnreachableError as error:
            raise BookingUnavailableError from error
        except ServiceCallError as error:
            if error.code == BookingNotFoundError.code:
                raise BookingNotFoundError(booking_id=str(booking_id)) from error
            raise
