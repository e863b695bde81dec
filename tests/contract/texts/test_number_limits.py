"""No number that a request may hold is without an end: what the border lets in, prices and tables can hold."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.generate.sharing import inlined

PAGES = Path(__file__).parents[3] / "functions/gateway/pages"
DOCUMENT = inlined(json.loads((PAGES / "openapi.json").read_text()))
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
ENDS = {"maximum", "exclusiveMaximum", "const", "enum"}
INSIDE = ("anyOf", "oneOf", "allOf", "prefixItems")


def requests() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema that something sent is held against, and where."""
    for path, item in DOCUMENT["paths"].items():
        methods = {name: value for name, value in item.items() if isinstance(value, dict)}
        for method, operation in (("every method", item), *methods.items()):
            for parameter in operation.get("parameters", ()):
                yield f"{method} {path} {parameter.get('name')}", parameter.get("schema", {})
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield f"{method} {path}", content["schema"]


def endless(where: str, schema: Any, seen: set[str]) -> Iterator[str]:
    """The numbers in a schema that may be as large as anybody likes."""
    if not isinstance(schema, dict):
        return
    if name := schema.get("$ref", "").rpartition("/")[2]:
        if name not in seen:
            seen.add(name)
            yield from endless(name, SCHEMAS[name], seen)
        return
    if schema.get("type") in ("integer", "number") and not ENDS & schema.keys():
        yield where
    for kind in INSIDE:
        for part in schema.get(kind, ()):
            yield from endless(where, part, seen)
    for field, part in schema.get("properties", {}).items():
        yield from endless(f"{where}.{field}", part, seen)
    for kind in ("items", "additionalProperties"):
        yield from endless(f"{where}[]", schema.get(kind), seen)


def test_every_number_of_a_request_has_an_end() -> None:
    seen: set[str] = set()
    found = [where for place, schema in requests() for where in endless(place, schema, seen)]

    assert "AddOnOrder" in seen  # The walk sees bodies, and what they are made of.
    assert found == []


def test_the_walk_finds_what_has_none() -> None:
    nested = {"anyOf": [{"type": "array", "items": {"type": "integer", "minimum": 1}}, {"type": "null"}]}

    assert list(endless("it", {"properties": {"n": nested}}, set())) == ["it.n[]"]
