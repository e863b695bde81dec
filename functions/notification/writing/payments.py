"""Where payments are paid, and what certificates and invoices say, asked for when the message is about to be sent:
whoever has a link can pay by it, and whoever has the code of a certificate can use it."""

from typing import Any
from uuid import UUID

from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from notification.errors import NeedlessDeliveryError, TransientDeliveryError
from shared_schemas.payment.certificates import CertificateLetter
from shared_schemas.payment.invoices import InvoiceLetter
from shared_schemas.payment.payments import PayLink

OVER = ("no_pay_link", "payment_not_found", "certificate_not_found", "invoice_not_found")


class PaymentClient:
    """Asks through the public API; if Payment does not answer, the message is retried."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def certificate(self, certificate_id: UUID) -> CertificateLetter:
        return CertificateLetter.model_validate(self._asked(f"/v1/certificates/{certificate_id}/letter"))

    def invoice(self, invoice_id: UUID) -> InvoiceLetter:
        return InvoiceLetter.model_validate(self._asked(f"/v1/invoices/{invoice_id}/letter"))

    def link(self, payment_id: UUID) -> PayLink:
        return PayLink.model_validate(self._asked(f"/v1/payments/{payment_id}/link"))

    def _asked(self, path: str) -> dict[str, Any]:
        try:
            return self._client.get(path)
        except ServiceUnreachableError as error:
            raise TransientDeliveryError("payment_unavailable") from error
        except ServiceCallError as error:
            if error.code in OVER:
                raise NeedlessDeliveryError("outdated") from error
            raise TransientDeliveryError(f"payment_refused_{error.status}") from error
