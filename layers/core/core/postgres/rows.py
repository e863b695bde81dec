"""What the repositories of all services do with single rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Executable, Row, Select
from sqlalchemy.exc import IntegrityError

from core.postgres.database import constraint


def one(connection: Connection, statement: Executable, missing: Exception) -> Row[Any]:
    """The only row of a statement's result; raises `missing` if there is none."""
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise missing
    return row


def locked(query: Select[Any], *, lock: bool) -> Select[Any]:
    """With `lock`, nobody else changes the rows until the transaction ends; others may still refer to them."""
    return query.with_for_update(key_share=True) if lock else query


@contextmanager
def unique(name: str, taken: Exception) -> Iterator[None]:
    """Raises `taken` if the statement in it violates the constraint of this name."""
    try:
        yield
    except IntegrityError as error:
        if constraint(error) == name:
            raise taken from error
        raise
