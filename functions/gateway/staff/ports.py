"""What the use cases of invitations need of the outside."""

from typing import Protocol
from uuid import UUID

from gateway.codes.ports import Work as CodeWork
from gateway.staff.domain import Invitation


class Invitations(Protocol):
    def replace(self, invitation: Invitation) -> None:
        """In place of an earlier one to the same address."""

    def all(self) -> list[Invitation]:
        """Those that wait and those that nobody accepted in time, newest first."""

    def get(self, invitation_id: UUID) -> Invitation:
        """`InvitationNotFoundError`."""

    def by_digest(self, digest: str, *, locked: bool = False) -> Invitation:
        """`InvitationNotFoundError`. `locked` until the transaction ends: a link comes twice at once."""

    def remove(self, invitation_id: UUID) -> None:
        """`InvitationNotFoundError`."""


class Work(CodeWork, Protocol):
    """One transaction; it rolls back unless committed."""

    @property
    def invitations(self) -> Invitations: ...
