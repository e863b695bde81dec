"""What ends by itself is started again, also when it ends once more on its way up; but not for ever."""

import asyncio

import pytest

from infra.local.machine.aws import LocalAwsError
from infra.local.machine.errors import ChildDiedError
from infra.local.run.reviver import Reviver


class Program:
    """Alive or not; a start fails with the errors it was given, one each time, and is up thereafter."""

    def __init__(self, name: str, started: list[str], *failures: Exception, alive_all_the_same: bool = False) -> None:
        self.alive = True
        self._name, self._started, self._failures = name, started, list(failures)
        self._alive_all_the_same = alive_all_the_same

    def check(self) -> None:
        if not self.alive:
            raise ChildDiedError(f"The {self._name} ended")

    async def start(self) -> None:
        self._started.append(self._name)
        if self._failures:
            self.alive = self._alive_all_the_same
            raise self._failures.pop(0)
        self.alive = True


def watch(*programs: Program, most: int = 3) -> None:
    async def some_time() -> None:
        reviver = Reviver({program.check: program.start for program in programs}, most, pause=0)
        task = asyncio.create_task(reviver.watch())
        for _ in range(100):
            await asyncio.sleep(0)
        if task.done():
            task.result()
        task.cancel()

    asyncio.run(some_time())


def test_what_ended_is_started_again_after_what_it_leans_on() -> None:
    started: list[str] = []
    database, broker, queues = (Program(name, started) for name in ("database", "broker", "queues"))
    queues.alive = database.alive = False

    watch(database, broker, queues)

    assert started == ["database", "queues"]


def test_what_dies_on_its_way_up_is_started_once_more() -> None:
    started: list[str] = []
    broker = Program("broker", started, LocalAwsError("CreateQueue", "NewConnectionError"))
    broker.alive = False

    watch(broker)

    assert (started, broker.alive) == (["broker", "broker"], True)


def test_what_is_up_but_half_furnished_is_started_once_more() -> None:
    started: list[str] = []
    error = LocalAwsError("CreateQueue", "NewConnectionError")
    broker = Program("broker", started, error, alive_all_the_same=True)
    broker.alive = False

    watch(broker)

    assert started == ["broker", "broker"]


def test_what_does_not_stay_up_is_given_up_with_its_last_words() -> None:
    started: list[str] = []
    broker = Program("broker", started, *[ChildDiedError(f"death {number}") for number in range(9)])
    broker.alive = False

    with pytest.raises(ChildDiedError):
        watch(broker, most=3)
    assert len(started) <= 3
