"""The whole flow over real ports, against the real runtime: from registration to the event log."""

from typing import Any

import pytest

from infra.local.client import Client
from tests.support.system.whole import Customer, System
from tests.support.waiting import eventually

CHAIN = {
    "booking.created",
    "payment.created",
    "payment.notification_received",
    "payment.succeeded",
    "booking.confirmed",
    "notification.sent",
}
# What has an event for its cause. A success may have none: the schedule's poll can be faster than the notification.
EFFECTS = {"booking.confirmed", "notification.sent"}
# Each event with its cause; the first has a request for it.
STEPS = {
    (None, "booking.created"),
    ("payment.succeeded", "booking.confirmed"),
    ("booking.confirmed", "notification.sent"),
}


@pytest.fixture(scope="module")
def paid(system: System) -> tuple[Customer, dict[str, Any]]:
    """A customer whose booking was paid on the gateway's page and confirmed through the broker."""
    customer = system.customer()
    booking = customer.book(system.slot())
    payment = customer.start_payment(booking)
    assert payment["status"] == "pending"
    assert payment["amount"] == booking["prepayment"]

    answer = customer.api.form(payment["confirmation_url"], action="pay")

    assert (answer.status, answer.headers["Location"]) == (303, "https://studio.example/thanks")
    confirmed = eventually(lambda: customer.booking_if(booking, "confirmed"))
    return customer, confirmed


def test_a_paid_booking_is_confirmed_through_every_component(paid: tuple[Customer, dict[str, Any]]) -> None:
    _, booking = paid

    assert booking["paid"] == booking["prepayment"]
    assert "hold_expires_at" not in booking


def test_the_client_gets_mail_and_sms(system: System, paid: tuple[Customer, dict[str, Any]]) -> None:
    customer, booking = paid

    def confirmation() -> list[dict[str, Any]] | None:
        found = system.messages(customer, booking["number"])
        return found if {"email", "sms"} <= {message["channel"] for message in found} else None

    found = eventually(confirmation)
    assert {message["to"] for message in found} <= {customer.email, customer.phone, customer.phone.lstrip("+")}


def test_the_event_log_has_the_whole_chain_under_one_correlation_id(
    system: System, paid: tuple[Customer, dict[str, Any]]
) -> None:
    _, booking = paid
    path = f"/v1/events?correlation_id={booking['correlation_id']}&limit=100"

    def chain() -> list[dict[str, Any]] | None:
        events = list(system.manager.get(path)["data"])
        ids = {event["id"] for event in events}
        caused = {event["type"] for event in events if event.get("causation_id") in ids}
        return events if {event["type"] for event in events} >= CHAIN and caused >= EFFECTS else None

    events = eventually(chain)
    # Each fact of the flow happened once; several messages went out.
    once = [
        event["type"]
        for event in events
        if event["type"] in CHAIN - {"notification.sent", "payment.notification_received"}
    ]
    assert sorted(once) == sorted(set(once))


def test_the_trace_shows_each_event_under_its_cause(system: System, paid: tuple[Customer, dict[str, Any]]) -> None:
    customer, booking = paid
    path = f"/v1/traces/{booking['correlation_id']}"

    def whole() -> list[dict[str, Any]] | None:
        events = list(system.manager.get(path)["events"])
        types = {event["id"]: event["type"] for event in events}
        steps = {(types.get(event.get("causation_id")), event["type"]) for event in events}
        return events if steps >= STEPS else None

    events = eventually(whole)
    by_id = {event["id"]: event for event in events}
    for event in events:
        cause = by_id.get(event.get("causation_id", ""))
        assert event["depth"] == (cause["depth"] + 1 if cause else 0)
        assert event.get("after_cause_ms", 0) >= 0
    assert customer.api.request("GET", path).status == 403
    assert 'id="trace"' in Client(system.api_url).request("GET", "/trace").document


def test_a_slot_that_is_taken_is_not_offered_and_not_sold(
    system: System, paid: tuple[Customer, dict[str, Any]]
) -> None:
    customer, booking = paid
    asked = {name: booking[name] for name in ("hall_id", "start", "end", "people")}

    refused = customer.api.request("POST", "/v1/bookings", asked)

    assert (refused.status, refused.document["code"]) == (409, "slot_taken")
    assert booking["start"] not in system.starts(booking["hall_id"], booking["start"][:10])


def test_a_declined_payment_leaves_the_booking_pending(system: System) -> None:
    customer = system.customer()
    booking = customer.book(system.slot())
    payment = customer.start_payment(booking)

    customer.api.form(payment["confirmation_url"], action="decline")

    eventually(lambda: customer.payment_if(payment, "failed"))
    assert customer.booking_if(booking, "pending")


def test_a_cancelled_booking_frees_its_slot(system: System) -> None:
    customer = system.customer()
    slot = system.slot()
    booking = customer.book(slot)

    cancelled = customer.api.post(f"/v1/bookings/{booking['id']}/cancel", {"reason": "rain"})

    assert cancelled["status"] == "cancelled"
    assert customer.book(slot)["status"] == "pending"


def test_an_unpaid_hold_expires_by_schedule_and_frees_its_slot(system: System) -> None:
    customer = system.customer()
    slot = system.slot()
    booking = customer.book(slot)
    system.let_hold_run_out(booking)

    eventually(lambda: customer.booking_if(booking, "expired"))
    assert customer.book(slot)["status"] == "pending"


def test_a_reminder_is_sent_by_schedule_and_only_once(system: System) -> None:
    customer = system.customer()
    booking = customer.book(system.slot_of_a_day_ahead())
    system.manager.post(f"/v1/bookings/{booking['id']}/confirm", {"reason": "paid in cash"})

    def queued(template: str) -> dict[str, str]:
        path = f"/v1/notifications?booking_id={booking['id']}&limit=100"
        found = [n for n in system.manager.get(path)["data"] if n["template"] == template]
        states = {n["channel"]: n["status"] for n in found}
        assert len(states) == len(found)
        return states

    eventually(lambda: queued("booking_confirmed").get("email") == "sent")
    # Who books on the day before is not reminded of it: let them have booked long before.
    system.sql("UPDATE notification.bookings SET known_since = '2000-01-01' WHERE booking_id = :id", id=booking["id"])
    eventually(lambda: queued("booking_reminder").get("email") == "sent")
    system.invoke("NotificationReminders", system.schedule_event())
    # At night the SMS waits for the morning.
    assert queued("booking_reminder").keys() == {"email", "sms"}
