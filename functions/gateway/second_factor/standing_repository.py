"""Whether somebody lacks a second factor, asked by the authoriser: only of staff, and only if the studio wants one."""

from uuid import UUID

from core.postgres.asking import Asking
from gateway.second_factor.domain import REQUIRED, Policy
from shared_schemas.common import Role

ON = """
SELECT FROM gateway.sessions s JOIN gateway.second_factors f ON f.user_id = s.user_id
WHERE s.id = :session AND f.confirmed_at IS NOT NULL
"""


class FactorStandings:
    """By the session that somebody has."""

    def __init__(self, asking: Asking, policy: Policy) -> None:
        self._asking = asking
        self._required = REQUIRED[policy]

    def lacks(self, session: UUID, role: Role) -> bool:
        """Whether the session's user must still set one up. The driver's own errors as of `Standings`."""
        return role in self._required and not self._asking.rows(ON, session=session)
