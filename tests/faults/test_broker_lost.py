"""The broker loses everything: killed, its state wiped, with events in its queues. A replay puts all of it right.

The process that feeds the consumers is held still meanwhile, so that events are lost for certain."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.faults.conftest import IMPATIENT
from tests.support.database import SERVICES
from tests.support.stories.delivery.broker import Broker
from tests.support.stories.delivery.projections import come_to_rest, contents, lacking, wrong
from tests.support.system.whole import ROOT, Customer, System, running_system
from tests.support.waiting import PATIENCE_SECONDS, eventually

# Long enough that nothing but the test decides when jobs run.
NEVER = "86400"
RELAYS = tuple(f"{service.title()}RelayOutbox" for service in SERVICES)
# Whoever was at work when the broker died could not publish what it had done.
NOT_TOLD = """
UPDATE notification.outbox SET published_at = NULL WHERE event_id =
    (SELECT event_id FROM notification.outbox WHERE type = 'notification.sent' ORDER BY created_at DESC LIMIT 1)
"""
TOLD = text(
    "SELECT count(*) FROM payment.outbox WHERE type = 'payment.notification_received' AND published_at IS NOT NULL"
)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    state = tmp_path_factory.mktemp("lost")
    with running_system(state, CYCLORAMA_SCHEDULE_SECONDS=NEVER, **IMPATIENT) as running:
        yield running


@pytest.fixture(scope="module")
def engine(studio: System) -> Iterator[Engine]:
    with studio.database() as engine:
        yield engine


@contextmanager
def consumers_held_still(studio: System) -> Iterator[None]:
    """What is published stays in the broker's queues."""
    pid = Broker(studio).pid("queues")
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def pay(studio: System, customer: Customer, booking: dict[str, Any]) -> None:
    payment = customer.start_payment(booking)
    customer.api.form(payment["confirmation_url"], action="pay")


def whole_visit(studio: System) -> None:
    """Booked, paid, confirmed, moved and called off: an event of most kinds."""
    customer = studio.customer()
    booking = customer.book(studio.slot())
    pay(studio, customer, booking)
    eventually(lambda: customer.booking_if(booking, "confirmed"))
    come_to_rest(studio)
    customer.api.post(f"/v1/bookings/{booking['id']}/cancel", {"reason": "other plans"})


def told_of(engine: Engine) -> int:
    """How many notifications of gateways the broker took."""
    with engine.connect() as connection:
        return int(connection.execute(TOLD).scalar_one())


def replay(studio: System, *options: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "infra.local", "replay", *options],
        cwd=ROOT,
        env={**os.environ, "CYCLORAMA_STATE": str(studio.local.state), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def come_right(studio: System, engine: Engine) -> None:
    """Wait until nothing is under way and every projection is right; or say which is not. What was not published is
    what the relays are for, which no schedule runs here."""

    def found() -> list[object]:
        for relay in RELAYS:
            studio.invoke(relay, {})
        come_to_rest(studio)
        with engine.connect() as connection:
            return [*wrong(connection), *filter(None, [lacking(studio)])]

    deadline = time.monotonic() + PATIENCE_SECONDS
    while left := found():
        assert time.monotonic() < deadline, left
        time.sleep(0.5)


def test_a_broker_that_lost_everything_is_made_good(studio: System, engine: Engine) -> None:
    whole_visit(studio)
    come_right(studio, engine)

    customers, before = [studio.customer() for _ in range(3)], told_of(engine)
    with consumers_held_still(studio):
        bookings = [customer.book(studio.slot()) for customer in customers]
        for customer, booking in zip(customers, bookings, strict=True):
            pay(studio, customer, booking)
        # What was not published yet would wait and not be lost.
        eventually(lambda: told_of(engine) >= before + len(bookings))
        Broker(studio).lose_everything()
        studio.sql(NOT_TOLD)
        # Business goes on; what cannot be published waits.
        late = studio.customer()
        late.book(studio.slot())
    come_to_rest(studio)
    with engine.connect() as connection:
        assert wrong(connection), "nothing was lost, so nothing is proven"
    # A poll that was under way may have had its message already.
    paid = list(zip(customers, bookings, strict=True))
    assert not all(customer.booking_if(booking, "confirmed") for customer, booking in paid)

    assert "The oldest missing event" in replay(studio)

    come_right(studio, engine)
    assert all(customer.booking_if(booking, "confirmed") for customer, booking in paid)


def test_a_replay_changes_nothing_that_is_right(studio: System, engine: Engine) -> None:
    """Everything that ever happened, twice over, leaves every table of every service as it was."""
    whole_visit(studio)
    come_right(studio, engine)
    with engine.connect() as connection:
        before = contents(connection)

    for _ in range(2):
        replay(studio, "--since", "2000-01-01T00:00:00+00:00")
        come_to_rest(studio)

    with engine.connect() as connection:
        after = contents(connection)
    assert {table: (rows, after[table]) for table, rows in before.items() if after[table] != rows} == {}
    assert len(before["integration.events"]) > 20
