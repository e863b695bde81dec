"""SQL for errors and dead letters."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, Table, case, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from core.http.paging import Cursor, behind
from core.postgres.rows import one
from core.postgres.stored_fields import StoredFields
from integration.failures.domain import Handling, Letter
from integration.failures.errors import DeadLetterNotFoundError, ErrorNotFoundError
from integration.failures.tables import LATEST_FIRST, NEWEST_LETTERS, dead_letters, errors
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.operations import ServiceError
from shared_schemas.integration.failures import (
    DeadLetter,
    DeadLetterDetail,
    DeadLettersQuery,
    ErrorGroup,
    ErrorsQuery,
    ErrorStatus,
    LetterStatus,
)

ERROR = StoredFields(ErrorGroup, errors)
LETTER = StoredFields(Letter, dead_letters, apart=["envelope"])
SUMMARY = StoredFields(DeadLetter, dead_letters)
DETAIL = StoredFields(DeadLetterDetail, dead_letters)


class ErrorRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, envelope: Envelope, error: ServiceError) -> None:
        """Count an occurrence in its group; the latest by its own time gives the words, whatever came in last."""
        statement = upsert(errors).values(
            service=error.service,
            operation=error.operation,
            code=error.code,
            detail=error.detail,
            occurrences=1,
            first_seen=envelope.time,
            last_seen=envelope.time,
            correlation_id=envelope.correlation_id,
            sample=envelope.data,
        )
        new, old = statement.excluded, errors.c
        later = new.last_seen >= old.last_seen
        latest = {name: case((later, new[name]), else_=old[name]) for name in ("detail", "correlation_id", "sample")}
        again = (old.status == "resolved") & (new.last_seen > old.handled_at)
        counted = {
            "occurrences": old.occurrences + 1,
            "first_seen": func.least(old.first_seen, new.first_seen),
            "last_seen": func.greatest(old.last_seen, new.last_seen),
            "status": case((again, "open"), else_=old.status),
        }
        key = ["service", "operation", "code"]
        self._connection.execute(statement.on_conflict_do_update(index_elements=key, set_=latest | counted))

    def get(self, error_id: UUID) -> ErrorGroup:
        query = select(errors).where(errors.c.id == error_id)
        row = one(self._connection, query, ErrorNotFoundError(error_id=str(error_id)))
        return ErrorGroup.model_validate(ERROR.read(row))

    def page(self, query: ErrorsQuery, after: Cursor | None, limit: int) -> list[ErrorGroup]:
        equal = query.model_dump(include={"service", "status"}, exclude_none=True)
        conditions = [errors.c[name] == value for name, value in equal.items()]
        if query.from_:
            conditions.append(errors.c.last_seen >= query.from_)
        if query.to:
            conditions.append(errors.c.last_seen < query.to)
        statement = select(errors).where(*conditions).order_by(*LATEST_FIRST).limit(limit)
        rows = self._connection.execute(_behind(statement, errors, errors.c.last_seen, after))
        return [ErrorGroup.model_validate(ERROR.read(row)) for row in rows]

    def handle(self, error_id: UUID, status: ErrorStatus, handling: Handling) -> None:
        values = {"status": status, "handled_by": handling.actor, "handled_at": handling.at, "note": handling.reason}
        if self._connection.execute(update(errors).where(errors.c.id == error_id).values(**values)).rowcount != 1:
            raise ErrorNotFoundError(error_id=str(error_id))


class DeadLetterRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, letter: Letter) -> bool:
        statement = upsert(dead_letters).values(
            **LETTER.values(letter),
            type=letter.type,
            event_id=letter.event_id,
            correlation_id=letter.correlation_id,
            status="waiting",
        )
        once = statement.on_conflict_do_nothing(constraint="dead_letters_once_key").returning(dead_letters.c.id)
        return self._connection.execute(once).one_or_none() is not None

    def get(self, queue: str, letter_id: UUID) -> DeadLetterDetail:
        this = (dead_letters.c.queue == queue) & (dead_letters.c.id == letter_id)
        query = select(*DETAIL.selected).where(this)
        row = one(self._connection, query, DeadLetterNotFoundError(letter_id=str(letter_id)))
        return DeadLetterDetail.model_validate(DETAIL.read(row))

    def page(self, queue: str, query: DeadLettersQuery, after: Cursor | None, limit: int) -> list[DeadLetter]:
        statement = (
            select(*SUMMARY.selected).where(dead_letters.c.queue == queue).order_by(*NEWEST_LETTERS).limit(limit)
        )
        if query.status:
            statement = statement.where(dead_letters.c.status == query.status)
        rows = self._connection.execute(_behind(statement, dead_letters, dead_letters.c.collected_at, after))
        return [DeadLetter.model_validate(SUMMARY.read(row)) for row in rows]

    def waiting(self) -> dict[str, int]:
        counted = select(dead_letters.c.queue, func.count()).where(dead_letters.c.status == "waiting")
        rows = self._connection.execute(counted.group_by(dead_letters.c.queue))
        return {queue: int(number) for queue, number in rows}

    def claim(self, queue: str, ids: Collection[UUID] | None, limit: int) -> list[tuple[UUID, str]]:
        """The oldest first, locked."""
        conditions: list[ColumnElement[bool]] = [dead_letters.c.queue == queue, dead_letters.c.status == "waiting"]
        if ids is not None:
            conditions.append(dead_letters.c.id.in_(ids))
        statement = select(dead_letters.c.id, dead_letters.c.body).where(*conditions).limit(limit)
        oldest = statement.order_by(dead_letters.c.collected_at, dead_letters.c.id)
        rows = self._connection.execute(oldest.with_for_update(skip_locked=True))
        return [(row.id, row.body) for row in rows]

    def handle(self, ids: Collection[UUID], status: LetterStatus, handling: Handling) -> None:
        values = {"status": status, "handled_by": handling.actor, "handled_at": handling.at, "reason": handling.reason}
        self._connection.execute(update(dead_letters).where(dead_letters.c.id.in_(ids)).values(**values))


def _behind(statement: Select[Any], table: Table, time: ColumnElement[datetime], after: Cursor | None) -> Select[Any]:
    return statement.where(behind(after, time, table.c.id)) if after else statement
