"""All SQL of the one-time codes."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from core.postgres.stored_fields import StoredFields
from gateway.codes.domain import SentCode
from gateway.tables import codes

FIELDS = StoredFields(SentCode, codes)


class CodeRepository:
    """Codes that wait to be used."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, code_id: UUID, *, locked: bool = False) -> SentCode | None:
        found = select(codes).where(codes.c.id == code_id)
        row = self._connection.execute(found.with_for_update() if locked else found).one_or_none()
        return _code(row) if row else None

    def locked(self, target: str) -> list[SentCode]:
        found = select(codes).where(codes.c.target == target).order_by(codes.c.id).with_for_update()
        return [_code(row) for row in self._connection.execute(found)]

    def replace(self, code: SentCode) -> None:
        alike = (codes.c.target == code.target) & (codes.c.purpose == code.purpose) & (codes.c.place == code.place)
        self._connection.execute(delete(codes).where(alike))
        self._connection.execute(insert(codes).values(**FIELDS.values(code)))

    def put(self, code: SentCode) -> None:
        tries = {"tries_here": code.tries_here, "tries_elsewhere": code.tries_elsewhere}
        self._connection.execute(update(codes).where(codes.c.id == code.id).values(**tries))

    def forget(self, target: str) -> None:
        self._connection.execute(delete(codes).where(codes.c.target == target))

    def erase(self, user_id: UUID) -> None:
        self._connection.execute(delete(codes).where(codes.c.account_id == user_id))


def _code(row: Any) -> SentCode:
    return SentCode(**FIELDS.read(row))
