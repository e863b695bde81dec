"""API Gateway's own answers, rendered from the template's gateway responses."""

import json
import re
from collections.abc import Iterator, Mapping

from infra.local.doors.request import Request, Response
from infra.local.template.model import GatewayResponse

# The status, the text, and what the response falls back to when the template does not shape it.
KINDS: dict[str, tuple[int, str, str]] = {
    "MISSING_AUTHENTICATION_TOKEN": (403, "Missing Authentication Token", "DEFAULT_4XX"),
    "UNAUTHORIZED": (401, "Unauthorized", "DEFAULT_4XX"),
    "ACCESS_DENIED": (403, "User is not authorized to access this resource", "DEFAULT_4XX"),
    "WAF_FILTERED": (403, "Forbidden", "DEFAULT_4XX"),
    "THROTTLED": (429, "Too Many Requests", "DEFAULT_4XX"),
    "REQUEST_TOO_LARGE": (413, "Request Too Long", "DEFAULT_4XX"),
    "AUTHORIZER_FAILURE": (500, "Internal server error", "DEFAULT_5XX"),
    "AUTHORIZER_CONFIGURATION_ERROR": (500, "Internal server error", "DEFAULT_5XX"),
    "INTEGRATION_FAILURE": (502, "Internal server error", "DEFAULT_5XX"),
    "INTEGRATION_TIMEOUT": (504, "Endpoint request timed out", "DEFAULT_5XX"),
}
STANDARD = GatewayResponse(templates={"application/json": '{"message":$context.error.messageString}'})
REPEATED = "method.request.header."
VARIABLE = re.compile(r"\$context\.([A-Za-z.]+[A-Za-z])")


def refuse(
    kind: str, request: Request, stage: str, responses: Mapping[str, GatewayResponse], message: str | None = None
) -> Response:
    """The response of that type to this request."""
    status, standard_message, fallback = KINDS[kind]
    shape = responses.get(kind) or responses.get(fallback) or STANDARD
    text = message or standard_message
    variables = {
        "requestId": request.request_id,
        "extendedRequestId": request.request_id,
        "path": f"/{stage}{request.path}",
        "httpMethod": request.method,
        "stage": stage,
        "requestTime": request.clf_time,
        "requestTimeEpoch": str(request.epoch_ms),
        "identity.sourceIp": request.source_ip,
        "error.message": text,
        "error.messageString": json.dumps(text),
        "error.responseType": kind,
    }
    content_type, template = _choose(shape.templates or STANDARD.templates, request.header("Accept") or "")
    body = VARIABLE.sub(lambda match: variables.get(match.group(1), ""), template)
    headers = {"Content-Type": content_type, "x-amzn-ErrorType": kind, "x-amzn-RequestId": request.request_id}
    # Header names differ in case only by taste.
    own = {name.title(): value for name, value in _headers(shape, request)}
    return Response(shape.status or status, tuple({**headers, **own}.items()), body.encode())


def _headers(shape: GatewayResponse, request: Request) -> Iterator[tuple[str, str]]:
    """The response's own headers; some repeat one of the request, where there is one."""
    for name, value in shape.headers.items():
        sent = request.header(value.removeprefix(REPEATED)) if value.startswith(REPEATED) else value
        if sent is not None:
            yield name, sent


def _choose(templates: Mapping[str, str], accept: str) -> tuple[str, str]:
    wanted = [part.partition(";")[0].strip() for part in accept.split(",")]
    chosen = next((kind for kind in wanted if kind in templates), None)
    if chosen is None:
        chosen = "application/json" if "application/json" in templates else next(iter(templates))
    return chosen, templates[chosen]
