"""The document that API Gateway imports: `api-base.json` (authoriser, error answers) and a path for each route."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.operations import Operation

BASE = Path(__file__).with_name("api-base.json")
INVOKE = (
    "arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31"
    "/functions/${{{function}.Arn}}/invocations"
)
# What API Gateway itself allows at most.
TIMEOUT_MILLISECONDS = 29_000


def gateway_document(services: Mapping[str, Sequence[Operation]]) -> dict[str, Any]:
    """The document; each service's operations go to its function, `BookingApi` and so on."""
    paths: dict[str, dict[str, Any]] = {}
    for service, group in services.items():
        for operation in group:
            paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, service)
    return {**json.loads(BASE.read_text(encoding="utf-8")), "paths": dict(sorted(paths.items()))}


def _operation(operation: Operation, service: str) -> dict[str, Any]:
    return {
        "operationId": operation.name,
        "security": [{"Authorizer": []}] if operation.allow else [],
        "responses": {"default": {"description": "As the public documentation says"}},
        "x-amazon-apigateway-integration": {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "passthroughBehavior": "when_no_match",
            "timeoutInMillis": TIMEOUT_MILLISECONDS,
            "uri": {"Fn::Sub": INVOKE.format(function=f"{service.capitalize()}Api")},
        },
    }
