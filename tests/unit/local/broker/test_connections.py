"""What becomes of connections when the broker stops."""

import asyncio
from types import SimpleNamespace

import pytest
from hypercorn.asyncio.worker_context import WorkerContext

from infra.local.broker.backlog import Backlog
from infra.local.broker.connections import Connection
from tests.support.waiting import PATIENCE_SECONDS


async def stopped_while_polled() -> bool:
    """Whether who polled was hung up on by the time that the poll ended."""
    hung_up, backlog = asyncio.Event(), Backlog()
    connection = object.__new__(Connection)
    connection.context = WorkerContext(None)
    connection.writer = SimpleNamespace(close=hung_up.set)  # type: ignore[assignment]
    Connection._open.add(connection)
    poll = asyncio.create_task(backlog.changed(now=0, seconds=10 * PATIENCE_SECONDS))
    closing = asyncio.create_task(connection._close_all())
    await connection.context.terminated.set()
    await asyncio.wait_for(poll, PATIENCE_SECONDS)
    await closing
    return hung_up.is_set()


def test_a_poll_ends_with_the_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connection, "_open", set())

    assert asyncio.run(stopped_while_polled())
