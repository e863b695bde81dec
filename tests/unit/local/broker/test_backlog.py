"""The messages of a queue, as they fall due."""

import asyncio
import copy
import random
from typing import Any

import pytest

from infra.local.broker.backlog import Backlog, backlog_of
from tests.support.chance import seed


def message(number: int, visible_at: float = 0.0, received: int = 0) -> dict[str, Any]:
    return {"id": str(number), "visible_at": visible_at, "sent_at": visible_at, "receive_count": received}


def ids(messages: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in messages]


def test_what_is_due_comes_in_its_order_and_hides() -> None:
    backlog = Backlog()
    for number in (1, 2, 3):
        backlog.append(message(number, visible_at=number))

    taken, spent = backlog.take(10, now=2, visible_at=9, patience=0)

    assert (ids(taken), spent) == (["1", "2"], [])
    assert ids(backlog.take(10, now=8, visible_at=20, patience=0)[0]) == ["3"]
    assert ids(backlog.take(10, now=9, visible_at=20, patience=0)[0]) == ["1", "2"]


def test_a_receipt_is_that_of_the_last_delivery() -> None:
    backlog = Backlog([message(1) | {"receipt_handle": None}])
    (first,) = backlog.take(1, 0, 1, 0)[0]
    old = first["receipt_handle"]
    (again,) = backlog.take(1, 1, 2, 0)[0]

    assert backlog.held(old) is None
    assert backlog.held(again["receipt_handle"]) is again
    backlog.remove(again)
    assert (len(backlog), backlog.held(again["receipt_handle"]), backlog.take(1, 5, 6, 0)) == (0, None, ([], []))


def test_what_was_delivered_too_often_is_not_delivered_again() -> None:
    backlog = Backlog()
    backlog.append(message(1, received=3))
    backlog.append(message(2, received=2))

    taken, spent = backlog.take(10, 0, 1, patience=3)

    assert (ids(taken), ids(spent), spent[0]["receive_count"]) == (["2"], ["1"], 3)


def test_a_change_of_its_time_counts_and_the_time_before_does_not() -> None:
    backlog = Backlog()
    backlog.append(message(1))
    (taken,) = backlog.take(1, 0, 100, 0)[0]
    taken["visible_at"] = 5.0
    backlog.put_off(taken)

    assert backlog.take(1, 4, 9, 0)[0] == []
    assert ids(backlog.take(1, 5, 200, 0)[0]) == ["1"]
    assert backlog.take(1, 150, 300, 0)[0] == []


@pytest.mark.parametrize("wakes", ["a message comes", "one falls due", "time is up"])
def test_who_waits_is_woken(wakes: str) -> None:
    async def scene() -> None:
        backlog = Backlog()
        if wakes == "one falls due":
            backlog.append(message(1, visible_at=10.01))
        waiting = asyncio.create_task(backlog.changed(10, 0.05 if wakes == "time is up" else 600))
        await asyncio.sleep(0)
        if wakes == "a message comes":
            backlog.append(message(2))
        await waiting

    asyncio.run(scene())


def test_it_is_saved_as_the_list_that_ministack_reads() -> None:
    queue: dict[str, Any] = {"messages": [message(1) | {"receipt_handle": None}]}
    backlog = backlog_of(queue)
    asyncio.run(backlog.changed(0, 0))

    saved = copy.deepcopy(queue)

    assert type(saved["messages"]) is list
    assert saved["messages"][0] is not backlog[-1]
    assert saved["messages"] == list(backlog)


def test_it_agrees_with_a_list_that_is_read_whole() -> None:
    chance = random.Random(seed())
    backlog, plain, now = Backlog(), list[dict[str, Any]](), 0.0
    for number in range(2_000):
        now += chance.random()
        match chance.randrange(4):
            case 0:
                backlog.append(message(number, now))
                plain.append(message(number, now))
            case 1:
                due = sorted((m for m in plain if m["visible_at"] <= now), key=lambda m: m["visible_at"])[:1]
                taken, _ = backlog.take(1, now, now + 7, 0)
                assert ids(taken) == ids(due), f"step {number}"
                for each in due:
                    each["visible_at"] = now + 7
            case 2 if plain:
                gone = chance.choice(plain)
                plain.remove(gone)
                backlog.remove(next(m for m in backlog if m["id"] == gone["id"]))
            case 3 if plain:
                moved, at = chance.choice(plain), now + chance.random() * 3
                moved["visible_at"] = at
                theirs = next(m for m in backlog if m["id"] == moved["id"])
                theirs["visible_at"] = at
                backlog.put_off(theirs)
    assert ids(list(backlog)) == ids(plain)
