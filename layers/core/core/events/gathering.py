"""What many small transactions tell the broker, in as few requests as it takes."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock

from shared_schemas.events.envelope import Envelope

Publish = Callable[[Sequence[Envelope]], None]
MOST = 10
"""Events of one request to EventBridge."""
LONGEST_SECONDS = 1.0
"""How old an event may be when another transaction commits; the relay publishes it after ten."""


class Gathering:
    """Events that were committed and not yet published. Threads may share it."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._lock = Lock()
        self._waiting: list[Envelope] = []
        self._publish: Publish | None = None
        self._since = 0.0

    def add(self, events: Sequence[Envelope], publish: Publish) -> None:
        """Publish them with those that wait, once they are enough or the first has waited for long enough."""
        with self._lock:
            if not self._waiting:
                self._since, self._publish = self._seconds(), publish
            self._waiting.extend(events)
            ready = len(self._waiting) >= MOST or self._seconds() - self._since >= LONGEST_SECONDS
        if ready:
            self.publish()

    def publish(self) -> None:
        """Publish what waits."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        if waiting and self._publish:
            self._publish(waiting)


_current: ContextVar[Gathering | None] = ContextVar("gathering", default=None)


@contextmanager
def published_together() -> Iterator[None]:
    """Events of the transactions in here, all of one service, are published some at a time, and at the end.

    For what waits for nobody: an event is late by as much as its neighbours take. What a crash leaves behind, the relay
    publishes."""
    gathering = Gathering()
    token = _current.set(gathering)
    try:
        yield
    finally:
        _current.reset(token)
        gathering.publish()


def publish(events: Sequence[Envelope], do: Publish) -> None:
    """Now, or together with others."""
    gathering = _current.get()
    gathering.add(events, do) if gathering else do(events)
