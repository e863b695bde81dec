"""Why a booking was cancelled, as the booking service says it."""

from typing import Any
from uuid import uuid4

import pytest

from core.service_client import ServiceCallError, ServiceUnreachableError
from notification.errors import TransientDeliveryError
from notification.writing.bookings import BookingClient


class Booking:
    """Gives one answer, or fails."""

    def __init__(self, answer: dict[str, Any] | Exception) -> None:
        self._answer = answer
        self.asked: list[str] = []

    def get(self, path: str) -> dict[str, Any]:
        self.asked.append(path)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def client(answer: dict[str, Any] | Exception) -> BookingClient:
    return BookingClient(Booking(answer))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [({"reason": "rain"}, "rain"), ({}, None), (ServiceCallError(404, "booking_not_found", ""), None)],
)
def test_what_was_said_is_told_and_nothing_where_nothing_was(
    answer: dict[str, Any] | Exception, reason: str | None
) -> None:
    assert client(answer).reason(uuid4()) == reason


@pytest.mark.parametrize(
    ("trouble", "word"),
    [
        (ServiceUnreachableError("down"), "booking_unavailable"),
        (ServiceCallError(403, "forbidden", ""), "booking_refused_403"),
    ],
)
def test_without_an_answer_the_message_waits(trouble: Exception, word: str) -> None:
    with pytest.raises(TransientDeliveryError, match=word):
        client(trouble).reason(uuid4())
