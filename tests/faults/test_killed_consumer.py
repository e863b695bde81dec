"""A consumer killed between receive and commit loses nothing and doubles nothing.

The test holds a lock that the consumer's transaction needs, sees it wait, kills the process, and lets go.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, text

from infra.local.machine.aws import local_client
from tests.support.system.whole import Customer, System
from tests.support.waiting import eventually

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = CAST(:table AS regclass)"


@contextmanager
def locked(system: System, table: str) -> Iterator[Connection]:
    """Nobody else can write to `table` meanwhile."""
    with system.database() as engine, engine.begin() as connection:
        connection.execute(text(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"))
        yield connection


def kill_while_waiting(system: System, connection: Connection, function: str, table: str) -> None:
    """Kill every process of `function` once its transaction waits for the lock on `table`."""
    eventually(lambda: connection.execute(text(WAITING), {"table": table}).scalar_one() or None)
    for pid in system.local.pids(function):
        # One that nobody used may have ended by itself.
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def messages(system: System, customer: Customer, booking: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((m["channel"], m.get("subject") or "") for m in system.messages(customer, booking["number"]))


def test_a_killed_notifier_sends_each_message_once(system: System) -> None:
    customer = system.customer()
    with locked(system, "notification.inbox") as connection:
        booking = customer.book(system.slot())
        kill_while_waiting(system, connection, "NotificationMessages", "notification.inbox")

    sent = eventually(lambda: messages(system, customer, booking) or None)
    redelivered(system, "notification-messages")

    assert messages(system, customer, booking) == sent
    assert len(sent) == len(set(sent)) == 1


def test_a_killed_event_log_has_each_event_once(system: System) -> None:
    customer = system.customer()
    with locked(system, "integration.events") as connection:
        booking = customer.book(system.slot())
        kill_while_waiting(system, connection, "IntegrationEventLog", "integration.events")

    def logged() -> list[str]:
        found = system.manager.get(f"/v1/events?booking_id={booking['id']}&limit=100")["data"]
        return sorted(event["type"] for event in found)

    eventually(lambda: "booking.created" in logged() or None)
    assert logged().count("booking.created") == 1


def confirmed_though_killed(system: System, function: str, table: str, queue: str) -> tuple[Customer, dict[str, Any]]:
    """A customer and the paid booking; the function was killed before it could write to `table`."""
    customer = system.customer()
    booking = customer.book(system.slot())
    payment = customer.start_payment(booking)
    with locked(system, table) as connection:
        customer.api.form(payment["confirmation_url"], action="pay")
        kill_while_waiting(system, connection, function, table)

    confirmed = eventually(lambda: customer.booking_if(booking, "confirmed"))
    redelivered(system, queue)
    return customer, confirmed


def test_a_payment_whose_consumer_is_killed_succeeds_once(system: System) -> None:
    _, confirmed = confirmed_though_killed(system, "PaymentNotifications", "payment.inbox", "payment-notifications")

    assert confirmed["paid"] == confirmed["prepayment"]
    path = f"/v1/events?correlation_id={confirmed['correlation_id']}&limit=100"

    def types() -> list[str]:
        return [event["type"] for event in system.manager.get(path)["data"]]

    eventually(lambda: "booking.confirmed" in types())
    redelivered(system, "integration-event-log")
    assert (types().count("payment.succeeded"), types().count("booking.confirmed")) == (1, 1)


def test_a_confirmation_whose_caller_is_killed_happens_once(system: System) -> None:
    customer, confirmed = confirmed_though_killed(
        system, "IntegrationConfirmations", "integration.inbox", "integration-confirmations"
    )

    assert customer.api.get(f"/v1/bookings/{confirmed['id']}") == confirmed
    assert confirmed["paid"] == confirmed["prepayment"]


def redelivered(system: System, queue: str) -> None:
    """Wait until the queue has nothing left, in flight or waiting: whatever came again was handled."""
    sqs = local_client("sqs", system.endpoints.aws_endpoint)
    url = next(url for url in sqs.list_queues()["QueueUrls"] if url.endswith(queue))
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

    def empty() -> bool:
        counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return all(int(counts[name]) == 0 for name in names)

    eventually(empty)
