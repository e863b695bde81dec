"""SQL of what people left."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from notification.preferences.domain import Leave
from notification.preferences.tables import left_messages, readers

BYTES = 16


class PreferenceRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def left(self, person_id: UUID) -> set[Leave]:
        c = left_messages.c
        rows = self._connection.execute(select(c.kind, c.channel).where(c.person_id == person_id))
        return {Leave(row.kind, row.channel) for row in rows}

    def replace(self, person_id: UUID, left: Collection[Leave], now: datetime) -> None:
        self._connection.execute(delete(left_messages).where(left_messages.c.person_id == person_id))
        if left:
            rows = [{"person_id": person_id, "kind": e.kind, "channel": e.channel, "left_at": now} for e in left]
            self._connection.execute(insert(left_messages).values(rows).on_conflict_do_nothing())

    def secret(self, person_id: UUID) -> str:
        # No full stop is in it, which is what ends it in a link.
        made = insert(readers).values(person_id=person_id, secret=secrets.token_urlsafe(BYTES))
        self._connection.execute(made.on_conflict_do_nothing(index_elements=["person_id"]))
        known = select(readers.c.secret).where(readers.c.person_id == person_id)
        return str(self._connection.execute(known).scalar_one())

    def owner(self, secret: str) -> UUID | None:
        whose = select(readers.c.person_id).where(readers.c.secret == secret)
        found: UUID | None = self._connection.execute(whose).scalar_one_or_none()
        return found

    def forget(self, person_id: UUID) -> None:
        for table in (left_messages, readers):
            self._connection.execute(delete(table).where(table.c.person_id == person_id))

    def hand_over(self, guest_ids: Sequence[UUID], account_id: UUID) -> None:
        c = left_messages.c
        theirs = select(literal(account_id), c.kind, c.channel, c.left_at).where(c.person_id.in_(guest_ids))
        copied = insert(left_messages).from_select(["person_id", "kind", "channel", "left_at"], theirs)
        self._connection.execute(copied.on_conflict_do_nothing())
        self._connection.execute(delete(left_messages).where(c.person_id.in_(guest_ids)))
        # An account has one secret. Links of one guest lead to it where there was none.
        first = select(readers.c.person_id).where(readers.c.person_id.in_(guest_ids)).limit(1).scalar_subquery()
        has_none = ~select(readers.c.person_id).where(readers.c.person_id == account_id).exists()
        moved = update(readers).where(readers.c.person_id == first, has_none)
        self._connection.execute(moved.values(person_id=account_id))
