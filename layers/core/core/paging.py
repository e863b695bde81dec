"""Cursors of lists that run from newest to oldest: opaque to clients, an instant and an id to us."""

import base64
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

from shared_schemas.errors import RejectedError, Text

Cursor = tuple[datetime, UUID]


class InvalidCursorError(RejectedError):
    """A cursor that no page of ours ever carried."""

    code = "invalid_cursor"
    text = Text("The cursor is not one of ours", "Неизвестный курсор")


def encode_cursor(at: datetime, item_id: UUID) -> str:
    """The cursor that leads behind an item."""
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{item_id}".encode()).decode()


def decode_cursor(cursor: str) -> Cursor:
    """What `encode_cursor` was given; `InvalidCursorError` for anything else."""
    try:
        at, item_id = base64.urlsafe_b64decode(cursor).decode().split("|")
        position = datetime.fromisoformat(at), UUID(item_id)
    except ValueError:
        raise InvalidCursorError from None
    if position[0].tzinfo is None:
        raise InvalidCursorError
    return position


def behind(cursor: Cursor, at: ColumnElement[Any], item_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """What follows the cursor in a list that runs by `at` from newest to oldest, and by id within one moment.

    The bound on `at` stands alone, as an index is searched by nothing that is inside an OR: without it a deep page
    reads all pages before it."""
    moment, last = cursor
    return (at <= moment) & ((at < moment) | (item_id > last))


def ahead_of(cursor: Cursor, at: ColumnElement[Any], item_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """The same for a list that runs from oldest to newest."""
    moment, last = cursor
    return (at >= moment) & ((at > moment) | (item_id > last))
