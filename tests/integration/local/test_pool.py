"""A function's pool never hands work to a process that is gone, however early it is asked."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from infra.local.execution import environment as environments
from infra.local.execution.bootstrap import PURE_CLIENT
from infra.local.execution.environment import State
from infra.local.execution.forking import Forker
from infra.local.execution.lambdas import LambdaOptions, variables
from infra.local.execution.launching import FORK_SERVER, Launched
from infra.local.execution.pool import FunctionPool
from infra.local.execution.spawning import make_spawner
from infra.local.template import load_template
from infra.local.template.model import Function
from tests.integration.local.conftest import TEMPLATE
from tests.support.processes import command, runs
from tests.support.waiting import eventually


def direct() -> tuple[Function, Mapping[str, str]]:
    function = load_template(TEMPLATE).functions["Direct"]
    return function, variables(function, LambdaOptions())


async def process_of(pool: FunctionPool) -> psutil.Process:
    outcome = await pool.invoke(b"{}")
    assert outcome.failure is None, outcome.payload
    return psutil.Process(json.loads(outcome.payload)["pid"])


async def idle(pool: FunctionPool) -> None:
    """Until its process has asked for more work; before that, what it asked may lie unread here."""
    (environment,) = pool.environments
    await asyncio.to_thread(eventually, lambda: environment.state is State.IDLE)


async def invoke_around_a_death(fork: bool, limit: int, asked: bool) -> list[Any]:
    function, environment = direct()
    spawner = make_spawner(fork)
    pool = FunctionPool(function, limit, environment, spawner, print)
    try:
        first = await process_of(pool)
        server = first.parent()
        if asked:
            await idle(pool)
        (server if fork and server else first).kill()
        # The event loop stands still meanwhile, so that nobody here can have heard of it.
        eventually(lambda: not runs(first))
        return [first.pid, (await process_of(pool)).pid]
    finally:
        await pool.stop(grace=1)
        await spawner.stop()


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("limit", [1, 3])
@pytest.mark.parametrize("fork", [False, True])
def test_a_process_that_died_unnoticed_is_replaced(fork: bool, limit: int, asked: bool) -> None:
    first, second = asyncio.run(invoke_around_a_death(fork, limit, asked))

    assert first != second


async def reaped() -> list[int]:
    """How many of two are left where the other may stay, and where none may."""
    function, environment = direct()
    spawner = make_spawner(fork=True)
    pool = FunctionPool(function, 3, environment, spawner, print)
    try:
        await asyncio.gather(pool.invoke(b"{}"), pool.invoke(b"{}"))
        await asyncio.to_thread(eventually, lambda: [e.state for e in pool.environments] == [State.IDLE] * 2)
        left: list[int] = []
        last = pool._idle[-1]
        for idle_seconds in (60, 0):
            pool.reap(idle_seconds, spare_seconds=0)
            await asyncio.to_thread(eventually, lambda: len(pool.environments) < 2 - len(left))
            assert last in pool.environments or left
            left.append(len(pool.environments))
        return left
    finally:
        await pool.stop(grace=1)
        await spawner.stop()


def test_of_several_that_are_idle_the_one_used_last_stays_longer() -> None:
    assert asyncio.run(reaped()) == [1, 0]


class Dying:
    """A fork server's process whose socket is closed already, and whose end is heard of late."""

    def wait(self) -> int:
        time.sleep(0.2)
        return -9


async def fork_from_a_dying_server() -> list[str]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    theirs.close()
    forker = Forker(launched=Launched(Dying(), ours))  # type: ignore[arg-type]
    copy = await forker.spawn(*direct())
    line = command(psutil.Process(copy.pid))
    await forker.stop()
    assert copy.stdout
    await copy.stdout.read()
    return line


def test_nothing_is_forked_twice_from_a_server_that_is_gone() -> None:
    assert FORK_SERVER in asyncio.run(fork_from_a_dying_server())


@asynccontextmanager
async def pool_of(
    handler: str, told: Mapping[str, str], fork: bool = True, line: Callable[[str], None] = print
) -> AsyncIterator[FunctionPool]:
    function, environment = direct()
    spawner = make_spawner(fork)
    pool = FunctionPool(replace(function, handler=handler), 1, {**environment, **told}, spawner, line)
    try:
        yield pool
    finally:
        await pool.stop(grace=1)
        await spawner.stop()


@pytest.mark.parametrize("fork", [False, True])
def test_a_start_that_hangs_is_ended_and_told_and_the_next_one_serves(
    fork: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs = tmp_path / "hangs"
    hangs.touch()
    monkeypatch.setattr(environments, "ASK_SECONDS", 0.5)

    async def scene() -> tuple[Any, Any]:
        async with pool_of("hanging.handler", {"HANGS": str(hangs)}, fork) as pool:
            first = await pool.invoke(b"{}")
            monkeypatch.undo()
            hangs.unlink()
            return first, await pool.invoke(b"{}")

    first, second = asyncio.run(scene())

    assert "ended while starting" in str(first.error()["errorMessage"])
    assert second.failure is None


def test_a_process_that_answered_and_asks_for_nothing_more_makes_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy, hangs = tmp_path / "busy", tmp_path / "hangs"
    busy.touch()
    hangs.touch()
    told = json.dumps({"until_gone": str(busy), "hangs": str(hangs)}).encode()

    async def scene() -> list[int]:
        async with pool_of("handlers.once", {PURE_CLIENT: "1"}) as pool:
            first = asyncio.create_task(pool.invoke(told))
            await asyncio.to_thread(eventually, lambda: [e.state for e in pool.environments] == [State.BUSY])
            monkeypatch.setattr(environments, "ASK_SECONDS", 0.5)
            busy.unlink()
            pids = [json.loads((await first).payload)["pid"]]
            monkeypatch.undo()
            hangs.unlink()
            await asyncio.to_thread(eventually, lambda: not pool.environments)
            return [*pids, json.loads((await pool.invoke(told)).payload)["pid"]]

    assert len(set(asyncio.run(scene()))) == 2


def test_a_line_that_cannot_be_kept_ends_nothing() -> None:
    def full(_line: str) -> None:
        raise OSError("no space left")

    async def scene() -> list[Any]:
        async with pool_of("handlers.talk", {}, line=full) as pool:
            return [await pool.invoke(b"{}") for _ in range(2)]

    assert [outcome.failure for outcome in asyncio.run(scene())] == [None, None]


class Clumsy:
    """A spawner with a fault of its own."""

    async def spawn(self, _function: Function, _variables: Mapping[str, str]) -> Any:
        raise ValueError("a fault")

    def renew(self) -> None: ...
    async def stop(self) -> None: ...


def test_whoever_waits_for_a_start_hears_of_any_fault_of_it() -> None:
    async def scene() -> Any:
        function, environment = direct()
        return await FunctionPool(function, 1, environment, Clumsy(), print).invoke(b"{}")

    assert asyncio.run(scene()).error() == {"errorType": "Runtime.SpawnError", "errorMessage": "a fault"}
