"""Routes of replays."""

from uuid import UUID

from core.http.idempotency import IdempotencyKey
from core.http.paging import InvalidCursorError
from core.identity import Identity
from integration import composition
from integration.api import api
from integration.errors import BrokerUnavailableError
from integration.replays.errors import ReplayNotFoundError
from shared_schemas.common import Page
from shared_schemas.errors import RuleViolationError
from shared_schemas.integration.replays import Replay, ReplayRequest, ReplaysQuery


@api.endpoint("POST /v1/events/replay", status=202, errors=[RuleViolationError, BrokerUnavailableError])
def replay_events(body: ReplayRequest, identity: Identity, key: IdempotencyKey | None) -> Replay:
    """Send events from the log again, to one subscriber or to all.

    Subscribers ignore what they have handled already. It starts within a minute; the record shows its progress."""
    return composition.app().replays.request(body, identity.subject, key)


@api.endpoint("GET /v1/events/replays", errors=[InvalidCursorError])
def list_replays(query: ReplaysQuery) -> Page[Replay]:
    """Replays, newest first: who asked for them, when and why."""
    return composition.app().replays.page(query)


@api.endpoint("GET /v1/events/replays/{replay_id}", errors=[ReplayNotFoundError])
def get_replay(replay_id: UUID) -> Replay:
    """One replay and its progress."""
    return composition.app().replays.get(replay_id)
