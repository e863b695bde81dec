"""How a table stores the fields of a contract or a dataclass: derived from both, so that no field is forgotten."""

import dataclasses
from collections.abc import Collection
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel
from sqlalchemy import Table


class StoredFields:
    """Fields with a column of their name, and all others in the JSON column `document`.

    Created when a repository is imported. `apart` are the fields that the repository handles itself or does not store.
    `TypeError` for a field without a place, and for a name in `apart` that is not a field."""

    def __init__(
        self,
        model: type,
        table: Table,
        document: str | None = None,
        apart: Collection[str] = (),
        *,
        nulls: bool = False,
    ) -> None:
        self.model = model
        fields = _fields(model)
        if unknown := sorted(set(apart) - set(fields)):
            raise TypeError(f"{model.__name__} has no field {', '.join(unknown)}")
        placed = [name for name in fields if name not in apart]
        self.columns = tuple(name for name in placed if name in table.c and name != document)
        self.in_document = frozenset(placed) - frozenset(self.columns)
        if self.in_document and document is None:
            lost = ", ".join(sorted(self.in_document))
            raise TypeError(f"{model.__name__}: {table.fullname} has no column for {lost}")
        if not nulls and (ambiguous := [name for name in self.in_document if _is_null_told_apart(model, name)]):
            raise TypeError(f"{model.__name__}: without nulls, {', '.join(ambiguous)} would come back as its default")
        self.selected = [table.c[name] for name in (*self.columns, *([document] if document else ()))]
        """What to select for `read`, where not the whole table is."""
        # A column may have another name in the database than in Python, such as `from`.
        self._names = {name: table.c[name].name for name in self.columns}
        self._document = document
        self._nulls = nulls

    def values(self, entity: Any, but: Collection[str] = ()) -> dict[str, Any]:
        """The values to write, by column; `but` are columns to leave out, such as those that never change.

        The document has no nulls, unless `nulls` is given: needed if a default is not None."""
        values = {name: getattr(entity, name) for name in self.columns if name not in but}
        if self._document is not None:
            values[self._document] = entity.model_dump(
                mode="json", include=self.in_document, exclude_none=not self._nulls
            )
        return values

    def read(self, row: Any) -> dict[str, Any]:
        """The fields of a row of `selected`, as arguments of the model."""
        values = {name: getattr(row, column) for name, column in self._names.items()}
        return {**values, **getattr(row, self._document)} if self._document is not None else values


def _is_null_told_apart(model: type, name: str) -> bool:
    """Whether the field may be None although that is not its default."""
    field = model.model_fields[name] if issubclass(model, BaseModel) else None
    return field is not None and field.default is not None and NoneType in get_args(field.annotation)


def _fields(model: Any) -> list[str]:
    if issubclass(model, BaseModel):
        return list(model.model_fields)
    return [field.name for field in dataclasses.fields(model)]
