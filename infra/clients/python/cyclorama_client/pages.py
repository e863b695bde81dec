"""Lists, page by page."""

from collections.abc import Callable, Iterator
from typing import Any, ParamSpec, Protocol, TypeVar

from .types import Unset

T = TypeVar("T")
P = ParamSpec("P")


class Page(Protocol[T]):
    """What all lists answer."""

    data: list[T]
    next_cursor: str | Unset | None


def every(operation: Callable[P, Page[T]], *args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
    """All rows of a list, a page at a time, as they are asked for: `every(api.list_bookings, status="confirmed")`."""
    asked: dict[str, Any] = dict(kwargs)
    while True:
        page = operation(*args, **asked)
        yield from page.data
        if not page.next_cursor:
            return
        asked["cursor"] = page.next_cursor
