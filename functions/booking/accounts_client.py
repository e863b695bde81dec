"""The gateway's word on whose accounts there are, through the public API, as this service."""

from uuid import UUID

from booking.errors_customers import AccountsUnavailableError
from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError

NOT_FOUND = 404


class AccountsClient:
    """Asks whether somebody has an account, and for nothing else of it."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def exists(self, customer_id: UUID) -> bool:
        try:
            self._client.get(f"/v1/accounts/{customer_id}")
        except ServiceUnreachableError as error:
            raise AccountsUnavailableError from error
        except ServiceCallError as error:
            if error.status == NOT_FOUND:
                return False
            raise
        return True
