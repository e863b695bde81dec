"""Routes of what went wrong: errors, events that nobody could handle, and what staff do about them."""

from uuid import UUID

from core.identity import STAFF, Identity
from core.paging import InvalidCursorError
from integration import wiring
from integration.api import api
from integration.errors import BrokerUnavailableError
from integration.errors_failures import DeadLetterNotFoundError, ErrorNotFoundError, QueueNotFoundError
from shared_schemas.common import Page
from shared_schemas.failures import (
    Acknowledgement,
    DeadLetter,
    DeadLetterDetail,
    DeadLetterQueue,
    DeadLettersQuery,
    DiscardRequest,
    ErrorGroup,
    ErrorsQuery,
    LettersHandled,
    OperatorAction,
    OperatorActionsQuery,
    RedriveRequest,
    Resolution,
)
from shared_schemas.texts import PathName


@api.endpoint("GET /v1/errors", allow=STAFF, errors=[InvalidCursorError])
def list_errors(query: ErrorsQuery) -> Page[ErrorGroup]:
    """Failures that need a human eye, grouped by service, operation and code; the latest first."""
    return wiring.error_log().page(query)


@api.endpoint("GET /v1/errors/{error_id}", allow=STAFF, errors=[ErrorNotFoundError])
def get_error(error_id: UUID) -> ErrorGroup:
    """One group of failures."""
    return wiring.error_log().get(error_id)


@api.endpoint("POST /v1/errors/{error_id}/acknowledge", allow=STAFF, errors=[ErrorNotFoundError])
def acknowledge_error(error_id: UUID, body: Acknowledgement, identity: Identity) -> ErrorGroup:
    """Say that somebody is at it."""
    return wiring.error_log().handle(error_id, "acknowledged", identity.user_id, body.note)


@api.endpoint("POST /v1/errors/{error_id}/resolve", allow=STAFF, errors=[ErrorNotFoundError])
def resolve_error(error_id: UUID, body: Resolution, identity: Identity) -> ErrorGroup:
    """Say that it is over, and why; should it occur again, it opens again."""
    return wiring.error_log().handle(error_id, "resolved", identity.user_id, body.note)


@api.endpoint("GET /v1/dead-letters", allow=STAFF, errors=[BrokerUnavailableError])
def list_dead_letter_queues() -> Page[DeadLetterQueue]:
    """Each subscriber and how many events it could not handle, the worst first."""
    return Page(data=wiring.dead_letters().queues())


@api.endpoint("GET /v1/dead-letters/{queue}", allow=STAFF, errors=[QueueNotFoundError, InvalidCursorError])
def list_dead_letters(queue: PathName, query: DeadLettersQuery) -> Page[DeadLetter]:
    """What a subscriber could not handle, the newest first; those that wait for a decision unless asked otherwise."""
    return wiring.dead_letters().page(queue, query)


@api.endpoint("GET /v1/dead-letters/{queue}/{letter_id}", allow=STAFF, errors=[DeadLetterNotFoundError])
def get_dead_letter(queue: PathName, letter_id: UUID) -> DeadLetterDetail:
    """One letter with its message."""
    return wiring.dead_letters().get(queue, letter_id)


@api.endpoint("POST /v1/dead-letters/{queue}/redrive", allow=STAFF, errors=[QueueNotFoundError, BrokerUnavailableError])
def redrive_dead_letters(queue: PathName, body: RedriveRequest, identity: Identity) -> LettersHandled:
    """Deliver letters once more through the subscriber's own queue, unchanged."""
    return wiring.dead_letters().redrive(queue, body.ids, identity.user_id)


@api.endpoint("POST /v1/dead-letters/{queue}/discard", allow=STAFF, errors=[QueueNotFoundError])
def discard_dead_letters(queue: PathName, body: DiscardRequest, identity: Identity) -> LettersHandled:
    """Give letters up for a reason; they stay readable."""
    return wiring.dead_letters().discard(queue, body.ids, body.reason, identity.user_id)


@api.endpoint("GET /v1/operator-actions", allow=STAFF)
def list_operator_actions(query: OperatorActionsQuery) -> Page[OperatorAction]:
    """Who did what about errors and dead letters, when and why, newest first."""
    return Page(data=wiring.error_log().actions(query))
