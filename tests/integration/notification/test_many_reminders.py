"""Everybody who has a visit soon is reminded of it once, though one of three workers is killed half-way.

`make soak ONLY=reminders SCALE=34` has ten thousand."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, text

from notification.sending.domain import LEASE
from tests.support.chance import scaled
from tests.support.database import EngineFor
from tests.support.notification import START, facts
from tests.support.stories.reminders.worker import DUE, office, taken, work
from tests.support.waiting import PATIENCE_SECONDS, eventually

WORKERS = 3
VISITS = 300
BOOKED = text("""
INSERT INTO notification.bookings (booking_id, version, status, customer_id, starts_at, ends_at, facts, correlation_id)
SELECT gen_random_uuid(), 1, 'confirmed', gen_random_uuid(), :start, :end, CAST(:facts AS jsonb), 'flow-' || n
  FROM generate_series(1, :many) AS n
""")
ENDED = text("SELECT status, count(*) FROM notification.notifications GROUP BY 1")
EMPTY = "DELETE FROM notification.notifications; DELETE FROM notification.bookings; DELETE FROM notification.rule_runs"


def book(engine: Engine, many: int) -> None:
    told = facts(hold_expires_at=None).model_dump_json()
    with engine.begin() as connection:
        connection.execute(text(EMPTY))
        connection.execute(BOOKED, {"start": START, "end": START + timedelta(hours=2), "facts": told, "many": many})
        connection.execute(text("ANALYZE notification.bookings"))


def states(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {str(status): int(number) for status, number in connection.execute(ENDED)}


def test_everybody_is_reminded_once_though_a_worker_is_killed(engine_for: EngineFor, tmp_path: Path) -> None:
    engine, journal, many = engine_for("notification"), tmp_path / "journal", scaled(VISITS)
    book(engine, many)
    url = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.support.stories.reminders.worker", url, str(journal)]
    began = time.monotonic()
    paths = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    workers = [subprocess.Popen(command, stdout=subprocess.DEVNULL, env=paths) for _ in range(WORKERS)]

    eventually(lambda: len(taken(journal)) >= many // 2 or None)
    workers[0].send_signal(signal.SIGKILL)
    ended = [worker.wait(PATIENCE_SECONDS) for worker in workers]
    seconds = time.monotonic() - began
    left = many - states(engine).get("sent", 0)
    # What the killed one had in its hands is free once its lease is over, and the provider says whether it has it.
    work(office(engine, journal, DUE + LEASE, set(taken(journal))))

    print(f"{many} reminders by {WORKERS} workers in {seconds:.1f} s; {left} were left by the one that was killed")  # noqa: T201
    assert ended == [-signal.SIGKILL, 0, 0]
    assert states(engine) == {"sent": many}
    sent = taken(journal)
    assert len(sent) == len(set(sent)) == many
    with engine.begin() as connection:
        connection.execute(text(EMPTY))
