"""The call to the booking service, over a real socket."""

from collections.abc import Iterator
from typing import Any

import pytest

from core.clock import SystemClock
from core.context import flow
from core.service_client import ServiceCallError, ServiceClient
from core.tokens import verify
from payment.paying.booking_client import BookingClient
from payment.paying.errors import BookingNotFoundError, BookingUnavailableError
from shared_schemas.common import Money
from shared_schemas.errors import UnavailableError
from tests.support.database import free_port
from tests.support.keys import FixedKeys
from tests.support.payment.terms import terms
from tests.support.scripted_server import Script, scripted_server

KEY = "k" * 32
TERMS = terms(balance=Money(amount=200_000))


@pytest.fixture
def server() -> Iterator[Script]:
    with scripted_server() as script:
        yield script


def client(url: str) -> BookingClient:
    return BookingClient(ServiceClient("payment", url, KEY, SystemClock()))


def test_the_terms_are_asked_for_as_this_service_and_in_this_flow(server: Script) -> None:
    server.answers = [(200, TERMS.model_dump(mode="json"))]

    with flow("the-flow"):
        assert client(server.url).terms(TERMS.booking_id) == TERMS

    (asked,) = server.asked
    assert asked.path == f"/v1/bookings/{TERMS.booking_id}/payment-terms"
    assert asked.headers["x-correlation-id"] == "the-flow"
    token = asked.headers["authorization"].removeprefix("Bearer ")
    assert verify(token, FixedKeys({"payment": KEY})).subject == "payment"


def test_an_unknown_booking_is_unknown_here_too(server: Script) -> None:
    server.answers = [(404, {"code": "booking_not_found", "detail": "…"})]
    with pytest.raises(BookingNotFoundError):
        client(server.url).terms(TERMS.booking_id)


@pytest.mark.parametrize("answer", [(503, {}), (429, {}), None])
def test_a_service_that_does_not_answer_asks_for_patience(server: Script, answer: tuple[int, Any] | None) -> None:
    server.answers = [answer]
    with pytest.raises(BookingUnavailableError) as caught:
        client(server.url).terms(TERMS.booking_id)
    assert isinstance(caught.value, UnavailableError)


def test_a_service_that_is_not_there_asks_for_patience() -> None:
    with pytest.raises(BookingUnavailableError):
        client(f"http://127.0.0.1:{free_port()}").terms(TERMS.booking_id)


def test_any_other_refusal_is_a_fault_of_ours(server: Script) -> None:
    server.answers = [(403, {"code": "forbidden", "detail": "…"})]
    with pytest.raises(ServiceCallError):
        client(server.url).terms(TERMS.booking_id)
