"""Who a customer of a CRM's deal is, by the id that the booking has."""

from typing import Any
from uuid import UUID, uuid4

import pytest
import urllib3

from core.service_client import TIMEOUT, ServiceCallError, ServiceClient
from integration.connectors.crm.contacts import GatewayContacts
from tests.support.clock import FixedClock

ACCOUNT, GUEST, OTHER, ERASED = (uuid4() for _ in range(4))
OWNER = {"full_name": "Anna", "email": "anna@example.com", "phone": "+79161234567"}


class Gateway(ServiceClient):
    """A guest has joined the account; alone they are told by the account's id, among several by their own."""

    def __init__(self) -> None:
        super().__init__("integration", "http://nowhere.invalid", "key", FixedClock())

    def get(self, path: str, timeout: urllib3.Timeout = TIMEOUT) -> dict[str, Any]:  # noqa: ARG002 - none is opened
        asked = UUID(path.split("/")[3])
        if asked == ERASED:
            raise ServiceCallError(404, "account_not_found", "")
        return OWNER | {"id": str(ACCOUNT if asked == GUEST else asked), "locale": "ru"}

    def post(self, _path: str, body: Any, *_more: Any) -> dict[str, Any]:
        return {"data": [OWNER | {"id": asked} for asked in body["ids"] if asked != str(ERASED)]}


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ([GUEST], {GUEST}),
        ([ACCOUNT], {ACCOUNT}),
        ([GUEST, OTHER, ERASED], {GUEST, OTHER}),
        ([ERASED], set()),
        ([], set()),
    ],
)
def test_a_guest_who_joined_an_account_is_known_by_the_id_of_the_booking(asked: list[UUID], known: set[UUID]) -> None:
    found = GatewayContacts(Gateway()).contacts(asked)

    assert found.keys() == known
    assert {person.full_name for person in found.values()} <= {"Anna"}
