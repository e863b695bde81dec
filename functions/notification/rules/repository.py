"""SQL of rules."""

from uuid import UUID

from sqlalchemy import Connection, delete, select, text
from sqlalchemy.dialects.postgresql import insert

from core.postgres.stored_fields import StoredFields
from notification.rules import tables as t
from notification.rules.domain.defaults import in_force
from shared_schemas.messages.rules import MessageRule

RULE = StoredFields(MessageRule, t.rules, apart=["condition", "fixed"])
LOCK = text("LOCK TABLE notification.rules IN SHARE ROW EXCLUSIVE MODE")


class RuleRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[MessageRule]:
        rows = self._connection.execute(select(t.rules).order_by(t.rules.c.since, t.rules.c.id))
        return in_force(MessageRule.model_validate({**RULE.read(row), "condition": row.condition}) for row in rows)

    def lock(self) -> None:
        self._connection.execute(LOCK)

    def save(self, rule: MessageRule) -> None:
        values = {**RULE.values(rule), "condition": rule.condition.model_dump(mode="json", exclude_none=True)}
        statement = insert(t.rules).values(**values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))

    def remove(self, rule_id: UUID) -> None:
        self._connection.execute(delete(t.rules).where(t.rules.c.id == rule_id))
