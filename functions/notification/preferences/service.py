"""Which messages people want: told by themselves, or by a link in a message."""

from collections.abc import Callable
from uuid import UUID

from core.clock import Clock
from core.trail.deed import aside, note
from notification.errors import NeedlessDeliveryError
from notification.preferences.domain import Leave, kind_of, read, shown, written
from notification.preferences.errors import LeaveLinkError
from notification.preferences.ports import Work
from notification.writing.reader import Reader
from shared_schemas.channels import Channel
from shared_schemas.messages.preferences import LEAVABLE, Preferences, PreferencesReplacement
from shared_schemas.notification import TemplateName

UNSUBSCRIBED = "unsubscribed"


class Preferring:
    """Reads and changes what is wanted; `page` is where links lead."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, page: Callable[[], str]) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._page = page

    def of(self, person_id: UUID, *, staff: bool = False) -> Preferences:
        """Every kind on every channel; what goes to `staff` alone is shown to them alone."""
        with self._unit_of_work() as work:
            return shown(work.preferences.left(person_id), staff=staff)

    def replace(self, person_id: UUID, request: PreferencesReplacement, *, staff: bool = False) -> Preferences:
        """They leave this, and nothing else."""
        left = {Leave(each.kind, each.channel) for each in request.left}
        with self._unit_of_work() as work:
            work.preferences.replace(person_id, left, self._clock.now())
            note(target=f"account:{person_id}")
            work.commit()
        return shown(left, staff=staff)

    def link(self, person_id: UUID, template: TemplateName, channel: Channel, known: Reader | None = None) -> str:
        """Where such a message is left; empty where it is needed. `NeedlessDeliveryError` if it was left. What is
        `known` of its reader is not asked again."""
        leave = Leave(kind_of(template), channel)
        if leave.kind not in LEAVABLE:
            return ""
        reader = known or self._reader(person_id, leave)
        if reader.left:
            raise NeedlessDeliveryError(UNSUBSCRIBED)
        secret = reader.secret or self._secret(person_id)
        return f"{self._page().rstrip('/')}/v1/unsubscribe/{written(secret, leave)}"

    def _reader(self, person_id: UUID, leave: Leave) -> Reader:
        with self._unit_of_work() as work:
            return Reader(leave in work.preferences.left(person_id))

    def _secret(self, person_id: UUID) -> str:
        with aside(), self._unit_of_work() as work:
            secret = work.preferences.secret(person_id)
            work.commit()
        return secret

    def looked_at(self, token: str) -> tuple[Leave, bool]:
        """What a link leaves, and whether it was left; nothing is changed. `LeaveLinkError`."""
        with self._unit_of_work() as work:
            person_id, leave = _opened(work, token)
            return leave, leave in work.preferences.left(person_id)

    def leave(self, token: str, *, again: bool) -> tuple[Leave, bool]:
        """Leave what the link says, or take that back `again`; twice is no error. `LeaveLinkError`."""
        with self._unit_of_work() as work:
            person_id, leave = _opened(work, token)
            left = work.preferences.left(person_id)
            work.preferences.replace(person_id, left - {leave} if again else left | {leave}, self._clock.now())
            work.commit()
        return leave, not again


def _opened(work: Work, token: str) -> tuple[UUID, Leave]:
    said = read(token)
    person_id = work.preferences.owner(said[0]) if said else None
    if said is None or person_id is None:
        raise LeaveLinkError
    return person_id, said[1]
