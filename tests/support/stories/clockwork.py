"""Time, which the tests do not have: turns come forward, and the jobs of the clock run all the while."""

from collections.abc import Iterable
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from tests.support.stories.background import Background
from tests.support.stories.money.journal import Journal
from tests.support.system.whole import System

# A turn that was claimed is a minute ahead. Whoever claimed it may still be waiting for the gateway: nobody else takes
# it before that is impossible, here as in life.
ALIVE_SECONDS = 20
UNPUBLISHED = """
UPDATE {}.outbox SET next_attempt_at = now()
 WHERE published_at IS NULL AND next_attempt_at > now() AND created_at < now() - interval '2 seconds'"""

# A message whose sender may still be at work is left to it.
MESSAGES = """
UPDATE notification.notifications SET next_attempt_at = now()
 WHERE next_attempt_at > now() AND (status = 'pending'
       OR next_attempt_at < now() + make_interval(secs => 300 - :alive))"""


class Clockwork(Background):
    """Runs the jobs that a schedule runs by the minute, by the second. Those that are killed run again.

    `turns` are statements; each tuple of `jobs` has a thread of its own."""

    def __init__(
        self,
        system: System,
        engine: Engine,
        journal: Journal,
        turns: Iterable[str],
        jobs: Iterable[tuple[str, ...]],
        pause_seconds: float,
    ) -> None:
        super().__init__(journal, [self._bring_forward, *(partial(self._invoke, some) for some in jobs)], pause_seconds)
        self._system = system
        self._engine = engine
        self._turns = list(turns)
        self._alive_seconds = ALIVE_SECONDS

    def _bring_forward(self) -> None:
        try:
            for statement in self._turns:
                with self._engine.begin() as connection:
                    connection.execute(text(statement), {"alive": self._alive_seconds} if ":alive" in statement else {})
        except (DBAPIError, OSError) as error:
            self._stood_still(error)

    def _stood_still(self, error: Exception) -> None:
        """There was no database."""
        self._journal.surprise(f"time stood still: {error!r}")

    def _invoke(self, jobs: tuple[str, ...]) -> None:
        for job in jobs:
            try:
                self._system.invoke(job, self._system.schedule_event())
                self._journal.note("jobs", job)
            except (AssertionError, BotoCoreError, ClientError):
                self._journal.note("jobs that were killed or found nobody", job)
