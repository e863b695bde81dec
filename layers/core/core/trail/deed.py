"""The trail: what somebody of the staff does in a request becomes one line of it, the event `staff.acted`.

`core.http` says who acts, and the unit of work adds the line to what it commits: no use case has to think of it. One
that knows more says so by `note`. Lines are kept for ever, so they hold ids and figures, and no text that people wrote.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from core.identity import Identity
from core.trail.shown import difference, shown_fields
from shared_schemas.events.operations import StaffActed

Shown = Mapping[str, Any]
# A contract, a dataclass, or names and values.
Thing = Any


@dataclass
class Note:
    """What use cases say of a deed until its next commit; the first word on each part counts."""

    target: str | None = None
    why: str | None = None
    changes: list[tuple[Shown, Shown]] = field(default_factory=list)


@dataclass
class Deed:
    """What is done in the request in progress. Without an `actor` nobody of the staff does it, and no line is left."""

    action: str
    target: str = ""
    """What the path names; or, where it names no thing, the kind of what the route makes."""
    names_a_thing: bool = False
    asked: Shown = field(default_factory=dict)
    """The body of the request, as far as it may be shown."""
    actor: Identity | None = None
    network: str | None = None
    note: Note = field(default_factory=Note)
    told: bool = False

    def line(self) -> StaffActed | None:
        """The line of a commit: the request's first one, or any of which use cases said something."""
        note, self.note = self.note, Note()
        if self.actor is None or (self.told and note == Note()):
            return None
        self.told = True
        before, after = note.changes[0] if note.changes else ({}, self.asked)
        more = {"and_more": len(note.changes) - 1} if len(note.changes) > 1 else {}
        return StaffActed(
            actor_id=self.actor.actor_id,
            actor_role="api_key" if self.actor.is_key else self.actor.role.value,
            session_id=self.actor.session,
            network=self.network,
            action=self.action,
            target=note.target or self.target,
            before=dict(before),
            after={**after, **more},
            reason=note.why,
        )


_deed: ContextVar[Deed | None] = ContextVar("deed", default=None)


def current_deed() -> Deed | None:
    """What is being done; None outside requests, and where the system itself does it."""
    return _deed.get()


@contextmanager
def doing(deed: Deed | None) -> Iterator[None]:
    """What is committed in the block belongs to this deed."""
    token = _deed.set(deed)
    try:
        yield
    finally:
        _deed.reset(token)


def aside() -> AbstractContextManager[None]:
    """What is committed in this block is not what the caller came for: the system would do it without them, too."""
    return doing(None)


def note(
    *,
    target: str | None = None,
    before: Thing = None,
    after: Thing = None,
    why: str | None = None,
    by: str | None = None,
) -> None:
    """Say more of what is being done, before it is committed; of `before` and `after`, what differs is kept.

    `why` is kept as it is, so it must be about no person. `by` is who made this change: if that is not the caller, it
    only follows from what they do, and is left out."""
    deed = _deed.get()
    if deed is None or deed.actor is None or (by is not None and by != deed.actor.subject):
        return
    deed.note.target, deed.note.why = deed.note.target or target, deed.note.why or why
    if before is not None and after is not None:
        deed.note.changes.append(difference(before, after))
    elif before is not None or after is not None:
        deed.note.changes.append((shown_fields(before), shown_fields(after)))


def note_made(made: BaseModel) -> None:
    """The request made this: the line is about it, unless more was said."""
    deed = _deed.get()
    if deed is None or deed.actor is None:
        return
    key = getattr(made, "id", None) or getattr(made, "number", None)
    if key and not deed.names_a_thing:
        note(target=f"{deed.target}:{key}")
    if not deed.note.changes:
        note(after=made)


def signs_in(actor: Identity) -> None:
    """Who acts is known only now; a client who signs in leaves no line."""
    deed = _deed.get()
    if deed and actor.is_staff:
        deed.actor, deed.action, deed.target, deed.asked = actor, "sign_in", f"account:{actor.subject}", {}


def acts(actor: Identity) -> None:
    """Who acts is known only now, and what is done is done to their own account."""
    deed = _deed.get()
    if deed:
        deed.actor, deed.target, deed.asked = actor, f"account:{actor.subject}", {}


def failed_sign_in(account_id: UUID) -> StaffActed:
    """The line of somebody who did not get into an account of the staff."""
    deed = _deed.get()
    return StaffActed(action="sign_in_failed", target=f"account:{account_id}", network=deed.network if deed else None)
