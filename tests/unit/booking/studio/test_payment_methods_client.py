"""Asking the payment service which ways to pay are on."""

from typing import Any

import pytest
import urllib3

from booking.studio.payment_methods_client import PaymentMethodsClient
from booking.studio.ports import PaymentMethodsUnknownError
from core.service_client import TIMEOUT, ServiceCallError, ServiceClient, ServiceUnreachableError
from tests.support.clock import FixedClock

SAID: dict[str, Any] = {"data": [{"provider": "tkassa", "label": {"en": "T-Kassa", "ru": "Т-Касса"}, "methods": []}]}


class Answering(ServiceClient):
    """Says what it was told to say."""

    def __init__(self, answer: dict[str, Any] | Exception) -> None:
        super().__init__("booking", "http://nowhere.invalid", "key", FixedClock())
        self._answer = answer

    def get(self, path: str, timeout: urllib3.Timeout = TIMEOUT) -> dict[str, Any]:
        assert path == "/v1/payment-methods"
        # Somebody looks at a page meanwhile.
        assert timeout.total == 2
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def test_what_is_on_is_told() -> None:
    (found,) = PaymentMethodsClient(Answering(SAID)).offered()

    assert (found.provider, found.label.ru) == ("tkassa", "Т-Касса")


@pytest.mark.parametrize("failure", [ServiceUnreachableError(), ServiceCallError(404, "not_found", "")])
def test_no_usable_answer_is_said_so(failure: Exception) -> None:
    with pytest.raises(PaymentMethodsUnknownError):
        PaymentMethodsClient(Answering(failure)).offered()
