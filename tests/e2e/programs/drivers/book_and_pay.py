"""Books and pays with the published Python client, as its README shows; says what came of it as JSON.

It runs where the client is installed: `example` is the README's."""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import httpx
from cyclorama_client import Cyclorama, ProblemError, every
from cyclorama_client.models import BookingCard, BookingExtendRequest, BookingRequest, NewBooking
from example import book

T = TypeVar("T")
PATIENCE_SECONDS = 240


class LosesAnswers(httpx.BaseTransport):
    """A network that takes every first request of a kind to its end, and loses the answer."""

    def __init__(self) -> None:
        self._inner = httpx.HTTPTransport()
        self.lost: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        name = f"{request.method} {request.url.path}"
        if name not in self.lost and not request.url.path.startswith("/v1/tokens"):
            self.lost.append(name)
            response.close()
            raise httpx.ReadTimeout("the answer was lost", request=request)
        return response


def main(url: str, email: str) -> dict[str, object]:
    network = LosesAnswers()
    with Cyclorama(url, language="en", transport=network) as api:
        api.sign_in(email, "cyclorama")
        day = datetime.now(UTC).date() + timedelta(days=55)
        booking, payment = book(api, day)
        httpx.post(str(payment.confirmation_url), data={"action": "pay"})
        confirmed = eventually(lambda: confirmed_one(api, booking))
        return {
            "status": confirmed.status,
            "paid": confirmed.paid.amount,
            "listed": [str(each.id) for each in every(api.list_bookings, limit=1)],
            "lost": network.lost,
            "taken": taken(api, booking),
            "wrong": wrong(api, booking),
            "renewed": renewed(api),
            "unkeyed": unkeyed(api, booking),
        }


def confirmed_one(api: Cyclorama, booking: NewBooking) -> BookingCard | None:
    found = api.get_booking(booking.id)
    return found if found.status == "confirmed" else None


def taken(api: Cyclorama, booking: NewBooking) -> tuple[int, str, int]:
    """The same time again: the error offers others."""
    try:
        api.create_booking(body=BookingRequest(booking.hall_id, booking.start, booking.end))
    except ProblemError as refused:
        return refused.status, refused.code, len(refused.document["alternatives"])
    raise AssertionError("it was booked twice")


def wrong(api: Cyclorama, booking: NewBooking) -> list[tuple[str, str]]:
    try:
        api.create_booking(body=BookingRequest(booking.hall_id, booking.start, booking.end, people=-1))
    except ProblemError as refused:
        return [(each.field, each.code) for each in refused.errors]
    raise AssertionError("minus one person was booked for")


def renewed(api: Cyclorama) -> bool:
    """The access token runs out; the next call gets another one."""
    signing = api._signing
    signing.accept("run out", signing._refresh)
    return bool(api.list_bookings().data) and signing._access != "run out"


def unkeyed(api: Cyclorama, booking: NewBooking) -> str:
    """What changes something and has no key is not sent twice: nobody knows whether it was done."""
    try:
        api.preview_extension(booking.id, body=BookingExtendRequest(60))
    except httpx.ReadTimeout as lost:
        return str(lost)
    raise AssertionError("it was sent twice")


def eventually(look: Callable[[], T | None]) -> T:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if (found := look()) is not None:
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come about")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])))
