"""A function's pool never hands work to a process that is gone, however early it is asked."""

import asyncio
import json
import socket
import time
from collections.abc import Mapping
from typing import Any

import psutil
import pytest

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
