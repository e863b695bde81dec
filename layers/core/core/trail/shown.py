"""What of a thing the trail may keep for ever: ids, numbers, instants and words of ours, never what people wrote."""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from pydantic import BaseModel

TEXT = "(text)"
LONG = "(long)"
LONGEST = 1000
"""Characters of JSON that one field may have."""


class Word(str):
    """A text that is ours, such as the name of a queue: it may be shown."""


def shown_fields(thing: Any) -> dict[str, Any]:
    """The fields of a thing that are not absent, as JSON; a text that people wrote only says that it is there."""
    if thing is None:
        return {}
    fields = {name: _shown(value, hint) for name, (value, hint) in _fields(thing).items() if value is not None}
    return {name: value if len(json.dumps(value)) <= LONGEST else LONG for name, value in fields.items()}


def difference(before: Any, after: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of two things, what the one has and the other has not."""
    was, has = _fields(before), _fields(after)
    differs = [name for name in {**was, **has} if _value(was, name) != _value(has, name)]
    return _only(before, differs), _only(after, differs)


def _value(fields: Mapping[str, tuple[Any, Any]], name: str) -> Any:
    return fields[name][0] if name in fields else None


def _only(thing: Any, names: list[str]) -> dict[str, Any]:
    return {name: value for name, value in shown_fields(thing).items() if name in names}


def _fields(thing: Any) -> dict[str, tuple[Any, Any]]:
    """Each field's value, and the type that it was declared with."""
    if isinstance(thing, BaseModel):
        return {name: (getattr(thing, name), field.annotation) for name, field in type(thing).model_fields.items()}
    if dataclasses.is_dataclass(thing):
        hints = get_type_hints(type(thing))
        return {each.name: (getattr(thing, each.name), hints[each.name]) for each in dataclasses.fields(thing)}
    return {str(name): (value, None) for name, value in thing.items()}


def _shown(value: Any, hint: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | Word):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value if _is_closed(hint) else TEXT
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID | timedelta | Decimal):
        return str(value)
    if isinstance(value, BaseModel) or dataclasses.is_dataclass(value):
        return {name: _shown(part, its) for name, (part, its) in _fields(value).items() if part is not None}
    if isinstance(value, list | tuple | set | frozenset):
        item = next(iter(get_args(hint)), None)
        return [_shown(part, item) for part in value]
    return TEXT


def _is_closed(hint: Any) -> bool:
    """Whether every text of this type is one of a few words that the contract names."""
    kinds = list(_kinds(hint))
    return str not in kinds and any(kind is Literal or issubclass(kind, Enum) for kind in kinds)


def _kinds(hint: Any) -> Iterator[Any]:
    """The types that a union allows."""
    origin = get_origin(hint)
    if origin is Literal:
        yield Literal
    elif origin is Annotated:
        yield from _kinds(get_args(hint)[0])
    elif origin in (Union, UnionType):
        for part in get_args(hint):
            yield from _kinds(part)
    else:
        yield hint if isinstance(hint, type) else str
