"""The OpenAPI 3.1 document of all services' operations; the signatures in the code are its only source."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from chalice import Response
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from core.http.headers import FLOW, KEY, InvalidIdempotencyKeyError
from core.http.idempotency import IdempotencyKeyReusedError, RequestInFlightError
from core.http.limits import TooManyCallsError
from core.http.operations import IN_PATH, Operation
from core.http.problems import (
    CONTENT_TYPE,
    InvalidRequestError,
    MalformedJsonError,
    TooLargeBodyError,
    UnsupportedCharsetError,
    UnsupportedEncodingError,
    UnsupportedMediaTypeError,
    status_of,
)
from core.http.representations import JSON
from core.http.sizes import CompressedOnlyError
from core.http.ways_in import SCHEMES, ways_in
from core.identity import STAFF
from core.postgres.retries import BusyError, TooSlowError
from shared_schemas.common import Problem
from shared_schemas.errors import (
    CycloramaError,
    ForbiddenError,
    SecondFactorMissingError,
    UnauthenticatedError,
    UnavailableError,
)

METHODS = ("get", "put", "post", "patch", "delete")
REFERENCE = "#/components/schemas/{model}"
REFERRED = re.compile(r'"#/components/schemas/(\w+)"')
THROTTLED = "throttled"
"""API Gateway's own refusal, which no function ever sees."""
CORRELATION = {
    "name": "X-Correlation-Id",
    "in": "header",
    "description": "Names the flow this request belongs to; returned with the answer",
    "schema": {**FLOW.json_schema(), "minLength": 0, "pattern": "^[ -~]*$"},
}
LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "description": "`ru` or `en`: the language of error messages",
    "schema": {"type": "string", "maxLength": 1000, "pattern": "^[ -~]*$"},
}
IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A repeat with the same key and body within 24 hours gets the first answer; another body is 422",
    "schema": KEY.json_schema(),
}

Schemas = Mapping[Any, dict[str, Any]]


def document(
    info: Mapping[str, Any],
    servers: Sequence[Mapping[str, str]],
    tags: Mapping[str, str],
    operations: Sequence[Operation],
    tag_of: Callable[[Operation], str],
) -> dict[str, Any]:
    """The document; `tags` describes what `tag_of` puts the operations under."""
    schemas, definitions = models_json_schema(sorted(_models(operations), key=str), ref_template=REFERENCE)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        described = _operation(operation, tag_of(operation), schemas)
        paths.setdefault(operation.path, {})[operation.method.lower()] = described
    made = {
        "openapi": "3.1.0",
        "info": dict(info),
        "servers": [dict(server) for server in servers],
        "tags": [{"name": name, "description": about} for name, about in tags.items()],
        "paths": {path: _ordered(methods) for path, methods in sorted(paths.items())},
        "components": {
            "schemas": _shared(definitions.get("$defs", {}), paths),
            "securitySchemes": SCHEMES,
        },
    }
    return _named_by_titles(made)


def _named_by_titles(document: dict[str, Any]) -> dict[str, Any]:
    """Pydantic names a list `Page_Hall_`; generated clients should use its title, `HallPage`."""
    schemas = document["components"]["schemas"]
    names = {name: schema.get("title", name) if "_" in name else name for name, schema in schemas.items()}
    text = REFERRED.sub(lambda match: f'"{REFERENCE.format(model=names[match.group(1)])}"', json.dumps(document))
    named: dict[str, Any] = json.loads(text)
    found = named["components"]["schemas"]
    named["components"]["schemas"] = dict(sorted((names[name], schema) for name, schema in found.items()))
    return named


def _shared(definitions: Mapping[str, Any], paths: Mapping[str, Any]) -> dict[str, Any]:
    """The definitions that the document refers to, directly or through others. Queries are listed parameter by
    parameter, and definitions that nothing refers to are left out."""
    reached, fresh = set[str](), set(REFERRED.findall(json.dumps(paths)))
    while fresh:
        reached |= fresh
        fresh = set(REFERRED.findall(json.dumps([definitions[name] for name in fresh]))) - reached
    return {name: schema for name, schema in definitions.items() if name in reached}


def _models(operations: Sequence[Operation]) -> set[tuple[type[BaseModel], JsonSchemaMode]]:
    found: set[tuple[type[BaseModel], JsonSchemaMode]] = {(Problem, "serialization")}
    for operation in operations:
        if operation.body:
            found.add((operation.body, "validation"))
        if operation.query:
            found.add((operation.query, "validation"))
        if _is_model(operation.returns):
            found.add((operation.returns, "serialization"))
    return found


def _is_model(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, BaseModel)


def _operation(operation: Operation, tag: str, schemas: Schemas) -> dict[str, Any]:
    summary, _, rest = operation.summary.partition("\n\n")
    result: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [tag],
        "summary": " ".join(summary.split()),
        "description": " ".join([*rest.split(), _audience(operation)]),
        "parameters": [*_path_parameters(operation), *_query_parameters(operation), *_headers(operation)],
        "responses": _responses(operation, schemas),
    }
    if operation.body:
        schema = schemas[operation.body, "validation"]
        result["requestBody"] = {
            "description": f"At most {operation.body_limit // 1024} KiB of JSON in UTF-8",
            "required": operation.needs_body,
            "content": {"application/json": {"schema": schema}},
        }
    access = operation.access
    result["security"] = list(ways_in(access))
    if not access.is_open:
        result["x-roles"] = operation.roles
    if access.services:
        result["x-services"] = sorted(access.services)
    if access.scope:
        result["x-scope"] = access.scope
    if access.guests:
        result["x-guests"] = True
    return result


def _audience(operation: Operation) -> str:
    if operation.access.is_open:
        return "No token is needed."
    services = f" (only {', '.join(sorted(operation.access.services))})" if operation.access.services else ""
    guests = ", or a guest with the token of this booking" if operation.access.guests else ""
    strangers = ", or whoever names a guest, without a token" if operation.access.strangers else ""
    key = f" API keys with `{operation.access.scope}`." if operation.access.scope else ""
    return f"Roles: {', '.join(operation.roles)}{services}{guests}{strangers}.{key}"


def _path_parameters(operation: Operation) -> Iterator[dict[str, Any]]:
    for name in IN_PATH.findall(operation.path):
        schema = operation.path_parameters[name].json_schema()
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameters(operation: Operation) -> Iterator[dict[str, Any]]:
    if operation.query is None:
        return
    schema = TypeAdapter(operation.query).json_schema(ref_template=REFERENCE)
    for name, field in schema["properties"].items():
        described = {"description": field.pop("description")} if "description" in field else {}
        required = name in schema.get("required", ())
        yield {"name": name, "in": "query", "required": required, **described, "schema": field}


def _headers(operation: Operation) -> list[dict[str, Any]]:
    return [CORRELATION, LANGUAGE, *([IDEMPOTENCY] if operation.idempotent else [])]


def _responses(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    refusals = problem_responses([*operation.errors, *_implied(operation)], {429: {THROTTLED}})
    responses = {str(operation.status): _success(operation, schemas), **refusals}
    if operation.cached:
        responses["304"] = {"description": "Not Modified: the ETag is among `If-None-Match`"}
    return dict(sorted(responses.items()))


def _success(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": HTTPStatus(operation.status).phrase}
    if _is_model(operation.returns):
        answer["content"] = {"application/json": {"schema": schemas[operation.returns, "serialization"]}}
        answer["content"] |= {form.media_type: {"schema": {"type": "string"}} for form in operation.forms}
    elif operation.returns is Response:
        answer["content"] = {operation.media_type: {"schema": _written(operation.media_type)}}
    return answer


def _written(media_type: str) -> dict[str, str]:
    return {"type": "object" if media_type == JSON else "string"}


def problem_responses(
    kinds: Iterable[type[CycloramaError]], further: Mapping[int, set[str]] | None = None
) -> dict[str, Any]:
    """The errors by status, each with its stable codes; `further` are errors without a type here."""
    codes = {status: set(known) for status, known in (further or {}).items()}
    for kind in kinds:
        codes.setdefault(status_of(kind)[0], set()).add(kind.code)
    return {str(status): _problem(*sorted(codes[status])) for status in sorted(codes)}


def _problem(*codes: str) -> dict[str, Any]:
    schema = {"$ref": REFERENCE.format(model="Problem")}
    return {
        "description": " · ".join(f"`{code}`" for code in codes),
        "content": {CONTENT_TYPE: {"schema": schema}},
    }


def _implied(operation: Operation) -> Iterator[type[CycloramaError]]:
    """The errors that any operation of this form may return without declaring them."""
    if not operation.access.is_open:
        yield from (UnauthenticatedError, ForbiddenError)
        if operation.access.roles & STAFF and not operation.access.unproven:
            yield SecondFactorMissingError
    if operation.access.is_counted:
        yield TooManyCallsError
    if operation.for_strangers:
        yield CompressedOnlyError
    if operation.body:
        yield from (MalformedJsonError, TooLargeBodyError)
        yield from (UnsupportedMediaTypeError, UnsupportedCharsetError, UnsupportedEncodingError)
    # At least by its correlation id, which is a header of every request.
    yield InvalidRequestError
    if not operation.access.is_open or operation.body or operation.path_parameters:
        yield from (BusyError, TooSlowError, UnavailableError)
    if operation.idempotent:
        yield from (InvalidIdempotencyKeyError, IdempotencyKeyReusedError, RequestInFlightError)


def _ordered(methods: Mapping[str, Any]) -> dict[str, Any]:
    """Reading before writing, whatever the import order of the route modules."""
    return {method: methods[method] for method in METHODS if method in methods}
