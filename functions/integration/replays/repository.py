"""SQL for replays."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, tuple_, update

from core.http.paging import Cursor, behind
from core.postgres.rows import one
from core.postgres.stored_fields import StoredFields
from integration.events.tables import events
from integration.replays.domain import Running
from integration.replays.errors import ReplayNotFoundError
from integration.replays.tables import NEWEST_FIRST, replays
from shared_schemas.events.envelope import Envelope
from shared_schemas.integration.replays import Replay

FIELDS = StoredFields(Replay, replays)


class ReplayRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, running: Running) -> None:
        self._connection.execute(insert(replays).values(_columns(running)))

    def get(self, replay_id: UUID) -> Replay:
        query = select(replays).where(replays.c.id == replay_id)
        row = one(self._connection, query, ReplayNotFoundError(replay_id=str(replay_id)))
        return _replay(row)

    def page(self, after: Cursor | None, limit: int) -> list[Replay]:
        statement = select(replays).order_by(*NEWEST_FIRST).limit(limit)
        if after:
            statement = statement.where(behind(after, replays.c.requested_at, replays.c.id))
        return [_replay(row) for row in self._connection.execute(statement)]

    def claim(self, now: datetime) -> Running | None:
        due = select(replays).where(replays.c.next_attempt_at <= now).order_by(replays.c.next_attempt_at).limit(1)
        row = self._connection.execute(due.with_for_update(skip_locked=True)).one_or_none()
        return Running(_replay(row), row.reached_id, row.attempts, row.next_attempt_at) if row else None

    def save(self, running: Running) -> None:
        this = replays.c.id == running.replay.id
        self._connection.execute(update(replays).where(this).values(_columns(running)))

    def count(self, replay: Replay, types: Sequence[str] | None) -> int:
        found = select(func.count()).select_from(events).where(*_wanted(replay, types))
        return int(self._connection.execute(found).scalar_one())

    def events(self, running: Running, types: Sequence[str] | None, limit: int) -> list[Envelope]:
        c, replay = events.c, running.replay
        conditions = _wanted(replay, types)
        if replay.reached and running.last:
            conditions.append(tuple_(c.time, c.id) > tuple_(replay.reached, running.last))
        rows = select(c.envelope).where(*conditions).order_by(c.time, c.id).limit(limit)
        return [Envelope.model_validate(document) for document in self._connection.execute(rows).scalars()]


def _wanted(replay: Replay, types: Sequence[str] | None) -> list[ColumnElement[bool]]:
    c = events.c
    conditions: list[ColumnElement[bool]] = [c.time >= replay.from_, c.time < replay.to]
    equal = replay.model_dump(include={"type", "correlation_id", "booking_id"}, exclude_none=True)
    conditions += [c[name] == value for name, value in equal.items()]
    if types is not None:
        conditions.append(c.type.in_(types))
    return conditions


def _columns(running: Running) -> dict[Any, Any]:
    columns = replays.c
    values = FIELDS.values(running.replay)
    more = {
        "reached_id": running.last,
        "attempts": running.attempts,
        "next_attempt_at": running.next_attempt_at,
    }
    return {columns[name]: value for name, value in (values | more).items()}


def _replay(row: Row[Any]) -> Replay:
    return Replay.model_validate(FIELDS.read(row))
