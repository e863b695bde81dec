"""What the public document says of the calls that subscribers of webhooks get: one for each event, and a test."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from integration.connectors.webhooks.domain import SIGNATURE_HEADER, TEST_TYPE, call_of, signature
from shared_schemas.events.envelope import REGISTRY, Envelope, EventData
from shared_schemas.integration.connectors import WebhookCall

TAG = "Webhooks"
TEST = "WebhookTest"
# A day of the studio at which examples happen, and the secret that signs them: the one that the guide uses.
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
SECRET = "whsec_2f4a91c07be3"  # noqa: S105
HEADERS = {
    SIGNATURE_HEADER: "`t=<unix seconds>,v1=<hex>`: for each valid secret one `v1`, the HMAC-SHA256 of "
    "`<t>.<raw body>`. Refuse what does not match, and what is older than five minutes.",
    "Cyclorama-Delivery": "The delivery; repeats have the same one.",
    "Cyclorama-Event": "The `type` of the body.",
}
ANSWERS = {
    "2XX": {"description": "Taken. Answer within five seconds, work afterwards; the body of the answer is not read"},
    "410": {"description": "Ends the subscription"},
    "default": {"description": "A failure, even a redirect: repeated with growing pauses for three days"},
}


def with_webhooks(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with the calls by type, the schemas of their bodies, and the headers that all of them have."""
    calls: dict[str, Any] = {}
    schemas = dict(document["components"]["schemas"])
    for kind, version, name, meaning, ids in _kinds():
        schemas[f"{name}Call"] = _body(kind, version, meaning, ids)
        calls[kind] = {"post": _operation(kind, version, name, meaning, ids)}
    parts = {"schemas": dict(sorted(schemas.items())), "parameters": {name: _header(name) for name in HEADERS}}
    return {**document, "webhooks": calls, "components": {**document["components"], **parts}}


def _kinds() -> Iterator[tuple[str, int, str, str, dict[str, bool]]]:
    """Type, version, name and meaning of what is sent, and its ids; whether each of these is always there."""
    for (kind, version), model in REGISTRY.items():
        yield kind, version, model.__name__, " ".join((model.__doc__ or "").split()), _ids(model)
    yield TEST_TYPE, 1, TEST, "Somebody asked for a test of this subscription.", {"subscription_id": True}


def _ids(model: type[EventData]) -> dict[str, bool]:
    """Fields of the event that are sent."""
    example = _call("any", 1, list(model.model_fields))
    return {name: model.model_fields[name].is_required() for name in example.data}


def _body(kind: str, version: int, meaning: str, ids: Mapping[str, bool]) -> dict[str, Any]:
    schema = WebhookCall.model_json_schema()["properties"]
    fields = {name: {key: part for key, part in field.items() if key != "title"} for name, field in schema.items()}
    told = {name: {"type": "string", "format": "uuid"} for name in ids}
    if "booking_version" in told:
        told["booking_version"] = {"type": "integer"}
    always = [name for name, required in ids.items() if required]
    # Open for what is added later; a receiver must not refuse it.
    fields |= {
        "type": {"type": "string", "const": kind},
        "version": {"type": "integer", "const": version},
        "data": {"type": "object", "properties": told, **({"required": always} if always else {})},
    }
    return {"type": "object", "description": meaning, "properties": fields, "required": list(fields)}


def _operation(kind: str, version: int, name: str, meaning: str, ids: Mapping[str, bool]) -> dict[str, Any]:
    call = _call(kind, version, list(ids))
    reference = {"$ref": f"#/components/schemas/{name}Call"}
    return {
        "operationId": f"on_{kind.replace('.', '_')}" + (f"_v{version}" if version > 1 else ""),
        "tags": [TAG],
        "summary": meaning,
        "description": "Sent to subscriptions with this type: ids to ask the API with, and no personal data.",
        "parameters": [{"$ref": f"#/components/parameters/{header}"} for header in HEADERS],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": reference, "example": call.model_dump(mode="json")}},
        },
        "responses": ANSWERS,
        "security": [],
    }


def _header(name: str) -> dict[str, Any]:
    call = _call(TEST_TYPE, 1, ["subscription_id"])
    examples = {
        SIGNATURE_HEADER: signature(call.model_dump_json().encode(), [SECRET], NOW),
        "Cyclorama-Delivery": str(_uuid(99)),
        "Cyclorama-Event": call.type,
    }
    return {
        "name": name,
        "in": "header",
        "required": True,
        "description": HEADERS[name],
        "schema": {"type": "string"},
        "example": examples[name],
    }


def _call(kind: str, version: int, fields: list[str]) -> WebhookCall:
    """What is sent of an event with these fields, made by the code that sends it."""
    data = {name: 3 if name == "booking_version" else str(_uuid(number)) for number, name in enumerate(fields, 1)}
    event = Envelope(
        id=_uuid(100), type=kind, version=version, time=NOW, source="booking", correlation_id="checkout-7f3a", data=data
    )
    return call_of(event)


def _uuid(number: int) -> UUID:
    return UUID(f"0193a1b2-0000-7000-8000-{number:012d}")
