"""Every string of every request ends somewhere and holds nothing that PostgreSQL or a reader cannot take."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.generate.sharing import inlined

PAGES = Path(__file__).parents[3] / "functions/gateway/pages"
DOCUMENT = inlined(json.loads((PAGES / "openapi.json").read_text(encoding="utf-8")))
COMPONENTS = DOCUMENT["components"]["schemas"]
METHODS = {"get", "post", "put", "patch", "delete"}
Found = tuple[str, Mapping[str, Any]]
# Whatever a gateway writes is read by its own parser; `test_hostile.py` feeds it.
FOREIGN = {"receive_webhook", "receive_webhook_by_query"}
ENDLESS = re.compile(r"(?<!\\)[*+]|\{\d+,\}")
BEGINNINGS = ("", "a", "A", "1", "https://", "https://a", "a@a.", "FREQ=", "+7916")


def operations() -> Iterator[Mapping[str, Any]]:
    for methods in DOCUMENT["paths"].values():
        yield from (operation for method, operation in methods.items() if method in METHODS)


def parts(operation: Mapping[str, Any]) -> Iterator[Found]:
    """Every schema of a request, with where it stands."""
    name = operation["operationId"]
    for parameter in operation.get("parameters", ()):
        yield from within(f"{name}: {parameter['in']} {parameter['name']}", parameter["schema"], frozenset())
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield from within(f"{name}: body", content["schema"], frozenset())


def within(place: str, schema: Mapping[str, Any], passed: frozenset[str]) -> Iterator[Found]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in passed:
            yield from within(place, COMPONENTS[name], passed | {name})
        return
    yield place, schema
    for keyword in ("anyOf", "oneOf", "allOf", "prefixItems"):
        for choice in schema.get(keyword, ()):
            yield from within(place, choice, passed)
    if isinstance(items := schema.get("items"), Mapping):
        yield from within(f"{place}[]", items, passed)
    for name, member in schema.get("properties", {}).items():
        yield from within(f"{place}.{name}", member, passed)
    if isinstance(others := schema.get("additionalProperties"), Mapping):
        yield from within(f"{place}.*", others, passed)


PARTS = {
    place: schema
    for operation in operations()
    if operation["operationId"] not in FOREIGN
    for place, schema in parts(operation)
}
STRINGS = {place: schema for place, schema in PARTS.items() if schema.get("type") == "string"}
PATTERNS = sorted({schema["pattern"] for schema in STRINGS.values() if "pattern" in schema})


def test_there_is_something_to_check() -> None:
    assert len(STRINGS) > 200


def test_every_string_has_an_end() -> None:
    def ends(schema: Mapping[str, Any]) -> bool:
        chosen = {"enum", "const", "format", "maxLength"} & schema.keys()
        return bool(chosen) or ("pattern" in schema and not ENDLESS.search(schema["pattern"]))

    assert [place for place, schema in STRINGS.items() if not ends(schema)] == []


def test_every_string_says_which_characters_it_may_have() -> None:
    told = {"enum", "const", "format", "pattern"}
    assert [place for place, schema in STRINGS.items() if not told & schema.keys()] == []


@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_pattern_lets_a_nul_through(pattern: str) -> None:
    for beginning in BEGINNINGS:
        for end in BEGINNINGS:
            assert not re.search(pattern, f"{beginning}\0{end}")


def test_every_list_has_an_end() -> None:
    lists = {place: schema for place, schema in PARTS.items() if schema.get("type") == "array"}
    assert lists
    assert [place for place, schema in lists.items() if "maxItems" not in schema and "prefixItems" not in schema] == []


def test_no_object_takes_whatever_comes() -> None:
    objects = {place: schema for place, schema in PARTS.items() if schema.get("type") == "object"}
    assert [place for place, schema in objects.items() if schema.get("additionalProperties") is not False] == []
