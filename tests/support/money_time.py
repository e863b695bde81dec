"""Time, which the tests do not have: turns come forward, and the jobs of the clock run all the while."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from tests.support.money_journal import Journal
from tests.support.system import System

# A turn that was claimed is a minute ahead. Whoever claimed it may still be waiting for the gateway: nobody else takes
# it before that is impossible, here as in life.
ALIVE_SECONDS = 20
# As long as no gateway hangs and nobody begins anew.
CALM_ALIVE_SECONDS = 12
TURNS = {
    "a known payment may be asked after at any time": """
UPDATE payment.attempts SET next_poll_at = now() WHERE next_poll_at > now() AND gateway_payment_id IS NOT NULL""",
    "one whose creation broke off": """
UPDATE payment.attempts SET next_poll_at = now()
 WHERE next_poll_at > now() AND next_poll_at < now() + make_interval(secs => 60 - :alive)""",
    "a refund": """
UPDATE payment.refunds SET next_attempt_at = now()
 WHERE next_attempt_at > now() AND next_attempt_at < now() + make_interval(secs => 60 - :alive)""",
}
UNPUBLISHED = """
UPDATE {}.outbox SET next_attempt_at = now()
 WHERE published_at IS NULL AND next_attempt_at > now() AND created_at < now() - interval '2 seconds'"""
TURNS |= {
    f"what {name} tells": UNPUBLISHED.format(name) for name in ("payment", "booking", "integration", "notification")
}
JOBS = (
    ("PaymentPollAttempts",),
    ("PaymentPollRefunds",),
    ("BookingExpireHolds", "PaymentRelayOutbox"),
    ("BookingRelayOutbox", "IntegrationRelayOutbox", "NotificationRelayOutbox"),
)
PAUSE_SECONDS = 0.8


class Time:
    """Runs the jobs that a schedule runs by the minute, by the second. Those that are killed run again."""

    def __init__(self, system: System, engine: Engine, journal: Journal) -> None:
        self._system = system
        self._engine = engine
        self._journal = journal
        self._alive_seconds = ALIVE_SECONDS
        self._over = threading.Event()
        acts = [self._bring_forward, *(partial(self._invoke, jobs) for jobs in JOBS)]
        self._threads = [threading.Thread(target=self._run, args=(act,)) for act in acts]

    def __enter__(self) -> "Time":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def calm_down(self) -> None:
        """The storm is over: no call takes long any more."""
        self._alive_seconds = CALM_ALIVE_SECONDS

    def _run(self, act: Callable[[], None]) -> None:
        while not self._over.wait(PAUSE_SECONDS):
            try:
                act()
            except SQLAlchemyError as error:
                self._journal.surprise(f"time stood still: {error!r}")

    def _bring_forward(self) -> None:
        for statement in TURNS.values():
            with self._engine.begin() as connection:
                connection.execute(text(statement), {"alive": self._alive_seconds} if ":alive" in statement else {})

    def _invoke(self, jobs: tuple[str, ...]) -> None:
        for job in jobs:
            try:
                self._system.invoke(job, self._system.schedule_event())
                self._journal.note("jobs", job)
            except (AssertionError, BotoCoreError, ClientError):
                self._journal.note("jobs that were killed", job)
