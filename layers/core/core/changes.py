"""The rule for partial updates (PATCH)."""

import dataclasses
from collections.abc import Collection
from types import NoneType
from typing import Any, TypeVar, get_args, get_type_hints

from pydantic import BaseModel

T = TypeVar("T")


def changed(before: T, request: BaseModel, but: Collection[str] = ()) -> T:
    """A contract or dataclass with the changes of a request.

    Absent fields stay. An explicit null removes an optional field; for other fields it counts as absent, because
    clients
    send whole forms. `but` names fields of the request that `before` does not have; `TypeError` for any other such
    field."""
    kinds = _kinds(type(before))
    if foreign := sorted(type(request).model_fields.keys() - kinds.keys() - set(but)):
        raise TypeError(f"{type(before).__name__} has no field {', '.join(foreign)}")
    given = {name: getattr(request, name) for name in request.model_fields_set if name not in but}
    kept = {name: value for name, value in given.items() if value is not None or NoneType in get_args(kinds[name])}
    if isinstance(before, BaseModel):
        return before.model_copy(update=kept)
    return dataclasses.replace(before, **kept)  # type: ignore[type-var]


def _kinds(model: Any) -> dict[str, Any]:
    if issubclass(model, BaseModel):
        return {name: field.annotation for name, field in model.model_fields.items()}
    hints = get_type_hints(model)
    return {field.name: hints[field.name] for field in dataclasses.fields(model)}
