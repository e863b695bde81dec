"""The booking service as invoices need it: what is owed, slots held for longer, and who the studio is."""

from datetime import datetime
from uuid import UUID

from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from payment.invoices.errors import StudioUnknownError
from payment.paying.booking_client import BookingClient
from payment.paying.errors import BookingNotFoundError, BookingNotPayableError, BookingUnavailableError
from shared_schemas.booking.studio import Studio

NOT_HELD = "invalid_transition"


class InvoicedBookings(BookingClient):
    """Asks through the public API, as this service."""

    def __init__(self, client: ServiceClient) -> None:
        super().__init__(client)
        self._services = client

    def hold(self, booking_id: UUID, until: datetime) -> None:
        try:
            self._services.post(f"/v1/bookings/{booking_id}/hold", {"until": until.isoformat()})
        except ServiceUnreachableError as error:
            raise BookingUnavailableError from error
        except ServiceCallError as error:
            if error.code == BookingNotFoundError.code:
                raise BookingNotFoundError(booking_id=str(booking_id)) from error
            if error.code == NOT_HELD:
                raise BookingNotPayableError(status="expired") from error
            raise

    def studio(self) -> Studio:
        try:
            return Studio.model_validate(self._services.get("/v1/studio"))
        except (ServiceUnreachableError, ServiceCallError) as error:
            raise StudioUnknownError from error
