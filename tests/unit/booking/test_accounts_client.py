"""What Booking makes of the gateway's word on an account."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from booking.accounts_client import AccountsClient
from booking.errors_customers import AccountsUnavailableError
from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from tests.support.clock import FixedClock

ACCOUNT = uuid4()


class Answering(ServiceClient):
    """Says what it was told to say, of one path."""

    def __init__(self, answer: dict[str, Any] | Exception) -> None:
        super().__init__("booking", "http://nowhere.invalid", "key", FixedClock())
        self._answer = answer

    def get(self, path: str) -> dict[str, Any]:
        assert path == f"/v1/accounts/{ACCOUNT}"
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
