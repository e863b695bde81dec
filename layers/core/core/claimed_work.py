"""Work that calls other systems, item by item: each item is claimed first, then carried out."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from core.jobs import Turn, one_by_one
from core.ports import Transaction

T = TypeVar("T")


@dataclass(frozen=True)
class ClaimedWork(Generic[T]):
    """`claim(id, without)` takes the item with that id, or any that is due, and postpones its next attempt in a
    transaction of its own, so neither a crash nor a second worker calls in a loop. `without` names systems to skip.

    `carry_out` returns False if the other system does not answer; `asked` says which system that is, and `key` names
    the
    item among the failures of `job`."""

    job: str
    unit_of_work: Callable[[], Transaction]
    claim: Callable[[UUID | None, Collection[str]], T | None]
    carry_out: Callable[[T], bool]
    key: Callable[[T], object]
    asked: Callable[[T], str]

    def run(self, turn: Turn) -> int:
        """Do all that is due, as far as time allows; a system that does not answer is skipped until the next run.
        Returns
        the number of items done."""
        silent: set[str] = set()
        return one_by_one(
            turn,
            self.unit_of_work,
            self.job,
            lambda: self.claim(None, silent),
            lambda item: self._carry_out(item, silent),
            self.key,
        )

    def now(self, ids: Iterable[UUID], enough_time: Callable[[], bool] = lambda: True) -> int:
        """Do these, unless another worker has them or time is up; `run` does the rest. Returns the number of items
        done."""
        silent: set[str] = set()
        done = 0
        for item_id in ids:
            if not enough_time():
                break
            if item := self.claim(item_id, silent):
                self._carry_out(item, silent)
                done += 1
        return done

    def _carry_out(self, item: T, silent: set[str]) -> None:
        if not self.carry_out(item):
            silent.add(self.asked(item))
