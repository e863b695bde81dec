"""What runs by the clock: a job looks at the time that is left, works in bounded batches, goes round what fails, and
says how far it came."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import update_wrapper
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from core.context import flow
from core.job_failures import UnreadableError
from core.observability import count, logger
from core.ports import Transaction

# What one step of a job may take: a call with its repeats, or a batch of rows.
SPARE_MILLISECONDS = 20_000
BATCH = 50

W = TypeVar("W", bound=Transaction)
T = TypeVar("T")
Event = dict[str, Any]


class Remaining(Protocol):
    """Lambda's context, as far as it matters here."""

    def get_remaining_time_in_millis(self) -> int: ...


@dataclass
class Turn:
    """One run of a job. Called, it says whether there is time for another step; it remembers having said no."""

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
        """What goes wrong with one item is for operators to see, and stops none of the others."""
        try:
            yield
        except Exception as error:
            self.failed += 1
            put_off(unit_of_work, job, item, error)


def put_off(unit_of_work: Callable[[], Transaction], job: str, item: object, error: Exception) -> None:
    """Note a failure in a transaction of its own; raises where not even that can be done, as without a database."""
    logger.error("A job goes round an item that failed", job=job, item=str(item), exc_info=error)
    with unit_of_work() as work:
        work.put_off(job, item, _reason(error))
        work.commit()


def _reason(error: Exception) -> Exception:
    """Why a row cannot be read says more than that it cannot."""
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
    """For what calls others: `claim` takes an item and puts its next turn off, in a transaction of its own, so that
    neither a crash nor a second worker asks in a loop; `handle` does it. Returns how many were done."""
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
    """Works through what is due, many in one transaction. A batch that fails is done one by one, each in a transaction
    of its own, and what fails then is put off: it does not head the queue again before its pause is over.

    `due` locks at most so many, without what is put off or what another worker has, and gives their ids alone: reading
    a row may be what fails. `handle` does all of them."""

    job: str
    unit_of_work: Callable[[], W]
    due: Callable[[W, int], Sequence[UUID]]
    handle: Callable[[W, Sequence[UUID]], None]
    size: int = BATCH

    def run(self, turn: Turn) -> int:
        """How many were done, as far as time allowed."""
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
    """The Lambda handler of a schedule: `{"done", "failed", "more"}`, and what else the work has to say. Without time
    for a step nothing is begun."""

    work: Callable[[Event, Turn], int | Mapping[str, int]]
    metric: str | None = None
    spare_milliseconds: int = SPARE_MILLISECONDS
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = self.work.__name__
        update_wrapper(self, self.work)

    def __call__(self, event: Event, context: Remaining) -> dict[str, int]:
        turn, began = Turn(lambda: context.get_remaining_time_in_millis() > self.spare_milliseconds), time.monotonic()
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


def job(metric: str | None = None, spare_milliseconds: int = SPARE_MILLISECONDS) -> Callable[..., Job]:
    """Makes a handler of a function that takes the event and a `Turn`, and says how many items it did."""
    return lambda work: Job(work, metric, spare_milliseconds)
