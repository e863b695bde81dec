"""SQL for payments that came to the studio's account."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from core.http.paging import Cursor, behind
from core.postgres.rows import locked, one
from core.postgres.stored_fields import StoredFields
from payment.bank.domain import Key, StoredLine
from payment.bank.errors import BankLineNotFoundError
from payment.bank.tables import bank_lines
from shared_schemas.payment.bank import BankLineState

FIELDS = StoredFields(StoredLine, bank_lines)
KEY = tuple_(*(bank_lines.c[name] for name in ("account", "number", "date", "amount", "payer_inn")))


class BankLineRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, lines: Collection[StoredLine]) -> None:
        """In one order, so that two who import the same file do not wait for each other in a circle."""
        rows = [FIELDS.values(line) for line in sorted(lines, key=lambda line: line.key)]
        if rows:
            self._connection.execute(upsert(bank_lines).on_conflict_do_nothing(), rows)

    def known(self, keys: Collection[Key]) -> Mapping[Key, StoredLine]:
        if not keys:
            return {}
        found = [_line(row) for row in self._connection.execute(select(bank_lines).where(KEY.in_(keys)))]
        return {line.key: line for line in found}

    def get(self, line_id: UUID, *, lock: bool = False) -> StoredLine:
        query = locked(select(bank_lines).where(bank_lines.c.id == line_id), lock=lock)
        return _line(one(self._connection, query, BankLineNotFoundError(bank_line_id=str(line_id))))

    def page(self, state: BankLineState | None, after: Cursor | None, limit: int) -> list[StoredLine]:
        c = bank_lines.c
        query = select(bank_lines).order_by(c.imported_at.desc(), c.id).limit(limit)
        if state:
            query = query.where(c.state == state)
        if after:
            query = query.where(behind(after, c.imported_at, c.id))
        return [_line(row) for row in self._connection.execute(query)]

    def update(self, line: StoredLine) -> None:
        values = {"state": line.state, "used": line.used, "set_aside_reason": line.set_aside_reason}
        self._connection.execute(update(bank_lines).where(bank_lines.c.id == line.id).values(**values))


def _line(row: Row[Any]) -> StoredLine:
    return StoredLine(**FIELDS.read(row))
