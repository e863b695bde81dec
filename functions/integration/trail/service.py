"""The trail: what the staff did, kept for good, and looked up by them."""

from collections.abc import Callable
from uuid import UUID

from core.http.paging import InvalidCursorError, decode_cursor, encode_cursor, paged
from integration.trail.errors import TooManyLinesError
from integration.trail.ports import Place, TrailWork
from shared_schemas.common import Page
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.operations import StaffActed
from shared_schemas.integration.trail import OperatorAction, OperatorActionsQuery

SUBSCRIBER = "integration-trail"
LONGEST_FILE = 5000
"""Lines: as much as a function may answer at once, twice over."""
LARGEST_ID = 2**63 - 1


class Trail:
    """One line for each thing that somebody of the staff did, in whichever service."""

    def __init__(self, unit_of_work: Callable[[], TrailWork]) -> None:
        self._unit_of_work = unit_of_work

    def record(self, envelope: Envelope, acted: StaffActed) -> None:
        """Add a line, once however often its event comes."""
        with self._unit_of_work() as work:
            if work.inbox.accept(SUBSCRIBER, envelope.id):
                work.actions.add(envelope, acted)
                work.commit()

    def page(self, query: OperatorActionsQuery) -> Page[OperatorAction]:
        """Newest first. `InvalidCursorError`."""
        after = _place(query.cursor)
        with self._unit_of_work() as work:
            found = work.actions.page(query, after, query.limit + 1)
        return paged(found, query.limit, lambda last: encode_cursor(last.at, UUID(int=last.id)))

    def file(self, query: OperatorActionsQuery) -> Page[OperatorAction]:
        """All lines at once, from the cursor on. `TooManyLinesError`, `InvalidCursorError`."""
        after = _place(query.cursor)
        with self._unit_of_work() as work:
            found = work.actions.page(query, after, LONGEST_FILE + 1)
        if len(found) > LONGEST_FILE:
            raise TooManyLinesError(most=LONGEST_FILE)
        return Page(data=found)


def _place(cursor: str | None) -> Place | None:
    if (found := decode_cursor(cursor)) is None:
        return None
    at, last = found
    if last.int > LARGEST_ID:
        raise InvalidCursorError
    return at, last.int
