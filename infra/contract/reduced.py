"""The OpenAPI document without its words: what a program can rely on, and nothing that may be said better."""

import re
from collections.abc import Mapping
from typing import Any

from infra.generate.sharing import inlined

METHODS = ("get", "put", "post", "patch", "delete")
CODE = re.compile(r"`(\w+)`")
# Words, and what tools make of them.
WORDS = ("description", "title", "examples", "example", "deprecated")

Document = Mapping[str, Any]


def reduced(document: Document) -> dict[str, Any]:
    """Operations by `METHOD /path`, webhooks by type, and the schemas that both refer to."""
    document = inlined(document)
    operations = {
        f"{method.upper()} {path}": _operation(item[method])
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    }
    webhooks = {kind: _webhook(item["post"]) for kind, item in document["webhooks"].items()}
    schemas = {name: _schema(schema) for name, schema in document["components"]["schemas"].items()}
    return {"operations": operations, "webhooks": webhooks, "schemas": schemas}


def _operation(operation: Document) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": operation["operationId"],
        "parameters": {
            f"{parameter['in']} {parameter['name']}": {
                "required": parameter.get("required", False),
                "schema": _schema(parameter["schema"]),
            }
            for parameter in operation["parameters"]
        },
        "ways in": [sorted(f"{name} {' '.join(scopes)}".strip() for name, scopes in way.items())
                    for way in operation["security"]],
        "roles": [*operation.get("x-roles", ()), *(["guest"] if operation.get("x-guests") else [])],
        "answers": {
            status: _contents(answer) for status, answer in operation["responses"].items() if status < "300"
        },
        "codes": {
            code: status
            for status, answer in operation["responses"].items()
            if status >= "400"
            for code in CODE.findall(answer["description"])
        },
    }  # fmt: skip
    if body := operation.get("requestBody"):
        made["body"] = {"required": body.get("required", False), "contents": _contents(body)}
    return made


def _webhook(operation: Document) -> dict[str, Any]:
    headers = sorted(parameter["$ref"].rpartition("/")[2] for parameter in operation["parameters"])
    return {"headers": headers, "contents": _contents(operation["requestBody"])}


def _contents(part: Document) -> dict[str, Any]:
    return {media_type: _schema(content["schema"]) for media_type, content in part.get("content", {}).items()}


def _schema(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_schema(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: part for name, part in schema.items() if name not in WORDS}
    return {
        name: {field: _schema(one) for field, one in part.items()} if name == "properties" else _schema(part)
        for name, part in made.items()
    }
