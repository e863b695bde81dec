"""Whatever pydantic can refuse of a request has words in both languages: read off the contracts' own schemas."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from core.http.validation_texts import TEXTS
from infra.generate.openapi import operations
from tests.support.runs.table import each

SCHEMAS = Path(__file__).parents[3] / "shared_schemas"
# The table of access is read when a function starts, and no caller hears what is wrong with it.
CONTRACTS = sorted(path for path in SCHEMAS.rglob("*.py") if path.name != "access.py")

# What each kind of schema may refuse by itself, and what each limit of it adds.
BY_TYPE = {
    "model": {"model_type"},
    "model-fields": {"missing", "extra_forbidden", "model_attributes_type", "invalid_key"},
    "list": {"list_type"},
    "dict": {"dict_type"},
    "str": {"string_type", "string_unicode"},
    "int": {"int_type", "int_parsing", "int_parsing_size", "int_from_float"},
    "float": {"float_type", "float_parsing", "finite_number"},
    "bool": {"bool_type", "bool_parsing"},
    "uuid": {"uuid_type", "uuid_parsing", "uuid_version"},
    "date": {"date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"},
    "time": {"time_type", "time_parsing"},
    "datetime": {"datetime_type", "datetime_parsing", "datetime_from_date_parsing", "datetime_object_invalid"},
    "enum": {"enum"},
    "literal": {"literal_error"},
    "tagged-union": {"union_tag_invalid", "union_tag_not_found"},
    "none": {"none_required"},
}
# They only wrap others; their functions refuse through `refuse`, which brings its own words.
TRANSPARENT = {"definitions", "definition-ref", "default", "nullable", "union", "model-field", "any"}
TRANSPARENT |= {
    "function-after",
    "function-before",
    "function-wrap",
    "function-plain",
    "chain",
    "lax-or-strict",
    "json-or-python",
}
BY_LIMIT = {
    "ge": {"greater_than_equal"},
    "le": {"less_than_equal"},
    "gt": {"greater_than"},
    "lt": {"less_than"},
    "multiple_of": {"multiple_of"},
    "pattern": {"string_pattern_mismatch"},
    "tz_constraint": {"timezone_aware", "timezone_naive"},
}
LENGTHS = {"str": ("string_too_short", "string_too_long"), "list": ("too_short", "too_long")}
LENGTHS["dict"] = LENGTHS["list"]


def adapters() -> Iterator[tuple[str, TypeAdapter[Any]]]:
    for service, group in operations().items():
        for operation in group:
            for name, adapter in operation.path_parameters.items():
                yield f"{service} {operation.name} {name}", adapter
            for model in (operation.body, operation.query):
                if model:
                    yield f"{service} {operation.name} {model.__name__}", TypeAdapter(model)


ADAPTERS = dict(adapters())


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Each schema within a core schema; what never meets a request is left out."""
    if isinstance(schema, list):
        for item in schema:
            yield from nodes(item)
    elif isinstance(schema, dict):
        if isinstance(schema.get("type"), str):
            yield schema
        for key, value in schema.items():
            if key not in ("metadata", "serialization", "expected", "config", "default", "function", "python_schema"):
                yield from nodes(value)


def refusals(schema: Any) -> Iterator[str]:
    for node in nodes(schema):
        kind = node["type"]
        yield from BY_TYPE[kind] if kind not in TRANSPARENT else ()
        for limit in BY_LIMIT.keys() & node.keys():
            yield from BY_LIMIT[limit]
        for limit, code in zip(("min_length", "max_length"), LENGTHS.get(kind, ()), strict=False):
            if limit in node:
                yield code


def test_there_is_something_to_check() -> None:
    assert len(ADAPTERS) > 20
    found = {code for adapter in ADAPTERS.values() for code in refusals(adapter.core_schema)}
    assert {"missing", "uuid_parsing", "string_too_long", "literal_error", "greater_than_equal"} <= found


@each("name", ADAPTERS)
def test_every_refusal_of_a_request_has_words(name: str) -> None:
    assert set(refusals(ADAPTERS[name].core_schema)) - set(TEXTS) == set()


@each("path", CONTRACTS, ids=lambda path: path.name)
def test_validators_refuse_in_both_languages(path: Path) -> None:
    """A `ValueError` would reach the caller in English only, under the code of any other."""
    calls = [node.exc for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Raise)]
    names = {call.func.id for call in calls if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)}
    assert names & {"ValueError", "AssertionError", "PydanticCustomError"} == set()
