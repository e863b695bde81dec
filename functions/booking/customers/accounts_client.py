"""Client of the gateway for accounts, through the public API."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import urllib3

from booking.customers.errors import AccountsUnavailableError
from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from shared_schemas.accounts import Person
from shared_schemas.common import Page
from shared_schemas.search.people import PeopleSearch

NOT_FOUND = 404
AT_A_GLANCE = urllib3.Timeout(connect=1, read=3)
"""Somebody looks at a page meanwhile, which can do without names."""


class AccountsClient:
    """Asks whether an account exists, and whose contact details staff are about to see."""

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

    def contacts(self, customer_ids: Collection[UUID]) -> list[Person]:
        return self._people("/v1/contacts", {"ids": [str(customer_id) for customer_id in customer_ids]})

    def search(self, text: str, limit: int) -> list[Person]:
        return self._people("/v1/contacts/search", PeopleSearch(q=text, limit=limit).model_dump(mode="json"))

    def _people(self, path: str, body: Mapping[str, Any]) -> list[Person]:
        try:
            answer = self._client.post(path, body, AT_A_GLANCE)
        except ServiceUnreachableError as error:
            raise AccountsUnavailableError from error
        return Page[Person].model_validate(answer).data
