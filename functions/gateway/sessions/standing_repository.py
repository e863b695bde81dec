"""Whether a session or a guest stands, asked by the authoriser for nearly every request: one statement each, without
SQLAlchemy."""

from uuid import UUID

from core.postgres.asking import Asking
from shared_schemas.common import Role

ROLE = """
SELECT u.role
FROM gateway.sessions s JOIN gateway.users u ON u.id = s.user_id
WHERE s.id = :session AND s.ended_at IS NULL AND s.expires_at > now() AND u.erased_at IS NULL AND u.disabled_at IS NULL
"""
CLIENT = """
SELECT FROM gateway.users
 WHERE id = :client AND role = 'client' AND erased_at IS NULL AND disabled_at IS NULL AND joined_to IS NULL
"""


class Standings:
    """The roles of those who have signed in."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def role(self, session: UUID) -> Role | None:
        """The role that the session's user has now, or None where the session or the account is over.

        The driver's own errors where the database does not answer."""
        rows = self._asking.rows(ROLE, session=session)
        return Role(rows[0][0]) if rows else None

    def is_client(self, client: UUID) -> bool:
        """Whether there is such a client, with or without an account, who was not erased or disabled and has joined no
        other account; errors as of `role`."""
        return bool(self._asking.rows(CLIENT, client=client))
