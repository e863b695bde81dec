"""What staff do about errors."""

from collections.abc import Callable
from uuid import UUID

from core.clock import Clock
from core.http.paging import decode_cursor, encode_cursor, paged
from core.trail.deed import note
from core.trail.shown import Word
from integration.failures.domain import Handling
from integration.failures.ports import ErrorWork
from shared_schemas.common import Page
from shared_schemas.integration.failures import (
    ErrorGroup,
    ErrorsQuery,
    ErrorStatus,
)


class ErrorLog:
    """Look errors up, acknowledge and resolve them."""

    def __init__(self, unit_of_work: Callable[[], ErrorWork], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def page(self, query: ErrorsQuery) -> Page[ErrorGroup]:
        """The latest first. `InvalidCursorError`."""
        after = decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            found = work.errors.page(query, after, query.limit + 1)
        return paged(found, query.limit, lambda last: encode_cursor(last.last_seen, last.id))

    def get(self, error_id: UUID) -> ErrorGroup:
        """`ErrorNotFoundError` if there is none."""
        with self._unit_of_work() as work:
            return work.errors.get(error_id)

    def handle(self, error_id: UUID, status: ErrorStatus, actor: UUID, about: str | None) -> ErrorGroup:
        """The group afterwards. `ErrorNotFoundError`."""
        handling = Handling(actor, self._clock.now(), about)
        with self._unit_of_work() as work:
            work.errors.handle(error_id, status, handling)
            group = work.errors.get(error_id)
            note(after={"service": Word(group.service), "code": Word(group.code), "status": Word(status)}, why=about)
            work.commit()
            return group
