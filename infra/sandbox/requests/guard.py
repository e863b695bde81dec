"""Requests of other sites' pages are refused: any page may send some to this machine, and with a name of its own that
leads here (DNS rebinding) it could read the answers."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Middleware

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
NAMES = ("127.0.0.1", "localhost", "[::1]")
REFUSAL = {"error": "the sandbox answers to its own address and pages only; --public-url names a further one"}


def own_only(port: int, public_url: str) -> Middleware:
    """Answers requests that name this port of this machine, or the public URL, as Host and as Origin, if there is one.

    A link to a page may be anywhere (Sec-Fetch-Mode: navigate)."""
    hosts = {f"{name}:{port}" for name in NAMES} | {urlsplit(public_url).netloc.lower()}
    origins = {f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts}

    def admits(sent: Mapping[str, str]) -> bool:
        if sent.get("Host", "").lower() not in hosts:
            return False
        if (origin := sent.get("Origin")) is not None:
            return origin in origins
        at_home = sent.get("Sec-Fetch-Site", "none") in ("none", "same-origin")
        return at_home or sent.get("Sec-Fetch-Mode") == "navigate"

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await handler(request) if admits(request.headers) else web.json_response(REFUSAL, status=403)

    return guard
