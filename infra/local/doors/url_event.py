"""Function URL events (payload 2.0), and the answers a function may give."""

import base64
import json
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, unquote

from infra.local.doors.request import Request, Response
from infra.local.machine.region import ACCOUNT

TEXT_TYPES = ("text/", "application/json", "application/xml", "application/javascript")
URL_ID = "local"


def build_event(request: Request) -> dict[str, Any]:
    """The event of one request; several values of a header or parameter are joined with commas."""
    query = _joined(parse_qsl(request.query, keep_blank_values=True))
    headers = _joined([(name.lower(), value) for name, value in request.headers])
    cookies = [part.strip() for part in headers.pop("cookie", "").split(";") if part.strip()]
    headers |= {
        "x-forwarded-for": request.source_ip,
        "x-forwarded-port": str(request.port),
        "x-forwarded-proto": "http",
    }
    body, encoded = _body(request, headers.get("content-type", ""))
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": unquote(request.path),
        "rawQueryString": request.query,
        **({"cookies": cookies} if cookies else {}),
        "headers": headers,
        **({"queryStringParameters": query} if query else {}),
        "requestContext": _context(request, headers),
        **({"body": body} if body is not None else {}),
        "isBase64Encoded": encoded,
    }


def _context(request: Request, headers: dict[str, str]) -> dict[str, Any]:
    return {
        "accountId": ACCOUNT,
        "apiId": URL_ID,
        "domainName": headers.get("host", "127.0.0.1"),
        "domainPrefix": URL_ID,
        "http": {
            "method": request.method,
            "path": unquote(request.path),
            "protocol": request.protocol,
            "sourceIp": request.source_ip,
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": request.request_id,
        "routeKey": "$default",
        "stage": "$default",
        "time": request.clf_time,
        "timeEpoch": request.epoch_ms,
    }


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in pairs:
        values[name] = f"{values[name]},{value}" if name in values else value
    return values


def _body(request: Request, content_type: str) -> tuple[str | None, bool]:
    if not request.body:
        return None, False
    # As on AWS, a form counts as binary.
    if content_type.startswith(TEXT_TYPES):
        with suppress(UnicodeDecodeError):
            return request.body.decode(), False
    return base64.b64encode(request.body).decode("ascii"), True


def read_answer(payload: bytes) -> Response:
    """The HTTP response: a document with a `statusCode`, or any other value as a body of its own."""
    answer = json.loads(payload)
    if not isinstance(answer, dict) or "statusCode" not in answer:
        body = answer if isinstance(answer, str) else json.dumps(answer)
        return Response(200, (("Content-Type", "application/json"),), body.encode())
    headers = [(name, str(value)) for name, value in (answer.get("headers") or {}).items()]
    headers += [("Set-Cookie", cookie) for cookie in answer.get("cookies") or []]
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    body = answer.get("body") or ""
    content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    return Response(int(answer["statusCode"]), tuple(headers), content)
