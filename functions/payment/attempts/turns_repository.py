"""All SQL of what has its turns at a payment's gateway: rows with `next_attempt_at`, `attempts` and a `version`."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Table, select, tuple_, update

from core.job_failures import not_put_off
from payment.attempts import tables as t
from payment.tables import delivery


class InTurn(Protocol):
    """What is stored in such a row."""

    @property
    def id(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    @property
    def attempts(self) -> int: ...
    @property
    def next_attempt_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class Turns:
    """The rows of one table, for `job`; `then` orders those that are due at the same time."""

    table: Table
    job: str
    then: ColumnElement[Any]

    def due(
        self,
        connection: Connection,
        now: datetime,
        row_id: UUID | None,
        without: Collection[str],
        *conditions: ColumnElement[bool],
    ) -> Row[Any] | None:
        """The one that has waited longest, locked; one that another worker has is skipped. `without` names providers
        to leave alone."""
        c = self.table.c
        query = (
            select(self.table)
            .join(t.payments, t.payments.c.id == c.payment_id)
            .where(c.next_attempt_at <= now, *conditions, t.payments.c.provider.not_in(without))
            .order_by(c.next_attempt_at, self.then)
            .limit(1)
            .with_for_update(of=self.table, skip_locked=True)
        )
        query = query.where(c.id == row_id if row_id else not_put_off(delivery.failures, self.job, c.id, now))
        return connection.execute(query).one_or_none()

    def claim(self, connection: Connection, row: InTurn) -> None:
        """The version is that of what is known of it, and stays."""
        changes = {"attempts": row.attempts, "next_attempt_at": row.next_attempt_at}
        connection.execute(update(self.table).where(self.table.c.id == row.id).values(**changes))

    def update(self, connection: Connection, before: InTurn, values: dict[str, Any]) -> bool:
        """Store the new state; False if it was changed since `before`."""
        key = tuple_(self.table.c.id, self.table.c.version) == tuple_(before.id, before.version)
        return connection.execute(update(self.table).where(key).values(**values)).rowcount == 1
