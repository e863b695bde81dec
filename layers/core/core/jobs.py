"""Scheduled jobs: a job watches its remaining time, works in bounded batches, skips what fails, and reports its
progress."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import update_wrapper
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from core.context import flow
from core.job_failures import UnreadableError
from core.observability import count, logger
from core.ports import Transaction

# The longest step of a job: a call with its retries, or a batch of rows.
SPARE_MILLISECONDS = 20_000
BATCH = 50

W = TypeVar("W", bound=Transaction)
T = TypeVar("T")
Event = dict[str, Any]
Schedule = Mapping[timedelta, Mapping[str, Any]]
"""How often a function is called, and what with. A test compares it with template.yaml."""
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Remaining(Protocol):
    """The part of Lambda's context that is needed here."""

    def get_remaining_time_in_millis(self) -> int: ...


def enough_time(context: Remaining, spare_milliseconds: int = SPARE_MILLISECONDS) -> Callable[[], bool]:
    """A function that says whether there is time for one more step before the time-out."""
    return lambda: context.get_remaining_time_in_millis() > spare_milliseconds


@dataclass
class Turn:
    """One run of a job. Calling it says whether there is time for another step; it remembers a no."""

    enough_time: Callable[[], bool] = lambda: True
    done: int = 0
    failed: int = 0
    more: bool = False

    def __call__(self) -> bool:
        if self.enough_time():
            return True
        self.more = True
        return False

    @contextmanager
    def set_aside(self, unit_of_work: Callable[[], Transaction], job: str, item: object) -> Iterator[None]:
        """A failure of one item is recorded for operators and does not stop the others."""
        try:
            yield
        except Exception as error:
            self.failed += 1
            put_off(unit_of_work, job, item, error)


def put_off(unit_of_work: Callable[[], Transaction], job: str, item: object, error: Exception) -> None:
    """Record a failure in a transaction of its own; raises if not even that is possible, for example without a
    database."""
    logger.error("A job goes round an item that failed", job=job, item=str(item), exc_info=error)
    with unit_of_work() as work:
        work.put_off(job, item, _reason(error))
        work.commit()


def _reason(error: Exception) -> Exception:
    """The cause of an unreadable row says more than the error itself."""
    cause = error.__cause__
    return cause if isinstance(error, UnreadableError) and isinstance(cause, Exception) else error


def one_by_one(
    turn: Turn,
    unit_of_work: Callable[[], Transaction],
    job: str,
    claim: Callable[[], T | None],
    handle: Callable[[T], object],
    key: Callable[[T], object],
) -> int:
    """For calls to other systems: `claim` takes an item and postpones its next attempt in a transaction of its own, so
    that neither a crash nor a second worker calls in a loop; `handle` does it. Returns how many were done."""
    before = turn.done
    while turn():
        try:
            item = claim()
        except UnreadableError as error:
            turn.failed += 1
            put_off(unit_of_work, job, error.item, error)
            continue
        if item is None:
            break
        with turn.set_aside(unit_of_work, job, key(item)):
            handle(item)
            turn.done += 1
    return turn.done - before


@dataclass(frozen=True)
class Batches(Generic[W]):
    """Works through what is due, many items in one transaction. A batch that fails is repeated one by one, each in a
    transaction of its own, and items that fail again are put off: they do not block the queue until their pause is
    over.

    `due` locks at most that many, skips items that are put off or that another worker has, and returns only ids,
    because
    reading a row may be what fails. `handle` does all of them."""

    job: str
    unit_of_work: Callable[[], W]
    due: Callable[[W, int], Sequence[UUID]]
    handle: Callable[[W, Sequence[UUID]], None]
    size: int = BATCH

    def run(self, turn: Turn) -> int:
        """Work as far as time allows; returns how many were done."""
        before, found = turn.done, self.size
        while found == self.size and turn():
            try:
                found = self._together(turn, self.size)
            except Exception:
                logger.warning("A batch failed and is done one by one", job=self.job, exc_info=True)
                found = self._singly(turn)
        return turn.done - before

    def _together(self, turn: Turn, limit: int) -> int:
        with self.unit_of_work() as work:
            ids = self.due(work, limit)
            if ids:
                self.handle(work, ids)
                work.settled(self.job, ids)
                work.commit()
        turn.done += len(ids)
        return len(ids)

    def _singly(self, turn: Turn) -> int:
        for tried in range(self.size):
            if not (turn() and self._one(turn)):
                return tried
        return self.size

    def _one(self, turn: Turn) -> bool:
        ids: Sequence[UUID] = ()
        try:
            with self.unit_of_work() as work:
                ids = self.due(work, 1)
                if ids:
                    self.handle(work, ids)
                    work.settled(self.job, ids)
                    work.commit()
                    turn.done += 1
        except Exception as error:
            if not ids:
                raise
            turn.failed += 1
            put_off(self.unit_of_work, self.job, ids[0], error)
        return bool(ids)


@dataclass
class Job:
    """The Lambda handler of a schedule; returns `{"done", "failed", "more"}` and what the work adds. Without time for a
    step, nothing is started."""

    work: Callable[[Event, Turn], int | Mapping[str, int]]
    metric: str | None = None
    spare_milliseconds: int = SPARE_MILLISECONDS
    turns: Schedule = field(default_factory=dict)
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = self.work.__name__
        update_wrapper(self, self.work)

    def __call__(self, event: Event, context: Remaining) -> dict[str, int]:
        turn, began = Turn(enough_time(context, self.spare_milliseconds)), time.monotonic()
        with flow():
            outcome = self.work(event, turn) if turn() else 0
            told = {"done": outcome} if isinstance(outcome, int) else dict(outcome)
            answer = {"done": turn.done, **told, "failed": turn.failed, "more": turn.more}
            self._tell(answer, time.monotonic() - began)
        return answer

    def _tell(self, answer: Mapping[str, int], seconds: float) -> None:
        if not any(answer.values()):
            return
        log = logger.warning if answer["failed"] or answer["more"] else logger.info
        log("A job has run", extra={"job": self.name, "seconds": round(seconds, 3), **answer})
        if self.metric and answer["done"]:
            count(self.metric, answer["done"])
        if answer["failed"]:
            count("JobItemsFailed", answer["failed"], job=self.name)
        if answer["more"]:
            count("JobsCutShort", job=self.name)


def job(
    every: timedelta,
    metric: str | None = None,
    spare_milliseconds: int = SPARE_MILLISECONDS,
    also: Schedule | None = None,
) -> Callable[..., Job]:
    """Makes a handler from a function that takes the event and a `Turn` and returns how many items it did."""
    return lambda work: Job(work, metric, spare_milliseconds, {every: {}, **(also or {})})
