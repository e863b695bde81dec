"""What one flow set off: its events under their causes."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from shared_schemas.integration.events import LoggedEvent
from shared_schemas.integration.traces import Trace, TraceEvent

MILLISECOND = timedelta(milliseconds=1)
Step = tuple[LoggedEvent, LoggedEvent | None, int]


def trace(correlation_id: str, events: Sequence[LoggedEvent], truncated: bool) -> Trace:
    """The tree of at least one event, in whatever order they come."""
    ordered = sorted(events, key=lambda event: (event.time, event.id))
    first, last = ordered[0].time, ordered[-1].time
    return Trace(
        correlation_id=correlation_id,
        started_at=first,
        duration_ms=(last - first) // MILLISECOND,
        truncated=truncated,
        events=[_laid_out(*step) for step in _walk(ordered)],
    )


def _walk(ordered: Sequence[LoggedEvent]) -> Iterator[Step]:
    """Each event once with its cause and depth; not recursive, since nothing bounds the length of a chain."""
    known = {str(event.id) for event in ordered}
    effects: dict[str, list[LoggedEvent]] = defaultdict(list)
    for event in ordered:
        if event.causation_id in known:
            effects[str(event.causation_id)].append(event)
    roots = [event for event in ordered if event.causation_id not in known]
    seen: set[UUID] = set()
    # Those that cause each other in a circle hang on no root: the earliest of them serves as one.
    for root in (*roots, *ordered):
        ahead: list[Step] = [(root, None, 0)]
        while ahead:
            event, cause, depth = ahead.pop()
            if event.id in seen:
                continue
            seen.add(event.id)
            yield event, cause, depth
            ahead += [(effect, event, depth + 1) for effect in reversed(effects[str(event.id)])]


def _laid_out(event: LoggedEvent, cause: LoggedEvent | None, depth: int) -> TraceEvent:
    return TraceEvent(
        id=event.id,
        type=event.type,
        source=event.source,
        time=event.time,
        depth=depth,
        causation_id=event.causation_id,
        cause_elsewhere=cause is None and event.causation_id is not None,
        failed=event.type == "service.error" or event.type.endswith("failed"),
        after_cause_ms=(event.time - cause.time) // MILLISECOND if cause else None,
        log_delay_ms=(event.received_at - event.time) // MILLISECOND,
        booking_id=event.booking_id,
        payment_id=event.payment_id,
    )
