"""All SQL of the invitations."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from core.postgres.rows import one
from core.postgres.stored_fields import StoredFields
from gateway.staff.domain import Invitation
from gateway.staff.errors import InvitationNotFoundError
from gateway.tables import invitations
from shared_schemas.common import Role

FIELDS = StoredFields(Invitation, invitations)


class InvitationRepository:
    """One invitation for each address."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, invitation: Invitation) -> None:
        values = FIELDS.values(invitation)
        new = insert(invitations).values(**values)
        self._connection.execute(new.on_conflict_do_update(index_elements=[invitations.c.email], set_=values))

    def all(self) -> list[Invitation]:
        newest_first = select(invitations).order_by(invitations.c.created_at.desc(), invitations.c.id)
        return [_invitation(row) for row in self._connection.execute(newest_first)]

    def get(self, invitation_id: UUID) -> Invitation:
        found = select(invitations).where(invitations.c.id == invitation_id)
        return _invitation(one(self._connection, found, InvitationNotFoundError()))

    def by_digest(self, digest: str, *, locked: bool = False) -> Invitation:
        found = select(invitations).where(invitations.c.digest == digest)
        return _invitation(
            one(self._connection, found.with_for_update() if locked else found, InvitationNotFoundError())
        )

    def remove(self, invitation_id: UUID) -> None:
        if self._connection.execute(delete(invitations).where(invitations.c.id == invitation_id)).rowcount == 0:
            raise InvitationNotFoundError


def _invitation(row: Any) -> Invitation:
    return Invitation(**{**FIELDS.read(row), "role": Role(row.role)})
