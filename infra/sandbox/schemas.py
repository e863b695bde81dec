"""The gateways' published schemas, kept as data beside each provider: what a shop sends is held against them.

A file is one JSON Schema (2020-12): `title` names the gateway's document and its version, `$defs` has a definition for
each call by its own name, and for what calls share."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

Document = dict[str, Any]


@dataclass(frozen=True)
class SchemaFault:
    """What is wrong with a document: `where` is a path with dots, `rule` the keyword that is broken."""

    where: str
    rule: str
    message: str


class Schemas:
    """The calls of one gateway. `closed` also refuses what the schema does not name, for tests of our own bodies."""

    def __init__(self, path: Path, *, closed: bool = False) -> None:
        whole = json.loads(path.read_text(encoding="utf-8"))
        self.source: str = whole["title"]
        self._definitions = {name: _closed(part) if closed else part for name, part in whole["$defs"].items()}
        self._validators: dict[str, Draft202012Validator] = {}

    def fault(self, call: str, document: Any) -> SchemaFault | None:
        """The first fault of a document, by its place in it; None if it is as published."""
        faults = sorted((_fault(error) for error in self._of(call).iter_errors(document)), key=lambda it: it.where)
        return faults[0] if faults else None

    def _of(self, call: str) -> Draft202012Validator:
        if call not in self._validators:
            whole = {"$ref": f"#/$defs/{call}", "$defs": self._definitions}
            self._validators[call] = Draft202012Validator(whole, validate_formats=True)
        return self._validators[call]


def _fault(error: ValidationError) -> SchemaFault:
    rule = error.kind.name
    path = [str(part) for part in error.instance_path] + list(_named(error))
    return SchemaFault(".".join(path), rule, error.message)


def _named(error: ValidationError) -> Iterator[str]:
    """A field that is missing or too many is named by its own name, not by its parent's."""
    kind: Any = error.kind
    if kind.name == "required":
        yield str(kind.property)
    if kind.name in ("additionalProperties", "unevaluatedProperties"):
        yield str(kind.unexpected[0])


def _closed(definition: Document) -> Document:
    """The same definition with no room for other names."""
    is_whole = definition.get("type") == "object" and "additionalProperties" not in definition
    return definition | {"unevaluatedProperties": False} if is_whole else definition
