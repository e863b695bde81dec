"""The memory of the system: every event once, errors by group, and questions about both."""

from collections.abc import Callable
from uuid import UUID

from core.observability import count
from core.paging import decode_cursor, encode_cursor
from integration.domain import reported_error, subject
from integration.ports import Work
from shared_schemas.common import Page
from shared_schemas.events import Envelope
from shared_schemas.integration import EventsQuery, LoggedEvent


class EventLog:
    """Take events in; look them up."""

    def __init__(self, unit_of_work: Callable[[], Work]) -> None:
        self._unit_of_work = unit_of_work

    def record(self, envelope: Envelope) -> None:
        """Keep an event. The log is its own inbox: what is in it already has had its effect."""
        with self._unit_of_work() as work:
            if not work.events.add(envelope, subject(envelope, "booking_id"), subject(envelope, "payment_id")):
                return
            error = reported_error(envelope)
            if error:
                work.errors.add(envelope, error)
            work.commit()
        if error:
            count("ServiceErrors", service=error.service, code=error.code)

    def page(self, query: EventsQuery) -> Page[LoggedEvent]:
        """Newest first."""
        after = decode_cursor(query.cursor) if query.cursor else None
        with self._unit_of_work() as work:
            found = work.events.page(query, after, query.limit + 1)
        page, more = found[: query.limit], found[query.limit :]
        return Page(data=page, next_cursor=encode_cursor(page[-1].time, page[-1].id) if more else None)

    def get(self, event_id: UUID) -> LoggedEvent:
        with self._unit_of_work() as work:
            return work.events.get(event_id)

    def keep(self, months: int) -> dict[str, int]:
        """Make partitions for the months to come, and drop those that ended more than so many months ago."""
        with self._unit_of_work() as work:
            made, dropped = work.events.keep_months(months)
            work.commit()
        return {"made": made, "dropped": dropped}
