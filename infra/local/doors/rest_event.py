"""REST proxy events (payload 1.0): what a function behind API Gateway is given, and what it may answer."""

import base64
import json
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote

from infra.local.doors.policy import API_ID
from infra.local.doors.request import Request, Response
from infra.local.machine.region import ACCOUNT
from infra.local.template.model import Route

DOMAIN = "127.0.0.1"


class MalformedAnswerError(ValueError):
    """The function's answer is no proxy response; API Gateway makes it a 502."""


def build_event(
    request: Request,
    route: Route,
    stage: str,
    parameters: dict[str, str],
    binary_types: Sequence[str],
) -> dict[str, Any]:
    """The event of one request; who sent it is added by the authoriser, if there is one."""
    headers = [*request.headers, *_added_headers(request)]
    query = parse_qsl(request.query, keep_blank_values=True)
    body, encoded = _body(request, binary_types)
    path = unquote(request.path)
    return {
        "resource": route.path,
        "path": path,
        "httpMethod": request.method,
        "headers": dict(headers),
        "multiValueHeaders": _multi(headers),
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _multi(query) or None,
        "pathParameters": parameters or None,
        "stageVariables": None,
        "requestContext": _context(request, route, stage, path),
        "body": body,
        "isBase64Encoded": encoded,
    }


def _context(request: Request, route: Route, stage: str, path: str) -> dict[str, Any]:
    return {
        "accountId": ACCOUNT,
        "apiId": API_ID,
        "resourceId": "local",
        "resourcePath": route.path,
        "httpMethod": request.method,
        "path": f"/{stage}{path}",
        "stage": stage,
        "protocol": request.protocol,
        "domainName": request.header("Host") or DOMAIN,
        "domainPrefix": API_ID,
        "requestId": request.request_id,
        "extendedRequestId": request.request_id,
        "requestTime": request.clf_time,
        "requestTimeEpoch": request.epoch_ms,
        "identity": {"sourceIp": request.source_ip, "userAgent": request.header("User-Agent")},
    }


def _added_headers(request: Request) -> list[tuple[str, str]]:
    return [
        ("X-Forwarded-For", request.source_ip),
        ("X-Forwarded-Port", str(request.port)),
        ("X-Forwarded-Proto", "http"),
    ]


def _multi(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


def _body(request: Request, binary_types: Sequence[str]) -> tuple[str | None, bool]:
    if not request.body:
        return None, False
    kind = (request.header("Content-Type") or "").partition(";")[0].strip()
    if kind in binary_types or "*/*" in binary_types:
        return base64.b64encode(request.body).decode("ascii"), True
    try:
        return request.body.decode(), False
    except UnicodeDecodeError:
        # Nothing is replaced: the function sees the bytes, and refuses what it cannot read.
        return base64.b64encode(request.body).decode("ascii"), True


def read_answer(payload: bytes) -> Response:
    """The HTTP response in a function's answer."""
    try:
        answer = json.loads(payload)
        status = int(answer["statusCode"])
        headers = _answer_headers(answer)
        body = _answer_body(answer.get("body"), bool(answer.get("isBase64Encoded")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MalformedAnswerError(repr(error)) from None
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers = (*headers, ("Content-Type", "application/json"))
    return Response(status, headers, body)


def _answer_headers(answer: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    multiple = answer.get("multiValueHeaders") or {}
    named = {name.lower() for name in multiple}
    # A header in both maps is taken from the one that may have several values.
    single = [(k, str(v)) for k, v in (answer.get("headers") or {}).items() if k.lower() not in named]
    return (*single, *((name, str(value)) for name, values in multiple.items() for value in values))


def _answer_body(body: Any, encoded: bool) -> bytes:
    if body is None:
        return b""
    if not isinstance(body, str):
        raise TypeError("the body must be a string")
    return base64.b64decode(body) if encoded else body.encode()
