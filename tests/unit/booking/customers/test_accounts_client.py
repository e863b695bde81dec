"""What Booking makes of the gateway's word on an account."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest
import urllib3

from booking.customers.accounts_client import AT_A_GLANCE, AccountsClient
from booking.customers.errors import AccountsUnavailableError
from core.service_client import TIMEOUT, ServiceCallError, ServiceClient, ServiceUnreachableError
from shared_schemas.accounts import Person
from tests.support.booking.studio import person_of
from tests.support.clock import FixedClock

ACCOUNT = uuid4()


class Answering(ServiceClient):
    """Says what it was told to say, of one path."""

    def __init__(self, answer: dict[str, Any] | Exception) -> None:
        super().__init__("booking", "http://nowhere.invalid", "key", FixedClock())
        self._answer = answer

    def get(self, path: str, timeout: urllib3.Timeout = TIMEOUT) -> dict[str, Any]:  # noqa: ARG002
        assert path == f"/v1/accounts/{ACCOUNT}"
        return self._told()

    def post(
        self, path: str, body: Mapping[str, Any], timeout: urllib3.Timeout = TIMEOUT, key: str | None = None
    ) -> dict[str, Any]:
        assert (path, body) == ("/v1/contacts", {"ids": [str(ACCOUNT)]})
        assert (timeout, key) == (AT_A_GLANCE, None)
        return self._told()

    def _told(self) -> dict[str, Any]:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def exists(answer: dict[str, Any] | Exception, account_id: UUID = ACCOUNT) -> bool:
    return AccountsClient(Answering(answer)).exists(account_id)


def test_an_account_is_there_or_is_not() -> None:
    assert exists({"id": str(ACCOUNT)})
    assert not exists(ServiceCallError(404, "account_not_found", "There is no account"))


def test_without_an_answer_nobody_is_called_unknown() -> None:
    with pytest.raises(AccountsUnavailableError):
        exists(ServiceUnreachableError("GET: 503"))
    with pytest.raises(ServiceCallError):
        exists(ServiceCallError(403, "forbidden", "You may not do this"))


def contacts(answer: dict[str, Any] | Exception) -> list[Person]:
    return AccountsClient(Answering(answer)).contacts([ACCOUNT])


def test_many_are_asked_for_at_once_and_soon() -> None:
    anna = person_of(ACCOUNT)
    assert contacts({"data": [anna.model_dump(mode="json")]}) == [anna]
    assert contacts({"data": []}) == []
    with pytest.raises(AccountsUnavailableError):
        contacts(ServiceUnreachableError("POST: timed out"))
    with pytest.raises(ServiceCallError):
        contacts(ServiceCallError(403, "forbidden", "You may not do this"))
