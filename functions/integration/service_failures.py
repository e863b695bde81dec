"""What staff do about errors."""

from collections.abc import Callable
from uuid import UUID

from core.clock import Clock
from core.paging import decode_cursor, encode_cursor
from integration.domain_failures import Handling
from integration.ports_failures import FailureWork
from shared_schemas.common import Page
from shared_schemas.failures import ErrorGroup, ErrorsQuery, ErrorStatus, OperatorAction, OperatorActionsQuery

ACTIONS: dict[ErrorStatus, str] = {"acknowledged": "acknowledge", "resolved": "resolve"}


class ErrorLog:
    """Look errors up, and say that somebody is at them or that they are over."""

    def __init__(self, unit_of_work: Callable[[], FailureWork], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def page(self, query: ErrorsQuery) -> Page[ErrorGroup]:
        """The latest first."""
        after = decode_cursor(query.cursor) if query.cursor else None
        with self._unit_of_work() as work:
            found = work.errors.page(query, after, query.limit + 1)
        page, more = found[: query.limit], found[query.limit :]
        return Page(data=page, next_cursor=encode_cursor(page[-1].last_seen, page[-1].id) if more else None)

    def get(self, error_id: UUID) -> ErrorGroup:
        with self._unit_of_work() as work:
            return work.errors.get(error_id)

    def handle(self, error_id: UUID, status: ErrorStatus, actor: UUID, note: str | None) -> ErrorGroup:
        """The group as it is then."""
        handling = Handling(actor, self._clock.now(), note)
        with self._unit_of_work() as work:
            work.errors.handle(error_id, status, handling)
            group = work.errors.get(error_id)
            about = {"service": group.service, "operation": group.operation, "code": group.code}
            work.actions.add(ACTIONS[status], f"error:{error_id}", handling, about)
            work.commit()
            return group

    def actions(self, query: OperatorActionsQuery) -> list[OperatorAction]:
        """What was done about errors and dead letters, by whom and why."""
        with self._unit_of_work() as work:
            return work.actions.page(query)
