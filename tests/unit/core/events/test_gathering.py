"""Events of many transactions are published together."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import pytest

from core.events.gathering import LONGEST_SECONDS, MOST, Gathering, publish, published_together
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.operations import ServiceError


@dataclass
class Broker:
    requests: list[Sequence[Envelope]] = field(default_factory=list)

    def __call__(self, events: Sequence[Envelope]) -> None:
        self.requests.append(list(events))

    @property
    def sizes(self) -> list[int]:
        return [len(each) for each in self.requests]


def event() -> Envelope:
    happened = ServiceError(service="notification", operation="test", code="boom", detail="")
    return Envelope.wrap(
        happened,
        time=datetime(2026, 12, 1, tzinfo=UTC),
        source="notification",
        correlation_id="flow",
        causation_id=None,
    )


def test_what_is_told_alone_is_published_at_once() -> None:
    broker = Broker()
    publish([event()], broker)
    assert broker.sizes == [1]


def test_what_is_told_together_is_published_at_the_end_in_its_order() -> None:
    broker, told = Broker(), [event() for _ in range(3)]
    with published_together():
        for each in told:
            publish([each], broker)
        assert broker.sizes == []
    assert broker.requests == [told]
    publish([event()], broker)
    assert broker.sizes == [3, 1]


def test_a_full_request_does_not_wait() -> None:
    broker = Broker()
    with published_together():
        for _ in range(MOST + 1):
            publish([event()], broker)
        assert broker.sizes == [MOST]
    assert broker.sizes == [MOST, 1]


def test_what_has_waited_for_long_goes_with_the_next() -> None:
    broker, now = Broker(), [0.0]
    gathering = Gathering(lambda: now[0])
    gathering.add([event()], broker)
    now[0] += LONGEST_SECONDS
    gathering.add([event()], broker)
    assert broker.sizes == [2]
    gathering.add([event()], broker)
    assert broker.sizes == [2]


def test_what_was_committed_is_published_where_the_rest_fails() -> None:
    broker = Broker()
    with pytest.raises(RuntimeError, match="the next one"), published_together():
        publish([event()], broker)
        raise RuntimeError("the next one")
    assert broker.sizes == [1]


def test_threads_lose_nothing_and_tell_nothing_twice() -> None:
    broker, told = Broker(), [event() for _ in range(400)]
    with published_together(), ThreadPoolExecutor(8) as threads:
        for each in told:
            threads.submit(copy_context().run, publish, [each], broker)
    published: list[UUID] = [each.id for request in broker.requests for each in request]
    assert sorted(published) == sorted(each.id for each in told)
