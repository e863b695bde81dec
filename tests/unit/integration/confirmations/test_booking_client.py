"""Which of Booking's refusals are final."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest
import urllib3

from core.clock import SystemClock
from core.service_client import TIMEOUT, ServiceCallError, ServiceClient, ServiceUnreachableError
from integration.confirmations.booking_client import BookingClient
from integration.confirmations.errors import ConfirmationRefusedError
from shared_schemas.common import Money

BOOKING, PAYMENT = UUID(int=1), uuid4()


class Api(ServiceClient):
    """An API that refuses as told, or takes everything."""

    def __init__(self, refusal: Exception | None = None) -> None:
        super().__init__("integration", "http://unused.test", "key", SystemClock())
        self.refusal = refusal
        self.posted: list[tuple[str, Mapping[str, Any]]] = []

    def post(
        self, path: str, body: Mapping[str, Any], timeout: urllib3.Timeout = TIMEOUT, key: str | None = None
    ) -> dict[str, Any]:
        assert (timeout, key) == (TIMEOUT, None)
        self.posted.append((path, body))
        if self.refusal:
            raise self.refusal
        return {}


def test_a_payment_is_reported_with_its_amount() -> None:
    api = Api()

    BookingClient(api).confirm(BOOKING, PAYMENT, Money(amount=150_000))

    body = {"payment_id": str(PAYMENT), "paid": {"amount": 150_000, "currency": "RUB"}}
    assert api.posted == [(f"/v1/bookings/{BOOKING}/confirm", body)]


@pytest.mark.parametrize("code", ["slot_taken", "invalid_transition", "payment_too_small", "booking_not_found"])
def test_a_refusal_by_the_bookings_rules_is_final(code: str) -> None:
    with pytest.raises(ConfirmationRefusedError) as refused:
        BookingClient(Api(ServiceCallError(409, code, "no"))).confirm(BOOKING, PAYMENT, Money(amount=1))

    assert refused.value.code == code


@pytest.mark.parametrize(
    "error",
    [
        ServiceCallError(409, "concurrent_update", "lost a race"),
        ServiceCallError(401, "unauthorized", "an old key"),
        ServiceCallError(403, "forbidden", "a wrong role"),
        ServiceUnreachableError("503"),
    ],
)
def test_what_may_pass_is_left_to_the_queue(error: Exception) -> None:
    with pytest.raises(type(error)):
        BookingClient(Api(error)).confirm(BOOKING, PAYMENT, Money(amount=1))
