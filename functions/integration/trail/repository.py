"""SQL for the trail."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, insert, select

from core.http.paging import behind
from core.postgres.stored_fields import StoredFields
from integration.trail.ports import Place
from integration.trail.tables import NEWEST_FIRST, operator_actions
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.operations import StaffActed
from shared_schemas.integration.trail import OperatorAction, OperatorActionsQuery

ACTION = StoredFields(OperatorAction, operator_actions)


class ActionRepository:
    """Lines are written once and never changed: the database refuses that."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, envelope: Envelope, acted: StaffActed) -> None:
        values = acted.model_dump(exclude={"actor_id", "actor_role"})
        whole = {"at": envelope.time, "correlation_id": envelope.correlation_id, **values}
        whole |= {"actor": acted.actor_id, "role": acted.actor_role}
        self._connection.execute(insert(operator_actions).values(whole))

    def page(self, query: OperatorActionsQuery, after: Place | None, limit: int) -> list[OperatorAction]:
        rows = self._connection.execute(self.search(query, after, limit))
        return [OperatorAction.model_validate(ACTION.read(row)) for row in rows]

    @staticmethod
    def search(query: OperatorActionsQuery, after: Place | None, limit: int) -> Select[Any]:
        """The statement behind `page`."""
        columns = operator_actions.c
        equal = query.model_dump(include={"actor", "action", "target"}, exclude_none=True)
        conditions: list[ColumnElement[bool]] = [columns[name] == value for name, value in equal.items()]
        if query.from_:
            conditions.append(columns.at >= query.from_)
        if query.to:
            conditions.append(columns.at < query.to)
        if after:
            conditions.append(behind(after, columns.at, columns.id))
        return select(operator_actions).where(*conditions).order_by(*NEWEST_FIRST).limit(limit)
