"""The document that API Gateway imports: `api-base.json` (authoriser, error answers) and a path for each route.

Each path also takes all other methods to its function, which answers OPTIONS, and 405 with `Allow` for the rest.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.http.browsers import READABLE
from core.http.operations import Operation

BASE = Path(__file__).with_name("api-base.json")
INVOKE = (
    "arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31"
    "/functions/${{{function}.Arn}}${{Door}}/invocations"
)
# Of a function, its newest code; or the alias of a version, which CodeDeploy moves to another bit by bit (Canary), or
# which has a snapshot (SnapStart). The authoriser, which starts fast, has none.
DOOR = {"Door": {"Fn::If": ["AsksAliases", ":live", ""]}}
# What API Gateway itself allows at most.
TIMEOUT_MILLISECONDS = 29_000
ANY = "x-amazon-apigateway-any-method"
READS = ("GET", "HEAD")
HEADER = "gatewayresponse.header."
# Its own answers can repeat the request's Origin, but not look it up; see docs/decisions/0046-browsers.md.
ORIGIN = {"Fn::If": ["HasAllowedOrigins", "method.request.header.Origin", {"Ref": "AWS::NoValue"}]}
AROUND_REFUSALS = {
    f"{HEADER}Access-Control-Allow-Origin": ORIGIN,
    f"{HEADER}Access-Control-Expose-Headers": f"'{READABLE}'",
    f"{HEADER}Cache-Control": "'no-store'",
    f"{HEADER}Vary": "'Origin'",
    f"{HEADER}X-Content-Type-Options": "'nosniff'",
    f"{HEADER}Referrer-Policy": "'no-referrer'",
}


def gateway_document(services: Mapping[str, Sequence[Operation]]) -> dict[str, Any]:
    """The document; each service's operations go to its function, `BookingApi` and so on."""
    paths: dict[str, dict[str, Any]] = {}
    for service, group in services.items():
        for operation in group:
            methods = paths.setdefault(operation.path, {ANY: _method(service)})
            methods[operation.method.lower()] = _operation(operation, service)
            if operation.method == "GET":
                methods["head"] = _method(service, _security(operation))
    base = json.loads(BASE.read_text(encoding="utf-8"))
    for response in base["x-amazon-apigateway-gateway-responses"].values():
        response["responseParameters"] |= AROUND_REFUSALS
    return {**base, "paths": dict(sorted(paths.items()))}


def _operation(operation: Operation, service: str) -> dict[str, Any]:
    return {"operationId": operation.name, **_method(service, _security(operation))}


def _method(service: str, security: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    return {
        "security": list(security),
        "responses": {"default": {"description": "As the public documentation says"}},
        "x-amazon-apigateway-integration": {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "passthroughBehavior": "when_no_match",
            "timeoutInMillis": TIMEOUT_MILLISECONDS,
            "uri": {"Fn::Sub": [INVOKE.format(function=f"{service.capitalize()}Api"), DOOR]},
        },
    }


def _security(operation: Operation) -> Sequence[Mapping[str, Any]]:
    return [] if operation.access.is_open else [{_authorizer(operation): []}]


def _authorizer(operation: Operation) -> str:
    """A read may rest on what was known of a session up to a minute ago. A write asks anew, and so does what an API key
    may do: a key that was revoked opens nothing from then on.

    Authorisers of type TOKEN are not asked about requests without one: API Gateway answers 401 itself. Where a token
    is optional, one of type REQUEST without an identity source judges all of them."""
    if operation.access.strangers:
        return "OptionalAuthorizer"
    remembers = operation.method in READS and operation.access.scope is None
    return "Authorizer" if remembers else "FreshAuthorizer"
