"""The story of somebody without an account, over real ports: books, pays, looks, moves, cancels; then signs in."""

import re
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from infra.local.client import Client
from tests.support.guests import CONSENTS
from tests.support.system.whole import Customer, System
from tests.support.waiting import eventually

CODE = re.compile(r"\b\d{6}\b")


@pytest.fixture(scope="module")
def number() -> str:
    return f"+7916{Random(uuid4().int).randrange(10**7):07}"


@pytest.fixture(scope="module")
def booked(system: System, number: str) -> tuple[Customer, dict[str, Any]]:
    """A guest, who has nothing but the token of the answer, and the booking."""
    written = f"8 ({number[2:5]}) {number[5:8]}-{number[8:10]}-{number[10:]}"
    told = {"full_name": "Вера Гостева", "phone": written, "consents": CONSENTS}
    made = Client(system.api_url).post("/v1/bookings", system.slot() | {"guest": told}, Idempotency_Key=str(uuid4()))
    return Customer(Client(system.api_url, made["access_token"]), "nobody@example.test", number), made


def test_without_a_token_nothing_else_is_let_in(system: System) -> None:
    nobody, slot = Client(system.api_url), system.slot()
    refused = nobody.request("POST", "/v1/bookings", slot)
    assert (refused.status, refused.document["code"]) == (401, "unauthorized")
    forged = Client(system.api_url, "not.a.token")
    told = {"full_name": "Вера", "phone": "8 916 000-00-00", "consents": CONSENTS}
    assert forged.request("POST", "/v1/bookings", slot | {"guest": told}).status == 401
    # The same at the service's own door.
    assert Client(system.booking_url).request("POST", "/v1/bookings", slot).status == 401


def test_a_guest_pays_moves_and_cancels(system: System, booked: tuple[Customer, dict[str, Any]]) -> None:
    guest, booking = booked
    path = f"/v1/bookings/{booking['id']}"

    payment = guest.start_payment(booking)
    guest.api.form(payment["confirmation_url"], action="pay")
    eventually(lambda: guest.booking_if(booking, "confirmed"))
    assert [each["id"] for each in guest.api.get(f"/v1/payments?booking_id={booking['id']}")["data"]] == [payment["id"]]
    for about in ("", "/receipts", "/refunds"):
        assert guest.api.get(f"/v1/payments/{payment['id']}{about}")
    eventually(lambda: [m for m in system.messages(guest, booking["number"]) if m["channel"] == "sms"])

    to = {name: value for name, value in system.slot().items() if name in ("start", "end")}
    assert guest.api.post(f"{path}/reschedule/preview", to)["total"]
    moved = guest.api.post(f"{path}/reschedule", to)
    assert moved["start"] == to["start"]
    file = guest.api.request("GET", f"{path}/calendar")
    assert file.headers["Content-Type"].startswith("text/calendar")
    assert ("BEGIN:VEVENT" in file.document, f"SEQUENCE:{moved['version']}" in file.document) == (True, True)

    link = booking["manage_url"].partition("#")[2]
    again = Client(system.api_url).post("/v1/guest-tokens", {"token": link})
    by_link = Client(system.api_url, again["access_token"])
    assert by_link.get(f"{path}/cancellation-preview")["refund"]
    assert by_link.post(f"{path}/cancel", {"reason": "rain"})["status"] == "cancelled"
    refunds = f"/v1/payments/{payment['id']}/refunds"
    eventually(lambda: [one for one in guest.api.get(refunds)["data"] if one["status"] == "succeeded"])


def test_the_token_opens_nothing_else(system: System, booked: tuple[Customer, dict[str, Any]]) -> None:
    guest, booking = booked
    other = system.customer()
    theirs = other.book(system.slot())
    history = f"/v1/bookings/{booking['id']}/history"
    gets = ("/v1/bookings", "/v1/me", "/v1/sessions", history)
    refused = [("GET", path) for path in gets]
    refused += [("POST", path) for path in ("/v1/bookings", "/v1/calendars", "/v1/halls")]
    for method, path in refused:
        assert guest.api.request(method, path, {}).status == 403, path
    for path in ("", "/cancellation-preview", "/calendar"):
        assert guest.api.request("GET", f"/v1/bookings/{theirs['id']}{path}").status == 404, path
    assert guest.api.request("POST", f"/v1/bookings/{theirs['id']}/cancel", {}).status == 404
    assert guest.api.request("POST", "/v1/payments", other.payment_request(theirs)).status == 404
    # Nor is it exchanged for more.
    assert guest.api.request("POST", "/v1/tokens/refresh", {"refresh_token": guest.api.token}).status == 401


def test_who_signs_in_by_a_code_finds_it_all(
    system: System, number: str, booked: tuple[Customer, dict[str, Any]]
) -> None:
    guest, booking = booked
    before = {message["text"] for message in system.messages(guest, "")}
    # Others in this system have had codes sent from here, too.
    system.sql("DELETE FROM gateway.tries")
    Client(system.api_url).post("/v1/codes", {"phone": number})

    def arrived() -> str | None:
        texts = [m["text"] for m in system.messages(guest, "") if m["text"] not in before and CODE.search(m["text"])]
        return CODE.findall(texts[0])[0] if texts else None

    attempt = {"phone": number, "code": eventually(arrived), "consent": True}
    pair = Client(system.api_url).post("/v1/tokens", attempt)
    account = Client(system.api_url, pair["access_token"])

    found = eventually(lambda: account.get("/v1/bookings")["data"])
    assert [each["id"] for each in found] == [booking["id"]]
    paid = eventually(lambda: account.get(f"/v1/payments?booking_id={booking['id']}")["data"])
    assert [each["booking_id"] for each in paid] == [booking["id"]]
    # What opened it before may be a stranger's.
    eventually(lambda: guest.api.request("GET", f"/v1/bookings/{booking['id']}").status == 401)
    link = booking["manage_url"].partition("#")[2]
    assert Client(system.api_url).request("POST", "/v1/guest-tokens", {"token": link}).status == 401
