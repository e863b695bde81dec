"""What an API key without `customers:read` is not told, whichever route it asks: fields that are marked `OfPeople`.

It is done where answers are written, so that no use case can forget it."""

from collections.abc import Iterator
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from shared_schemas.texts import OfPeople

WITHHELD = "(withheld)"
"""Stands where there must be a text."""


def without_people(answer: Any) -> Any:
    """The answer without what its contract marks."""
    if isinstance(answer, list | tuple):
        return [without_people(each) for each in answer]
    if not isinstance(answer, BaseModel):
        return answer
    marks = marked(type(answer))
    told = {name: value for name, value in answer if value is not None}
    changes = {name: _without(value, marks[name]) for name, value in told.items() if name in marks}
    nested = {name: without_people(value) for name, value in told.items() if name not in marks}
    return answer.model_copy(update=changes | {name: each for name, each in nested.items() if each is not told[name]})


@cache
def marked(model: type[BaseModel]) -> dict[str, "Mark"]:
    """The fields of a contract that are marked."""
    return {
        name: Mark(found[0], optional=NoneType in get_args(field.annotation))
        for name, field in model.model_fields.items()
        if (found := [*_marks_in(field.metadata), *_marks(field.annotation)])
    }


class Mark:
    """What becomes of a field."""

    def __init__(self, mark: OfPeople, *, optional: bool) -> None:
        self.keys = mark.keys
        self.instead = None if optional else WITHHELD


def _without(value: Any, mark: Mark) -> Any:
    if isinstance(value, dict) and mark.keys:
        return {name: each for name, each in value.items() if name not in mark.keys}
    return mark.instead


def _marks(hint: Any) -> Iterator[OfPeople]:
    """Those of a type, and of the types that it allows."""
    if get_origin(hint) is Annotated:
        inner, *metadata = get_args(hint)
        yield from _marks_in(metadata)
        yield from _marks(inner)
    elif get_origin(hint) in (Union, UnionType):
        for part in get_args(hint):
            yield from _marks(part)


def _marks_in(metadata: Any) -> Iterator[OfPeople]:
    yield from (each for each in metadata if isinstance(each, OfPeople))
