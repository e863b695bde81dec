"""Money over the whole life of a booking: in parts, all at once, for what changed, and back again with a word."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.support.stories.money.studio import MoneyStudio
from tests.support.system.whole import Customer, System
from tests.support.waiting import eventually

EXTENSION = {"minutes": 60}
Shown = dict[str, Any]


@pytest.fixture(scope="module")
def studio(system: System) -> MoneyStudio:
    return MoneyStudio(system)


def with_room(studio: MoneyStudio) -> Shown:
    """An hour with a free one after it."""
    first, following = studio.slot(), studio.slot()
    while following["start"] != first["end"]:
        first, following = following, studio.slot()
    return first


def start(customer: Customer, booking: Shown, **changes: object) -> Shown:
    body = customer.payment_request(booking) | changes
    return dict(customer.api.post("/v1/payments", body, Idempotency_Key=str(uuid4())))


def finish(customer: Customer, payment: Shown) -> None:
    assert customer.api.form(payment["confirmation_url"], action="pay").status == 303


def pay(customer: Customer, booking: Shown, **changes: object) -> Shown:
    payment = start(customer, booking, **changes)
    finish(customer, payment)
    return payment


def booking_that(customer: Customer, booking: Shown, fits: Callable[[Shown], bool]) -> Shown:
    """The booking, once it is as wanted."""

    def look() -> Shown | None:
        shown = dict(customer.api.get(f"/v1/bookings/{booking['id']}"))
        return shown if fits(shown) else None

    return eventually(look)


def settled(customer: Customer, booking: Shown, state: str) -> Shown:
    return booking_that(customer, booking, lambda shown: bool(shown["payment_state"] == state))


def told(system: System, customer: Customer, booking: Shown, subject: str) -> str:
    """The one mail about the booking with these words in its subject."""
    mails = eventually(lambda: [m for m in system.messages(customer, booking["number"]) if subject in _subject(m)])
    assert len(mails) == 1
    return str(mails[0]["text"]).replace("\u00a0", " ")


def _subject(message: Shown) -> str:
    return message.get("subject") or ""


def test_the_prepayment_confirms_and_the_balance_is_paid_later(system: System, studio: MoneyStudio) -> None:
    customer = system.customer()
    booking = customer.book(studio.slot())
    first = pay(customer, booking)
    assert (first["purpose"], first["amount"]) == ("prepayment", booking["prepayment"])
    confirmed = eventually(lambda: customer.booking_if(booking, "confirmed"))
    assert confirmed["payment_state"] == "partial"

    second = pay(customer, booking)

    assert second["purpose"] == "balance"
    assert first["amount"]["amount"] + second["amount"]["amount"] == booking["total"]["amount"]
    assert settled(customer, booking, "paid")["paid"] == booking["total"]
    refusal = customer.api.request("POST", "/v1/payments", customer.payment_request(booking))
    assert (refusal.status, refusal.document["code"]) == (409, "booking_not_payable")


@pytest.mark.parametrize("provider", ["yookassa", "sberpay", "tkassa"])
def test_all_of_it_may_be_paid_at_once(system: System, studio: MoneyStudio, provider: str) -> None:
    customer = system.customer()
    booking = customer.book(studio.slot())
    payment = pay(customer, booking, purpose="full", provider=provider)
    assert (payment["purpose"], payment["amount"]) == ("full", booking["total"])
    confirmed = eventually(lambda: customer.booking_if(booking, "confirmed"))
    assert (confirmed["payment_state"], confirmed["paid"]) == ("paid", booking["total"])


def test_a_longer_visit_is_paid_for(system: System, studio: MoneyStudio) -> None:
    customer = system.customer()
    booking = customer.book(with_room(studio))
    pay(customer, booking, purpose="full")
    eventually(lambda: customer.booking_if(booking, "confirmed"))

    longer = customer.api.post(f"/v1/bookings/{booking['id']}/extend", EXTENSION)
    assert longer["payment_state"] == "partial"
    surcharge = pay(customer, booking)

    assert surcharge["amount"]["amount"] == longer["total"]["amount"] - booking["total"]["amount"]
    assert settled(customer, booking, "paid")["paid"] == longer["total"]


def test_a_prepayment_that_became_too_small_is_kept_until_the_rest_comes(system: System, studio: MoneyStudio) -> None:
    customer = system.customer()
    booking = customer.book(with_room(studio))
    payment = start(customer, booking)
    longer = customer.api.post(f"/v1/bookings/{booking['id']}/extend", EXTENSION)

    finish(customer, payment)
    waiting = settled(customer, booking, "partial")
    assert (waiting["status"], waiting["paid"]) == ("pending", payment["amount"])
    rest = pay(customer, booking)

    assert rest["amount"]["amount"] == longer["prepayment"]["amount"] - payment["amount"]["amount"]
    assert eventually(lambda: customer.booking_if(booking, "confirmed"))["paid"] == longer["prepayment"]


def test_a_part_goes_back_when_the_rest_does_not_come(system: System, studio: MoneyStudio) -> None:
    customer = system.customer()
    booking = customer.book(with_room(studio))
    payment = start(customer, booking)
    customer.api.post(f"/v1/bookings/{booking['id']}/extend", EXTENSION)
    finish(customer, payment)
    settled(customer, booking, "partial")

    system.expire(booking)

    shown = settled(customer, booking, "refunded")
    assert (shown["status"], shown["paid"]["amount"], shown["refunded"]) == ("expired", 0, payment["amount"])
    assert "not paid for in full in time" in told(system, customer, booking, "Refund of RUB 1000")


def test_what_a_cancellation_gives_back_is_told_when_it_goes(system: System, studio: MoneyStudio) -> None:
    customer = system.customer()
    booking = customer.book(studio.slot())
    for purpose in ("prepayment", "balance"):
        pay(customer, booking, purpose=purpose)
        booking_that(customer, booking, lambda shown: bool(shown["paid"]["amount"]))
    settled(customer, booking, "paid")

    customer.api.post(f"/v1/bookings/{booking['id']}/cancel", {"reason": "rain"})

    shown = settled(customer, booking, "refunded")
    assert (shown["paid"]["amount"], shown["refunded"]) == (0, booking["total"])
    refunds = eventually(lambda: _pair([m for m in system.messages(customer, booking["number"])
                                        if "Refund of RUB 1000" in _subject(m)]))  # fmt: skip
    assert all("The booking was cancelled" in mail["text"] for mail in refunds)
    assert "We return RUB 2,000.00 the way you paid." in told(system, customer, booking, "is cancelled")


def _pair(found: list[Shown]) -> list[Shown] | None:
    """The prepayment and the balance go back each by its own way."""
    return found if len(found) == 2 else None
