"""Client of the payment service, through the public API."""

import urllib3

from booking.studio.ports import PaymentMethodsUnknownError
from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from shared_schemas.common import Page
from shared_schemas.payment.methods import OfferedProvider

AT_A_GLANCE = urllib3.Timeout(total=2)
"""Somebody looks at a page meanwhile, which can do without it."""


class PaymentMethodsClient:
    """Asks what is on."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def offered(self) -> list[OfferedProvider]:
        try:
            answer = self._client.get("/v1/payment-methods", AT_A_GLANCE)
        except (ServiceUnreachableError, ServiceCallError) as error:
            raise PaymentMethodsUnknownError from error
        return Page[OfferedProvider].model_validate(answer).data
