"""Contact details of people: asked of the gateway when needed, stored nowhere else."""

from collections.abc import Collection
from uuid import UUID

from core.service_client import ServiceCallError, ServiceClient
from shared_schemas.accounts import Contact, Person
from shared_schemas.common import Page

NOT_FOUND = 404


class Contacts:
    """Asks through the public API, with the token of its service."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def contact(self, user_id: UUID) -> Contact | None:
        """None for an erased account. `ServiceUnreachableError` if there is no answer, `ServiceCallError` for any other
        refusal."""
        try:
            return Contact.model_validate(self._client.get(f"/v1/accounts/{user_id}/contact"))
        except ServiceCallError as error:
            if error.status == NOT_FOUND:
                return None
            raise

    def people(self, user_ids: Collection[UUID]) -> list[Person]:
        """Of several, in any order; whoever was erased is left out. The same errors."""
        answer = self._client.post("/v1/contacts", {"ids": [str(user_id) for user_id in user_ids]})
        return list(Page[Person].model_validate(answer).data)
