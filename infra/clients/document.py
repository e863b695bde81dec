"""The document as the generators of clients get it: the API alone, and of its answers those that succeed.

What fails is an error in both clients, always of the same form, so no operation has to name it as a result."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.generate.sharing import inlined

SOURCE = Path(__file__).parents[2] / "functions" / "gateway" / "pages" / "openapi.json"
METHODS = ("get", "put", "post", "delete", "patch")
# Said once, when a client is made, and not with each call.
ONCE = ("X-Correlation-Id", "Accept-Language")
KEY = "Idempotency-Key"
BINARY = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
Json = dict[str, Any]


def document() -> Json:
    """Of `openapi.json` what programs call."""
    made: Json = inlined(json.loads(SOURCE.read_text(encoding="utf-8")))
    del made["components"]["parameters"], made["components"]["responses"]
    made.pop("webhooks", None)
    made["paths"] = {path: item for path, item in made["paths"].items() if path.startswith(("/v1/", "/health"))}
    for _, _, operation in operations(made):
        operation["responses"] = _successes(operation["responses"])
        operation["parameters"] = [p for p in operation.get("parameters", []) if p.get("name") not in ONCE]
    _tell_apart(made["components"]["schemas"])
    return made


def version(made: Json) -> str:
    """The contract's, as both registries write versions: three numbers."""
    numbers = [*str(made["info"]["version"]).split("."), "0", "0"]
    return ".".join(numbers[:3])


def operations(made: Json) -> Iterator[tuple[str, str, Json]]:
    """Each with its method and path."""
    for path, item in made["paths"].items():
        yield from ((method, path, item[method]) for method in METHODS if method in item)


def keyed(made: Json) -> list[str]:
    """The operations that take an `Idempotency-Key`, such as `POST /v1/bookings`."""
    return [
        f"{method.upper()} {path}"
        for method, path, operation in operations(made)
        if any(parameter.get("name") == KEY for parameter in operation["parameters"])
    ]


def _successes(responses: Json) -> Json:
    found = {status: dict(response) for status, response in responses.items() if status.startswith("2")}
    for response in found.values():
        content = response.get("content") or {}
        if content and "application/json" not in content:
            response["content"] = BINARY
        response.pop("headers", None)
    return found


def _tell_apart(schemas: Json) -> None:
    """The Python generator names an inline enumeration by its schema and field; another schema may have that name."""
    for name, schema in schemas.items():
        for field, inner in schema.get("properties", {}).items():
            title = str(inner.get("title", field)).title().replace(" ", "").replace("_", "")
            if "enum" in inner and name + title in schemas:
                inner["title"] = f"{title} Value"
