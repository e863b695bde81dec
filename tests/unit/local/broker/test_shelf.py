"""The messages of a queue, as they fall due."""

import asyncio
import copy
import random
from typing import Any

import pytest

from infra.local.broker.shelf import Shelf, shelf_of
from tests.support.chance import seed


def message(number: int, visible_at: float = 0.0, received: int = 0) -> dict[str, Any]:
    return {"id": str(number), "visible_at": visible_at, "sent_at": visible_at, "receive_count": received}


def ids(messages: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in messages]


def test_what_is_due_comes_in_its_order_and_hides() -> None:
    shelf = Shelf()
    for number in (1, 2, 3):
        shelf.append(message(number, visible_at=number))

    taken, spent = shelf.take(10, now=2, visible_at=9, patience=0)

    assert (ids(taken), spent) == (["1", "2"], [])
    assert ids(shelf.take(10, now=8, visible_at=20, patience=0)[0]) == ["3"]
    assert ids(shelf.take(10, now=9, visible_at=20, patience=0)[0]) == ["1", "2"]


def test_a_receipt_is_that_of_the_last_delivery() -> None:
    shelf = Shelf([message(1) | {"receipt_handle": None}])
    (first,) = shelf.take(1, 0, 1, 0)[0]
    old = first["receipt_handle"]
    (again,) = shelf.take(1, 1, 2, 0)[0]

    assert shelf.held(old) is None
    assert shelf.held(again["receipt_handle"]) is again
    shelf.remove(again)
    assert (len(shelf), shelf.held(again["receipt_handle"]), shelf.take(1, 5, 6, 0)) == (0, None, ([], []))


def test_what_was_delivered_too_often_is_not_delivered_again() -> None:
    shelf = Shelf()
    shelf.append(message(1, received=3))
    shelf.append(message(2, received=2))

    taken, spent = shelf.take(10, 0, 1, patience=3)

    assert (ids(taken), ids(spent), spent[0]["receive_count"]) == (["2"], ["1"], 3)


def test_a_change_of_its_time_counts_and_the_time_before_does_not() -> None:
    shelf = Shelf()
    shelf.append(message(1))
    (taken,) = shelf.take(1, 0, 100, 0)[0]
    taken["visible_at"] = 5.0
    shelf.put_off(taken)

    assert shelf.take(1, 4, 9, 0)[0] == []
    assert ids(shelf.take(1, 5, 200, 0)[0]) == ["1"]
    assert shelf.take(1, 150, 300, 0)[0] == []


@pytest.mark.parametrize("wakes", ["a message comes", "one falls due", "time is up"])
def test_who_waits_is_woken(wakes: str) -> None:
    async def scene() -> None:
        shelf = Shelf()
        if wakes == "one falls due":
            shelf.append(message(1, visible_at=10.01))
        waiting = asyncio.create_task(shelf.changed(10, 0.05 if wakes == "time is up" else 600))
        await asyncio.sleep(0)
        if wakes == "a message comes":
            shelf.append(message(2))
        await waiting

    asyncio.run(scene())


def test_it_is_saved_as_the_list_that_ministack_reads() -> None:
    queue: dict[str, Any] = {"messages": [message(1) | {"receipt_handle": None}]}
    shelf = shelf_of(queue)
    asyncio.run(shelf.changed(0, 0))

    saved = copy.deepcopy(queue)

    assert type(saved["messages"]) is list
    assert saved["messages"][0] is not shelf[-1]
    assert saved["messages"] == list(shelf)


def test_it_agrees_with_a_list_that_is_read_whole() -> None:
    chance = random.Random(seed())
    shelf, plain, now = Shelf(), list[dict[str, Any]](), 0.0
    for number in range(2_000):
        now += chance.random()
        match chance.randrange(4):
            case 0:
                shelf.append(message(number, now))
                plain.append(message(number, now))
            case 1:
                due = sorted((m for m in plain if m["visible_at"] <= now), key=lambda m: m["visible_at"])[:1]
                taken, _ = shelf.take(1, now, now + 7, 0)
                assert ids(taken) == ids(due), f"step {number}"
                for each in due:
                    each["visible_at"] = now + 7
            case 2 if plain:
                gone = chance.choice(plain)
                plain.remove(gone)
                shelf.remove(next(m for m in shelf if m["id"] == gone["id"]))
            case 3 if plain:
                moved, at = chance.choice(plain), now + chance.random() * 3
                moved["visible_at"] = at
                theirs = next(m for m in shelf if m["id"] == moved["id"])
                theirs["visible_at"] = at
                shelf.put_off(theirs)
    assert ids(list(shelf)) == ids(plain)
