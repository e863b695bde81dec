"""Where payments are paid, asked for when the message is about to be sent: whoever has the link can pay by it."""

from uuid import UUID

from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from notification.errors import NeedlessDeliveryError, TransientDeliveryError
from shared_schemas.payment.payments import PayLink

OVER = ("no_pay_link", "payment_not_found")


class PaymentClient:
    """Asks through the public API; if Payment does not answer, the message is retried."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def link(self, payment_id: UUID) -> PayLink:
        try:
            answer = self._client.get(f"/v1/payments/{payment_id}/link")
        except ServiceUnreachableError as error:
            raise TransientDeliveryError("payment_unavailable") from error
        except ServiceCallError as error:
            if error.code in OVER:
                raise NeedlessDeliveryError("outdated") from error
            raise TransientDeliveryError(f"payment_refused_{error.status}") from error
        return PayLink.model_validate(answer)
