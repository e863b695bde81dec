"""Client of the payment service, through the public API."""

from uuid import UUID

from booking.bookings.errors import PaymentNotCollectedError, PaymentServiceUnavailableError
from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from shared_schemas.payment.payments import CollectedPayment

NOT_FOUND = 404


class PaymentClient:
    """Asks what was collected."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def collected(self, payment_id: UUID) -> CollectedPayment:
        try:
            return CollectedPayment.model_validate(self._client.get(f"/v1/payments/{payment_id}/collected"))
        except ServiceUnreachableError as error:
            raise PaymentServiceUnavailableError from error
        except ServiceCallError as error:
            if error.status == NOT_FOUND:
                raise PaymentNotCollectedError(payment_id=str(payment_id)) from error
            raise
