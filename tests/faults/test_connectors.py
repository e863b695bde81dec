"""A slow receiver slows nothing else, and a sender killed in the middle sends the same delivery again."""

import json
import os
import signal
from contextlib import suppress
from typing import Any

import pytest

from infra.local.client import Client
from infra.local.machine.aws import local_client
from tests.support.integration.receivers import Hook, connector, deals
from tests.support.system.whole import System
from tests.support.waiting import eventually

LEASE_OVER = """
UPDATE integration.deliveries SET next_attempt_at = now(), leased_until = NULL
 WHERE id = :id AND status = 'waiting'
"""


def knobs(system: System, **values: int) -> None:
    answer = Client(system.endpoints.sandbox_url).request("PUT", "/_sandbox/knobs", values)
    assert answer.status == 200, answer.document


def paid(system: System) -> dict[str, Any]:
    """A booking that is paid for and confirmed, with the customer's mail of it."""
    customer = system.customer()
    booking = customer.book(system.slot())
    payment = customer.start_payment(booking)
    customer.api.form(payment["confirmation_url"], action="pay")
    eventually(lambda: customer.booking_if(booking, "confirmed"))
    eventually(lambda: system.messages(customer, booking["number"]))
    return booking


@pytest.mark.timeout(900)
def test_a_crm_that_hardly_answers_slows_nothing_else(system: System) -> None:
    knobs(system, receiver_latency_ms=60_000)
    hook = Hook(system, "booking.confirmed")
    try:
        bookings = [paid(system) for _ in range(3)]
        for booking in bookings:
            eventually(lambda booking=booking: hook.calls(booking))  # type: ignore[misc]
            assert deals(system, booking) == []
        eventually(lambda: connector(system, "bitrix24")["waiting"] >= 3)
    finally:
        knobs(system)
    system.sql("UPDATE integration.connectors SET next_turn_at = now()")
    for booking in bookings:
        eventually(lambda booking=booking: told(system, booking))  # type: ignore[misc]


def turn(system: System, function: str) -> None:
    """The function's schedule is due; as with a schedule, nobody waits for what comes of it."""
    client = local_client("lambda", system.endpoints.lambda_endpoint)
    client.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(system.schedule_event()))


def told(system: System, booking: dict[str, Any]) -> bool:
    """Whether Bitrix24 has one deal and knows the booking's newest state; a long pause is made short."""
    soon = "UPDATE integration.deliveries SET next_attempt_at = now() WHERE status = 'waiting' AND leased_until IS NULL"
    system.sql(soon)
    turn(system, "IntegrationBitrix24")
    return [deal["stageId"] for deal in deals(system, booking)] == ["PREPARATION"]


@pytest.mark.timeout(900)
def test_a_sender_killed_in_the_middle_sends_the_same_delivery_again(system: System) -> None:
    hook = Hook(system, "booking.created")
    # Longer than the sender waits: it must not be delivered though the kill comes late.
    hook.behave(delay_ms=60_000)
    booking = system.customer().book(system.slot())
    eventually(lambda: hook.calls(booking))
    for pid in system.local.pids("IntegrationWebhooks"):
        # One that nobody used may have ended by itself.
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    (delivery,) = hook.deliveries()
    assert delivery["status"] == "waiting"
    hook.behave()
    # The lease holds for two minutes, lest a slow sender be overtaken; nobody waits for that here.
    system.sql(LEASE_OVER, id=delivery["id"])

    def delivered() -> bool:
        turn(system, "IntegrationWebhooks")
        return bool(hook.deliveries()[0]["status"] == "delivered")

    eventually(delivered)
    calls = hook.calls(booking)
    assert [call["headers"]["Cyclorama-Delivery"] for call in calls] == [delivery["id"]] * 2
    assert {call["signature"] for call in calls} == {"valid"}
    assert [d["attempts"] for d in hook.deliveries()] == [2]
