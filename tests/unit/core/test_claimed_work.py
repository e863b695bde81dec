"""Items that are claimed and then carried out, with the queue and the failures table in memory."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from core.claimed_work import ClaimedWork
from core.job_failures import UnreadableError
from core.jobs import Turn
from core.ports import Transaction


@dataclass(frozen=True)
class Item:
    whom: str
    id: UUID = field(default_factory=uuid4)


@dataclass
class Queue:
    """Its items are due until they are claimed; `silent` do not answer, `broken` raise."""

    due: list[Item]
    silent: Collection[str] = ()
    broken: Collection[Item] = ()
    done: list[Item] = field(default_factory=list)
    put_off: list[object] = field(default_factory=list)

    def claim(self, item_id: UUID | None, without: Collection[str]) -> Item | None:
        for item in self.due:
            if item_id in (None, item.id) and item.whom not in without:
                self.due.remove(item)
                if item.whom == "unreadable":
                    raise UnreadableError(item.id)
                return item
        return None

    def carry_out(self, item: Item) -> bool:
        if item in self.broken:
            raise ValueError("a fault of ours")
        self.done.append(item)
        return item.whom not in self.silent

    def work(self) -> ClaimedWork[Item]:
        return ClaimedWork(
            "a_job", self.transaction, self.claim, self.carry_out, lambda item: item.id, lambda item: item.whom
        )

    def transaction(self) -> Transaction:
        return cast("Transaction", _Failures(self))


@dataclass
class _Failures:
    """The one thing of a transaction that a job uses itself."""

    queue: Queue

    def __enter__(self) -> "_Failures":
        return self

    def __exit__(self, *error: Any) -> None: ...

    def put_off(self, _job: str, item: object, _error: Exception) -> None:
        self.queue.put_off.append(item)

    def commit(self) -> None: ...


def test_a_run_does_all_that_is_due() -> None:
    items = [Item("a"), Item("b"), Item("a")]
    queue = Queue(list(items))
    assert queue.work().run(Turn()) == 3
    assert queue.done == items


def test_who_does_not_answer_is_left_alone_until_the_next_run() -> None:
    first, second, other = Item("a"), Item("a"), Item("b")
    queue = Queue([first, second, other], silent="a")

    assert queue.work().run(Turn()) == 2
    assert (queue.done, queue.due) == ([first, other], [second])

    assert queue.work().run(Turn()) == 1
    assert queue.due == []


def test_what_fails_is_put_off_and_stops_no_other() -> None:
    broken, unreadable, other = Item("a"), Item("unreadable"), Item("a")
    queue, turn = Queue([broken, unreadable, other], broken=[broken]), Turn()

    assert queue.work().run(turn) == 1

    assert (queue.done, queue.put_off, turn.failed) == ([other], [broken.id, unreadable.id], 2)


def test_a_run_ends_with_its_time() -> None:
    queue, left = Queue([Item("a"), Item("a")]), [True, False]
    turn = Turn(lambda: left.pop(0))
    assert (queue.work().run(turn), len(queue.due), turn.more) == (1, 1, True)


def test_items_can_be_done_at_once_unless_another_worker_has_them() -> None:
    mine, another = Item("a"), Item("a")
    queue = Queue([another, mine])
    assert queue.work().now([mine.id, uuid4()]) == 1
    assert (queue.done, queue.due) == ([mine], [another])


def test_what_is_done_at_once_leaves_the_silent_alone_too_and_ends_with_its_time() -> None:
    items = [Item("a"), Item("a"), Item("b"), Item("b")]
    queue, left = Queue(list(items), silent="a"), [True, True, True, False]
    assert queue.work().now([item.id for item in items], lambda: left.pop(0)) == 2
    assert queue.done == [items[0], items[2]]


def test_a_fault_is_raised_to_who_wants_it_done_at_once() -> None:
    broken = Item("a")
    queue = Queue([broken], broken=[broken])
    with pytest.raises(ValueError, match="ours"):
        queue.work().now([broken.id])
    assert queue.put_off == []
