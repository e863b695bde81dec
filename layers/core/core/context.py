"""The flow that the running code belongs to, carried by every log line and event."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import uuid4


@dataclass(frozen=True)
class Flow:
    """`correlation_id` names the whole flow; `causation_id` the event or request that led here."""

    correlation_id: str
    causation_id: str | None = None


_current: ContextVar[Flow | None] = ContextVar("flow", default=None)


def active_flow() -> Flow | None:
    """The flow in progress, if any."""
    return _current.get()


def current_flow() -> Flow:
    """The flow in progress, or a new one if there is none."""
    return _current.get() or Flow(correlation_id=str(uuid4()))


@contextmanager
def flow(correlation_id: str | None = None, causation_id: str | None = None) -> Iterator[Flow]:
    """Run a block as part of a flow; without an id a new flow begins."""
    entered = Flow(correlation_id or str(uuid4()), causation_id)
    token = _current.set(entered)
    try:
        yield entered
    finally:
        _current.reset(token)
