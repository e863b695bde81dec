"""All SQL of the second factors, but for the authoriser's."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from core.postgres.stored_fields import StoredFields
from gateway.second_factor.domain import SecondFactor
from gateway.second_factor.sealing import SEPARATOR
from gateway.tables import second_factors

FIELDS = StoredFields(SecondFactor, second_factors)


class SecondFactorRepository:
    """At most one of each user."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def locked(self, user_id: UUID) -> SecondFactor | None:
        found = select(second_factors).where(second_factors.c.user_id == user_id).with_for_update()
        row = self._connection.execute(found).one_or_none()
        return SecondFactor(**FIELDS.read(row)) if row else None

    def put(self, factor: SecondFactor) -> None:
        values = FIELDS.values(factor)
        new = insert(second_factors).values(**values)
        changed = {name: new.excluded[name] for name in values if name != "user_id"}
        self._connection.execute(new.on_conflict_do_update(index_elements=[second_factors.c.user_id], set_=changed))

    def remove(self, user_id: UUID) -> None:
        self._connection.execute(delete(second_factors).where(second_factors.c.user_id == user_id))

    def sealed_otherwise(self, key_id: str, after: UUID, limit: int) -> Sequence[UUID]:
        id_, secret = second_factors.c.user_id, second_factors.c.secret
        others = select(id_).where(id_ > after, ~secret.startswith(f"{key_id}{SEPARATOR}", autoescape=True))
        return self._connection.scalars(others.order_by(id_).limit(limit)).all()
