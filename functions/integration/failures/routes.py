"""Routes of failures: errors and dead letters."""

from uuid import UUID

from core.http.paging import InvalidCursorError
from core.identity import Identity
from integration import composition
from integration.api import api
from integration.errors import BrokerUnavailableError
from integration.failures.errors import DeadLetterNotFoundError, ErrorNotFoundError, QueueNotFoundError
from shared_schemas.common import Page
from shared_schemas.integration.failures import (
    Acknowledgement,
    DeadLetter,
    DeadLetterDetail,
    DeadLetterQueue,
    DeadLettersQuery,
    DiscardRequest,
    ErrorGroup,
    ErrorsQuery,
    LettersHandled,
    RedriveRequest,
    Resolution,
)
from shared_schemas.texts import PathName


@api.endpoint("GET /v1/errors", errors=[InvalidCursorError])
def list_errors(query: ErrorsQuery) -> Page[ErrorGroup]:
    """Failures that staff should look at, grouped by service, operation and code; the latest first."""
    return composition.app().error_log.page(query)


@api.endpoint("GET /v1/errors/{error_id}", errors=[ErrorNotFoundError])
def get_error(error_id: UUID) -> ErrorGroup:
    """One group of failures."""
    return composition.app().error_log.get(error_id)


@api.endpoint("POST /v1/errors/{error_id}/acknowledge", errors=[ErrorNotFoundError])
def acknowledge_error(error_id: UUID, body: Acknowledgement, identity: Identity) -> ErrorGroup:
    """Say that somebody is working on it."""
    return composition.app().error_log.handle(error_id, "acknowledged", identity.actor_id, body.note)


@api.endpoint("POST /v1/errors/{error_id}/resolve", errors=[ErrorNotFoundError])
def resolve_error(error_id: UUID, body: Resolution, identity: Identity) -> ErrorGroup:
    """Say that it is solved, and how. If it occurs again, it is opened again."""
    return composition.app().error_log.handle(error_id, "resolved", identity.actor_id, body.note)


@api.endpoint("GET /v1/dead-letters", errors=[BrokerUnavailableError])
def list_dead_letter_queues() -> Page[DeadLetterQueue]:
    """How many events each subscriber could not handle, the highest number first."""
    return Page(data=composition.app().dead_letters.queues())


@api.endpoint("GET /v1/dead-letters/{queue}", errors=[QueueNotFoundError, InvalidCursorError])
def list_dead_letters(queue: PathName, query: DeadLettersQuery) -> Page[DeadLetter]:
    """The events that a subscriber could not handle, newest first; by default those that wait for a decision."""
    return composition.app().dead_letters.page(queue, query)


@api.endpoint("GET /v1/dead-letters/{queue}/{letter_id}", errors=[DeadLetterNotFoundError])
def get_dead_letter(queue: PathName, letter_id: UUID) -> DeadLetterDetail:
    """One dead letter with its message."""
    return composition.app().dead_letters.get(queue, letter_id)


@api.endpoint("POST /v1/dead-letters/{queue}/redrive", errors=[QueueNotFoundError, BrokerUnavailableError])
def redrive_dead_letters(queue: PathName, body: RedriveRequest, identity: Identity) -> LettersHandled:
    """Deliver dead letters again, unchanged, through the subscriber's own queue."""
    return composition.app().dead_letters.redrive(queue, body.ids, identity.actor_id)


@api.endpoint("POST /v1/dead-letters/{queue}/discard", errors=[QueueNotFoundError])
def discard_dead_letters(queue: PathName, body: DiscardRequest, identity: Identity) -> LettersHandled:
    """Discard dead letters, with a reason; they stay readable."""
    return composition.app().dead_letters.discard(queue, body.ids, body.reason, identity.actor_id)
