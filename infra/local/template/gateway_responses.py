"""Gateway responses, in any of the three places a template may keep them."""

from collections.abc import Iterable, Mapping
from typing import Any

from infra.local.template import intrinsics
from infra.local.template.model import GatewayResponse
from infra.local.template.stack import Resource

HEADER = "gatewayresponse.header."


def read_responses(
    api: Resource, document: Mapping[str, Any], resources: Iterable[Resource]
) -> dict[str, GatewayResponse]:
    """By response type: the OpenAPI document's, then the API's property, then separate resources."""
    written = document.get("x-amazon-apigateway-gateway-responses") or {}
    responses = {kind: _from_document(body) for kind, body in intrinsics.resolve(written, api.stack).items()}
    for kind, body in (api.properties.get("GatewayResponses") or {}).items():
        responses[kind] = _from_property(body)
    for resource in resources:
        responses[str(resource.properties["ResponseType"])] = _from_resource(resource.properties)
    return responses


def _from_document(body: Mapping[str, Any]) -> GatewayResponse:
    return GatewayResponse(
        _status(body.get("statusCode")),
        _headers(body.get("responseParameters") or {}),
        body.get("responseTemplates") or {},
    )


def _from_property(body: Mapping[str, Any]) -> GatewayResponse:
    headers = (body.get("ResponseParameters") or {}).get("Headers") or {}
    return GatewayResponse(
        _status(body.get("StatusCode")),
        {name: _unquoted(value) for name, value in headers.items()},
        body.get("ResponseTemplates") or {},
    )


def _from_resource(body: Mapping[str, Any]) -> GatewayResponse:
    return GatewayResponse(
        _status(body.get("StatusCode")),
        _headers(body.get("ResponseParameters") or {}),
        body.get("ResponseTemplates") or {},
    )


def _status(value: Any) -> int | None:
    return None if value is None else int(value)


def _headers(parameters: Mapping[str, str]) -> dict[str, str]:
    return {key[len(HEADER) :]: _unquoted(value) for key, value in parameters.items() if key.startswith(HEADER)}


def _unquoted(value: str) -> str:
    # API Gateway writes constants in single quotes, to tell them from mappings.
    return value[1:-1] if value.startswith("'") and value.endswith("'") else value
