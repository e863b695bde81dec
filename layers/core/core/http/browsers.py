"""What browsers and caches need beside the answer itself: CORS, OPTIONS, HEAD, 405, ETag, security headers.

CORS is without credentials: who calls is said by a bearer token alone, so there is no cookie to protect.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from functools import cache
from hashlib import sha256
from typing import Any

from chalice import Chalice, Response
from chalice.app import Request

from core.settings import BrowserSettings

GUARD = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
READABLE = (
    "Allow, Content-Disposition, ETag, Location, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate,"
    " X-Correlation-Id"
)
SENT = "Accept-Language, Authorization, Content-Type, Idempotency-Key, If-None-Match, X-Correlation-Id"
# The longest that Chrome keeps a preflight's answer.
PREFLIGHT_SECONDS = 7200
NOT_ALLOWED = 405
NOT_MODIFIED = 304
INLINE = re.compile(r"<(?P<kind>script|style)>(?P<content>.*?)</(?P=kind)>", re.DOTALL)
DIRECTIVES = {"script": "script-src", "style": "style-src"}


@cache
def allowed_origins() -> frozenset[str]:
    """The origins of pages that may call; read once."""
    return BrowserSettings().origins


class Browsers:
    """Middleware of a Chalice application; `refuse` answers a method that its path does not have."""

    def __init__(self, app: Chalice, refuse: Callable[[Request], Response]) -> None:
        self._app = app
        self._refuse = refuse

    def __call__(self, request: Request, get_response: Callable[[Request], Response]) -> Response:
        """The answer with everything around it."""
        methods = self._methods(request)
        if request.method == "OPTIONS":
            response = Response("", self._preflight(request, methods), 204)
        elif request.method not in methods:
            response = self._refuse(request)
        else:
            response = _conditional(request, get_response(request))
        if request.method == "OPTIONS" or response.status_code == NOT_ALLOWED:
            response.headers["Allow"] = ", ".join(methods)
        response.headers = {"Cache-Control": "no-store"} | GUARD | response.headers | self._cors(request)
        _vary(response.headers, ["Accept-Encoding", *(["Origin"] if allowed_origins() else [])])
        if request.method == "HEAD":
            response.body = ""
        return response

    def _methods(self, request: Request) -> list[str]:
        return sorted({*self._app.routes[request.context["resourcePath"]], "OPTIONS"})

    def _cors(self, request: Request) -> dict[str, str]:
        if (origin := request.headers.get("origin")) not in allowed_origins():
            return {}
        return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": READABLE}

    def _preflight(self, request: Request, methods: Iterable[str]) -> dict[str, str]:
        if request.headers.get("origin") not in allowed_origins():
            return {}
        return {
            "Access-Control-Allow-Methods": ", ".join(methods),
            "Access-Control-Allow-Headers": SENT,
            "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
        }


def _conditional(request: Request, response: Response) -> Response:
    """A good answer that may be kept gets an ETag; 304 if that is among `If-None-Match` (RFC 9110)."""
    headers = response.headers
    if response.status_code != 200 or headers.get("Cache-Control", "no-store") == "no-store" or "ETag" in headers:
        return response
    # Weak, because API Gateway may compress what it marks.
    tag = headers["ETag"] = f'W/"{sha256(response.body.encode()).hexdigest()[:32]}"'
    known = {each.strip() for each in (request.headers.get("if-none-match") or "").split(",")}
    if not known & {tag, tag.removeprefix("W/"), "*"}:
        return response
    return Response("", {name: value for name, value in headers.items() if name != "Content-Type"}, NOT_MODIFIED)


def _vary(headers: dict[str, Any], names: Iterable[str]) -> None:
    present = [name.strip() for name in str(headers.get("Vary", "")).split(",") if name.strip()]
    headers["Vary"] = ", ".join(dict.fromkeys([*present, *names]))


def content_security_policy(page: str) -> str:
    """Allows only the page's own script and style, and this API; injected code does not run."""
    locked = ("base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'")
    return "; ".join(["default-src 'none'", *inline_hashes(page), "connect-src 'self'", *locked])


def inline_hashes(page: str) -> list[str]:
    """A directive for each script and style that stands in the page itself."""
    return [f"{DIRECTIVES[found['kind']]} {_source(found['content'])}" for found in INLINE.finditer(page)]


def _source(content: str) -> str:
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"
