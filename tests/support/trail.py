"""The trail, as tests of use cases write and read it."""

from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from core.identity import Identity
from core.trail.deed import Deed, doing
from shared_schemas.common import Role
from shared_schemas.events.operations import StaffActed
from tests.support.database import RecordingPublisher

SESSION = UUID(int=77)


def done_by(who: UUID | Identity, action: str = "do_something", target: str = "thing") -> AbstractContextManager[None]:
    """What is committed in the block is done by somebody of the staff, as `core.http` would have it."""
    actor = who if isinstance(who, Identity) else Identity(str(who), Role.MANAGER, SESSION)
    return doing(Deed(action, target, actor=actor, network="192.0.2.0/24"))


def lines(broker: RecordingPublisher) -> list[StaffActed]:
    """The lines that were left, the oldest first."""
    return [data for each in broker.taken if isinstance(data := each.payload(), StaffActed)]


def told(line: StaffActed) -> tuple[str | None, dict[str, Any], dict[str, Any]]:
    """Why, and what it was before and after."""
    return line.reason, line.before, line.after
