"""Makes the documentation page of the OpenAPI document: one HTML file that needs nothing from outside."""

import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

HERE = Path(__file__).parent
METHODS = ("get", "post", "put", "patch", "delete")
MAX_DEPTH = 4


def docs_page(document: dict[str, Any]) -> str:
    """The page; operations in the order of their tags and paths, what only machines ask for last."""
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    schemas = document["components"]["schemas"]
    environment.filters["code"] = _code
    environment.filters["breakable"] = lambda path: Markup("/<wbr>").join(path.split("/"))
    environment.filters["linked"] = lambda name: _linked(name, schemas)
    return environment.get_template("docs_page.html.j2").render(
        info=document["info"],
        groups={tag["name"]: _operations(document, tag["name"]) for tag in document["tags"]},
        example=lambda schema: json.dumps(example(schema, schemas), indent=2, ensure_ascii=False),
        type_name=_type_name,
        schemas=dict(sorted(schemas.items())),
    )


def _operations(document: dict[str, Any], tag: str) -> list[dict[str, Any]]:
    found = [
        {"path": path, "method": method, **item[method]}
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item and tag in item[method]["tags"]
    ]
    return sorted(found, key=lambda operation: not operation["path"].startswith("/v1/"))


def _code(text: str) -> Markup:
    """Backticks become code."""
    parts = str(escape(text)).split("`")
    return Markup("".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts)))  # noqa: S704


def _linked(type_name: str, schemas: dict[str, Any]) -> Markup:
    """The name of a type with a link to each schema in it."""
    words = (
        f'<a href="#schema-{escape(word)}">{escape(word)}</a>' if word in schemas else escape(word)
        for word in type_name.split(" ")
    )
    return Markup(" ").join(Markup(word) for word in words)  # noqa: S704


def _type_name(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_type_name(option) for option in schema["anyOf"] if option.get("type") != "null")
    if "const" in schema or "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {_type_name(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type", "any"))


def example(schema: dict[str, Any], schemas: dict[str, Any], depth: int = 0) -> Any:
    """A value of the right form, good enough to start from."""
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rpartition("/")[2]], schemas, depth)
    if "examples" in schema:
        return schema["examples"][0]
    for key in ("const", "default"):
        if schema.get(key) is not None:
            return schema[key]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return example(schema["anyOf"][0], schemas, depth)
    if schema.get("type") == "array":
        return [example(schema.get("items", {}), schemas, depth + 1)] if depth < MAX_DEPTH else []
    if "properties" in schema:
        return {name: example(field, schemas, depth + 1) for name, field in schema["properties"].items()}
    return _scalar(schema)


def _scalar(schema: dict[str, Any]) -> Any:
    by_format = {
        "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
        "date-time": "2026-12-01T12:00:00+03:00",
        "date": "2026-12-01",
        "time": "09:00:00",
    }
    if schema.get("format") in by_format:
        return by_format[schema["format"]]
    return {"integer": schema.get("minimum", 1), "number": 1.0, "boolean": True, "object": {}}.get(
        str(schema.get("type")), "string"
    )
