"""The document that API Gateway imports: OpenAPI 3.0.1 with paths, integrations, authoriser and error answers."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from core.operations import Operation
from core.problems import CONTENT_TYPE, TYPE_BASE

INVOKE = (
    "arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31"
    "/functions/${{{function}.Arn}}/invocations"
)
AUTHORIZER = "Authorizer"
AUTHORIZER_TTL_SECONDS = 300
# API Gateway's own refusals, in the form of all others: response type → (status, code, detail).
REFUSALS = {
    "UNAUTHORIZED": (401, "unauthorized", "A valid access token is required"),
    "EXPIRED_TOKEN": (401, "unauthorized", "A valid access token is required"),
    "ACCESS_DENIED": (403, "forbidden", "You may not do this"),
    "AUTHORIZER_FAILURE": (500, "internal_error", "Something went wrong"),
    "MISSING_AUTHENTICATION_TOKEN": (404, "not_found", "There is no such route"),
    "RESOURCE_NOT_FOUND": (404, "not_found", "There is no such route"),
    "REQUEST_TOO_LARGE": (413, "request_too_large", "The request is too large"),
    "THROTTLED": (429, "throttled", "Too many requests: slow down"),
    "QUOTA_EXCEEDED": (429, "throttled", "Too many requests: slow down"),
    "INTEGRATION_FAILURE": (502, "bad_gateway", "The service failed to answer"),
    "INTEGRATION_TIMEOUT": (504, "timeout", "The service took too long to answer"),
    "DEFAULT_4XX": (None, "bad_request", "The request cannot be served"),
    "DEFAULT_5XX": (None, "internal_error", "Something went wrong"),
}
TITLES = {
    401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 413: "Content Too Large", 429: "Too Many Requests",
    500: "Internal Server Error", 502: "Bad Gateway", 504: "Gateway Timeout", None: "Error",
}  # fmt: skip


def gateway_document(info: Mapping[str, Any], services: Mapping[str, Sequence[Operation]]) -> dict[str, Any]:
    """The document; each service's operations go to its function, `BookingApi` and so on."""
    paths: dict[str, dict[str, Any]] = {}
    for service, group in services.items():
        for operation in group:
            paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, service)
    return {
        "openapi": "3.0.1",
        "info": {"title": info["title"], "version": info["version"]},
        "paths": dict(sorted(paths.items())),
        "components": {"securitySchemes": {AUTHORIZER: _authorizer()}},
        "x-amazon-apigateway-gateway-responses": {name: _refusal(*given) for name, given in REFUSALS.items()},
    }


def _operation(operation: Operation, service: str) -> dict[str, Any]:
    names = re.findall(r"{(\w+)}", operation.path)
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    result: dict[str, Any] = {"operationId": operation.name, "parameters": parameters, "responses": {}}
    if operation.allow:
        result["security"] = [{AUTHORIZER: []}]
    result["x-amazon-apigateway-integration"] = {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": {"Fn::Sub": INVOKE.format(function=f"{service.capitalize()}Api")},
        "passthroughBehavior": "when_no_match",
    }
    return result


def _authorizer() -> dict[str, Any]:
    return {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {
            "type": "token",
            "authorizerUri": {"Fn::Sub": INVOKE.format(function=AUTHORIZER)},
            "authorizerResultTtlInSeconds": AUTHORIZER_TTL_SECONDS,
        },
    }


def _refusal(status: int | None, code: str, detail: str) -> dict[str, Any]:
    shown = status or "$context.status"
    template = (
        f'{{"type": "{TYPE_BASE}{code}", "title": "{TITLES[status]}", "status": {shown}, "code": "{code}", '
        f'"detail": "{detail}", "correlation_id": "$context.requestId"}}'
    )
    answer: dict[str, Any] = {
        "responseParameters": {"gatewayresponse.header.Content-Type": f"'{CONTENT_TYPE}'"},
        "responseTemplates": {"application/json": template},
    }
    return answer if status is None else {"statusCode": status, **answer}
