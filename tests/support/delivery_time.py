"""Time for the delivery test: the jobs that keep events, messages and money moving, again and again."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from tests.support.database import SERVICES
from tests.support.money_journal import Journal
from tests.support.money_time import ALIVE_SECONDS, TURNS, UNPUBLISHED
from tests.support.system import System

ALL_TURNS = (
    *TURNS.values(),
    UNPUBLISHED.format("gateway"),
    """UPDATE notification.notifications SET next_attempt_at = now()
 WHERE next_attempt_at > now() AND (status = 'pending'
       OR next_attempt_at < now() + make_interval(secs => 300 - :alive))""",
    # A receiver that takes nothing is asked once in a turn, the longest due first. A first try that broke off with its
    # sender is not to wait behind all that is refused again and again.
    """UPDATE integration.deliveries
   SET next_attempt_at = now() - CASE WHEN error IS NULL THEN interval '1 hour' ELSE interval '0' END
 WHERE status = 'waiting' AND next_attempt_at > now()
   AND (leased_until IS NULL OR leased_until < now() + make_interval(secs => 120 - :alive))""",
    "UPDATE integration.deliveries SET leased_until = now() WHERE leased_until > now() AND next_attempt_at < now()",
    "UPDATE integration.replays SET next_attempt_at = now() WHERE next_attempt_at > now() + interval '2 seconds'",
)
JOBS = (
    ("PaymentPollAttempts", "PaymentPollRefunds"),
    ("BookingExpireHolds", "NotificationSendPending", "NotificationReminders", "BookingCloseVisits"),
    ("IntegrationWebhooks", "IntegrationBitrix24", "IntegrationAmoCrm", "IntegrationTelegram"),
    tuple(f"{service.title()}RelayOutbox" for service in SERVICES),
)
PAUSE_SECONDS = 1.0


class Clockwork:
    """Runs until its block ends; what is killed runs again."""

    def __init__(self, system: System, engine: Engine, journal: Journal) -> None:
        self._system = system
        self._engine = engine
        self._journal = journal
        self._over = threading.Event()
        acts = [self._bring_forward, *(partial(self._invoke, jobs) for jobs in JOBS)]
        self._threads = [threading.Thread(target=self._run, args=(act,)) for act in acts]

    def __enter__(self) -> "Clockwork":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _run(self, act: Callable[[], None]) -> None:
        while not self._over.wait(PAUSE_SECONDS):
            act()

    def _bring_forward(self) -> None:
        try:
            for statement in ALL_TURNS:
                with self._engine.begin() as connection:
                    connection.execute(text(statement), {"alive": ALIVE_SECONDS} if ":alive" in statement else {})
        except (DBAPIError, OSError):
            self._journal.note("time stood still", "no database")

    def _invoke(self, jobs: tuple[str, ...]) -> None:
        for job in jobs:
            try:
                self._system.invoke(job, self._system.schedule_event())
                self._journal.note("jobs", job)
            except (AssertionError, BotoCoreError, ClientError):
                self._journal.note("jobs that were killed or found nobody", job)
