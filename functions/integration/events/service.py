"""The event log: every event once, and errors by group."""

from collections.abc import Callable
from uuid import UUID

from core.http.paging import decode_cursor, encode_cursor, paged
from core.observability import count
from integration.events.domain import reported_error, without_words
from integration.events.ports import RecordingWork
from shared_schemas.common import Page
from shared_schemas.events.envelope import Envelope
from shared_schemas.integration.events import EventsQuery, LoggedEvent


class EventLog:
    """Record events; look them up."""

    def __init__(self, unit_of_work: Callable[[], RecordingWork]) -> None:
        self._unit_of_work = unit_of_work

    def record(self, *envelopes: Envelope) -> None:
        """Store events. The log is its own inbox: an event that is in it already is ignored."""
        with self._unit_of_work() as work:
            new = work.events.add([without_words(envelope) for envelope in envelopes])
            errors = [(each, error) for each in envelopes if each.id in new and (error := reported_error(each))]
            for envelope, error in errors:
                work.errors.add(envelope, error)
            work.commit()
        for _, error in errors:
            count("ServiceErrors", service=error.service, code=error.code)

    def page(self, query: EventsQuery) -> Page[LoggedEvent]:
        """Newest first. `InvalidCursorError`."""
        after = decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            found = work.events.page(query, after, query.limit + 1)
        return paged(found, query.limit, lambda last: encode_cursor(last.time, last.id))

    def get(self, event_id: UUID) -> LoggedEvent:
        """`EventNotFoundError` if the log has none."""
        with self._unit_of_work() as work:
            return work.events.get(event_id)

    def keep(self, months: int, turn: Callable[[], bool] = lambda: True) -> dict[str, int]:
        """Make partitions for the months to come, and drop those that ended more than so many months ago, one in a
        transaction, while `turn` says that there is time."""
        made = dropped = 0
        while turn():
            with self._unit_of_work() as work:
                step = work.events.keep_months(months)
                work.commit()
            if not any(step):
                break
            made, dropped = made + step[0], dropped + step[1]
        return {"made": made, "dropped": dropped}
