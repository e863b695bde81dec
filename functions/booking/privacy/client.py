"""The other services, through the public API."""

from uuid import UUID

from booking.privacy.errors import ExportUnavailableError
from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from shared_schemas.privacy.export import Disclosure

OTHERS = ("payers", "recipients", "crm-contacts")


class OtherServices:
    """Asks each what it keeps of a person."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def account(self, person: UUID, page: int) -> Disclosure:
        return self._ask("accounts", person, page)

    def others(self, person: UUID, page: int) -> list[Disclosure]:
        return [self._ask(name, person, page) for name in OTHERS]

    def _ask(self, name: str, person: UUID, page: int) -> Disclosure:
        try:
            answer = self._client.get(f"/v1/{name}/{person}/personal-data?page={page}")
        except (ServiceUnreachableError, ServiceCallError) as error:
            raise ExportUnavailableError from error
        return Disclosure.model_validate(answer)
