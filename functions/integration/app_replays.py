"""Routes of replays."""

from uuid import UUID

from core.idempotency import IdempotencyKey
from core.identity import STAFF, Identity
from core.paging import InvalidCursorError
from integration import wiring
from integration.api import api
from integration.errors import BrokerUnavailableError
from integration.errors_replays import ReplayNotFoundError
from shared_schemas.common import Page
from shared_schemas.errors import RuleViolationError
from shared_schemas.replays import Replay, ReplayRequest, ReplaysQuery


@api.endpoint("POST /v1/events/replay", status=202, allow=STAFF, errors=[RuleViolationError, BrokerUnavailableError])
def replay_events(body: ReplayRequest, identity: Identity, key: IdempotencyKey | None) -> Replay:
    """Send events of the log once more, to one subscriber or to all.

    Nobody does again what is done already. It begins within a minute; the record tells how far it is."""
    return wiring.replays().request(body, identity.subject, key)


@api.endpoint("GET /v1/events/replays", allow=STAFF, errors=[InvalidCursorError])
def list_replays(query: ReplaysQuery) -> Page[Replay]:
    """Who sent what once more, when and why, newest first."""
    return wiring.replays().page(query)


@api.endpoint("GET /v1/events/replays/{replay_id}", allow=STAFF, errors=[ReplayNotFoundError])
def get_replay(replay_id: UUID) -> Replay:
    """One replay, and how far it is."""
    return wiring.replays().get(replay_id)
