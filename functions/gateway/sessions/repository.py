"""All SQL of the sessions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from core.postgres.stored_fields import StoredFields
from gateway.accounts.ports import EndReason
from gateway.sessions.domain import SignIn
from gateway.tables import known_addresses, sessions

FIELDS = StoredFields(SignIn, sessions)


class SessionRepository:
    """Sessions, open and ended."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, session: SignIn) -> None:
        self._connection.execute(insert(sessions).values(**FIELDS.values(session)))

    def locked(self, session_id: UUID) -> SignIn | None:
        found = select(sessions).where(sessions.c.id == session_id).with_for_update()
        row = self._connection.execute(found).one_or_none()
        return _session(row) if row else None

    def put(self, session: SignIn) -> None:
        values = FIELDS.values(session, but=["id", "user_id", "created_at"])
        self._connection.execute(update(sessions).where(sessions.c.id == session.id).values(**values))

    def open_of(self, user_id: UUID, now: datetime) -> list[SignIn]:
        found = select(sessions).where(_open(user_id) & (sessions.c.expires_at > now))
        newest_first = found.order_by(sessions.c.used_at.desc(), sessions.c.id)
        return [_session(row) for row in self._connection.execute(newest_first)]

    def end_all(self, user_id: UUID, reason: EndReason, at: datetime, *, but: UUID | None = None) -> None:
        others = _open(user_id) & (sessions.c.id != but) if but else _open(user_id)
        self._connection.execute(update(sessions).where(others).values(ended_at=at, end_reason=reason))

    def erase(self, user_id: UUID, at: datetime) -> None:
        self.end_all(user_id, "erased", at)
        self._connection.execute(update(sessions).where(sessions.c.user_id == user_id).values(client=""))
        self._connection.execute(delete(known_addresses).where(known_addresses.c.user_id == user_id))


def _open(user_id: UUID) -> Any:
    return (sessions.c.user_id == user_id) & sessions.c.ended_at.is_(None)


def _session(row: Any) -> SignIn:
    return SignIn(**FIELDS.read(row))
