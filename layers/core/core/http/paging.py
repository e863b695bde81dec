"""Cursors of lists that run from newest to oldest: opaque to clients, an instant and an id for us."""

import base64
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement

from shared_schemas.common import Page
from shared_schemas.errors import RejectedError, Text

Cursor = tuple[datetime, UUID]
T = TypeVar("T")


class InvalidCursorError(RejectedError):
    """Not a cursor that we have issued."""

    code = "invalid_cursor"
    text = Text("The cursor is not one of ours", "Неизвестный курсор")


def encode_cursor(at: datetime, item_id: UUID) -> str:
    """The cursor of the page after an item."""
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{item_id}".encode()).decode()


def decode_cursor(cursor: str | None) -> Cursor | None:
    """The arguments of `encode_cursor`, None on the first page; `InvalidCursorError` for anything else."""
    if not cursor:
        return None
    try:
        at, item_id = base64.urlsafe_b64decode(cursor).decode().split("|")
        position = datetime.fromisoformat(at), UUID(item_id)
    except ValueError:
        raise InvalidCursorError from None
    if position[0].tzinfo is None:
        raise InvalidCursorError
    return position


def paged(found: Sequence[T], limit: int, cursor: Callable[[T], str]) -> Page[T]:
    """A page of the first `limit` items; if there are more, `cursor` of the last one is the next cursor."""
    page = list(found[:limit])
    return Page(data=page, next_cursor=cursor(page[-1]) if len(found) > limit else None)


def behind(
    cursor: tuple[datetime, UUID | int], at: ColumnElement[Any], item_id: ColumnElement[Any]
) -> ColumnElement[bool]:
    """What follows the cursor in a list ordered by `at` from newest to oldest, and by id within one instant.

    The bound on `at` stands alone, because an index is not used for a condition inside an OR: without it, a deep page
    would read all pages before it."""
    moment, last = cursor
    return (at <= moment) & ((at < moment) | (item_id > last))


def ahead_of(cursor: Cursor, at: ColumnElement[Any], item_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """The same for a list ordered from oldest to newest."""
    moment, last = cursor
    return (at >= moment) & ((at > moment) | (item_id > last))
