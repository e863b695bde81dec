"""What the use cases of second factors need of the outside."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from gateway.second_factor.domain import SecondFactor
from gateway.sessions.ports import Work as SessionWork


class SecondFactors(Protocol):
    def locked(self, user_id: UUID) -> SecondFactor | None:
        """Locked until the transaction ends: one code comes twice at once."""

    def put(self, factor: SecondFactor) -> None:
        """In place of an earlier one of the same user."""

    def remove(self, user_id: UUID) -> None: ...

    def sealed_otherwise(self, key_id: str, after: UUID, limit: int) -> Sequence[UUID]:
        """Whose secret was not sealed by that key, by their ids, which come `after` that one."""


class Work(SessionWork, Protocol):
    """One transaction; it rolls back unless committed."""

    @property
    def second_factors(self) -> SecondFactors: ...
