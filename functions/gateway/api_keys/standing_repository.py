"""Whose key it is, asked by the authoriser: one statement, without SQLAlchemy."""

from core.identity import Identity
from core.postgres.asking import Asking
from gateway.api_keys.secret import digest
from shared_schemas.common import Role

# Its use is written down at most once a minute, and nobody waits for another's writing.
HOLDER = """
WITH used AS (
    UPDATE gateway.api_keys SET used_at = now() WHERE id = (
        SELECT id FROM gateway.api_keys
        WHERE digest = :digest AND revoked_at IS NULL AND expires_at > now()
          AND (used_at IS NULL OR used_at < now() - interval '1 minute')
        FOR UPDATE SKIP LOCKED
    )
)
SELECT id, scopes, floor(extract(epoch FROM expires_at))::bigint FROM gateway.api_keys
WHERE digest = :digest AND revoked_at IS NULL AND expires_at > now()
"""


class KeyHolders:
    """Who calls with a key: the key itself, with the rights of a manager as far as its scopes go."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def holder(self, key: str) -> Identity | None:
        """None for a key that nobody has, that was revoked or has ended.

        The driver's own errors where the database does not answer."""
        rows = self._asking.rows(HOLDER, digest=digest(key))
        if not rows:
            return None
        [(key_id, scopes, expires)] = rows
        return Identity(str(key_id), Role.MANAGER, expires=int(expires), scopes=frozenset(scopes))
