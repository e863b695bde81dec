"""How the events of a flow are laid out under their causes."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from integration.events.trace import trace
from shared_schemas.integration.events import LoggedEvent

START = datetime(2026, 12, 1, 12, tzinfo=UTC)


def event(number: int, cause: int | str | None = None, second: float | None = None, **changes: Any) -> LoggedEvent:
    time = START + timedelta(seconds=number if second is None else second)
    return LoggedEvent(
        **{
            "id": UUID(int=number),
            "type": "booking.created",
            "version": 1,
            "time": time,
            "source": "booking",
            "correlation_id": "flow",
            "causation_id": str(UUID(int=cause)) if isinstance(cause, int) else cause,
            "data": {},
            "received_at": time + timedelta(milliseconds=40),
            **changes,
        }
    )


def shape(events: list[LoggedEvent]) -> list[tuple[int, int]]:
    return [(each.id.int, each.depth) for each in trace("flow", events, truncated=False).events]


def test_effects_follow_their_cause_and_the_oldest_comes_first() -> None:
    events = [event(5, 2), event(4), event(2, 1), event(3, 1), event(1)]

    assert shape(events) == [(1, 0), (2, 1), (5, 2), (3, 1), (4, 0)]


def test_what_no_event_here_caused_comes_first_and_says_so() -> None:
    found = trace("flow", [event(1), event(2, 99), event(3, "a request"), event(4, 2)], truncated=False).events

    assert [(each.id.int, each.depth, each.cause_elsewhere) for each in found] == [
        (1, 0, False),
        (2, 0, True),
        (4, 1, False),
        (3, 0, True),
    ]


def test_times_are_those_from_the_cause_and_to_the_log() -> None:
    found = trace("flow", [event(1), event(2, 1, second=3.25), event(3, 2, second=3.125)], truncated=True)

    assert [each.after_cause_ms for each in found.events] == [None, 2250, -125]
    assert {each.log_delay_ms for each in found.events} == {40}
    assert (found.started_at, found.duration_ms, found.truncated) == (START + timedelta(seconds=1), 2250, True)


def test_events_that_cause_each_other_are_all_shown_once() -> None:
    assert shape([event(1), event(2, 3), event(3, 2), event(4, 4)]) == [(1, 0), (2, 0), (3, 1), (4, 0)]


def test_a_chain_may_be_long() -> None:
    assert shape([event(n, n - 1 if n > 1 else None) for n in range(1, 1001)]) == [(n, n - 1) for n in range(1, 1001)]


def test_failures_are_marked() -> None:
    types = ["payment.succeeded", "payment.failed", "payment.refund_failed", "notification.failed", "service.error"]
    found = trace("flow", [event(n, type=name) for n, name in enumerate(types)], truncated=False).events

    assert [each.failed for each in found] == [False, True, True, True, True]
