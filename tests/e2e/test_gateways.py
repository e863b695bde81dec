"""Every gateway through every component: booked, paid on its page, confirmed, called off, and the money back."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.stories.money.studio import MoneyStudio
from tests.support.system.whole import Customer, System
from tests.support.waiting import eventually

GATEWAYS = ("yookassa", "sberpay", "tkassa")
pytestmark = pytest.mark.parametrize("gateway", GATEWAYS)


@pytest.fixture(scope="module")
def studio(system: System) -> MoneyStudio:
    return MoneyStudio(system)


def start(customer: Customer, booking: dict[str, Any], gateway: str) -> dict[str, Any]:
    body = customer.payment_request(booking) | {"provider": gateway}
    return dict(customer.api.post("/v1/payments", body, Idempotency_Key=str(uuid4())))


def pay(customer: Customer, payment: dict[str, Any]) -> None:
    assert customer.api.form(payment["confirmation_url"], action="pay").status == 303


def refunds(customer: Customer, payment: dict[str, Any]) -> list[tuple[str, str, int]]:
    found = customer.api.get(f"/v1/payments/{payment['id']}/refunds")["data"]
    return [(refund["reason"], refund["status"], refund["amount"]["amount"]) for refund in found]


def gone_back(system: System, customer: Customer, payment: dict[str, Any]) -> bool:
    """Whether all of it has; a refund that the gateway takes its time over has its turn now, not in a minute."""
    turn = "UPDATE payment.refunds SET next_attempt_at = now() WHERE payment_id = :id AND status = 'pending'"
    system.sql(turn, id=payment["id"])
    system.hasten("PaymentPollRefunds")
    shown = customer.api.get(f"/v1/payments/{payment['id']}")
    return bool(shown["refunded"] == payment["amount"])


def test_a_booking_is_paid_called_off_and_refunded(system: System, studio: MoneyStudio, gateway: str) -> None:
    customer = system.customer()
    booking = customer.book(studio.slot())
    payment = start(customer, booking, gateway)
    assert (payment["status"], payment["provider"]) == ("pending", gateway)
    pay(customer, payment)
    confirmed = eventually(lambda: customer.booking_if(booking, "confirmed"))
    assert confirmed["paid"] == booking["prepayment"] == payment["amount"]

    cancelled = customer.api.post(f"/v1/bookings/{booking['id']}/cancel", {"reason": "rain"})

    assert (cancelled["payment_state"], cancelled["refund_due"]) == ("refund_pending", payment["amount"])
    eventually(lambda: gone_back(system, customer, payment))

    def refunded() -> dict[str, Any] | None:
        shown = dict(customer.api.get(f"/v1/bookings/{booking['id']}"))
        return shown if shown["payment_state"] == "refunded" else None

    shown = eventually(refunded)
    assert (shown["status"], shown["paid"]["amount"], shown["refunded"]) == ("cancelled", 0, payment["amount"])
    assert refunds(customer, payment) == [("booking_cancelled", "succeeded", payment["amount"]["amount"])]


def test_a_payment_for_a_slot_that_is_gone_goes_back_once(system: System, studio: MoneyStudio, gateway: str) -> None:
    late, slot = system.customer(), studio.slot()
    booking = late.book(slot)
    payment = start(late, booking, gateway)
    # The payer is at the bank's page already when the hold ends: a link in use cannot be killed any more.
    late.api.form(payment["confirmation_url"], action="check")
    system.expire(booking)
    eventually(lambda: late.booking_if(booking, "expired"))
    system.customer().book(slot)

    late.api.form(payment["confirmation_url"], action="confirm", code="1234")

    eventually(lambda: gone_back(system, late, payment))
    assert refunds(late, payment) == [("slot_taken", "succeeded", payment["amount"]["amount"])]
    shown = late.api.get(f"/v1/bookings/{booking['id']}")
    assert (shown["status"], shown["paid"]["amount"]) == ("expired", 0)
