"""Answers what goes wrong in a gateway's own words."""

import logging
from collections.abc import Callable
from typing import Any, Protocol

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from infra.sandbox.faults import Faults

log = logging.getLogger("sandbox")


class Refusal(Protocol):
    """An error in the shape of a gateway."""

    code: str

    @property
    def status(self) -> int: ...
    def body(self) -> dict[str, Any]: ...


def answering(faults: Faults, refusal_of: Callable[[Exception], Refusal | None]) -> Middleware:
    """Latency first, and errors as JSON; what `refusal_of` does not know is raised."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        await faults.before()
        try:
            return await handler(request)
        except Exception as error:
            refusal = refusal_of(error)
            if refusal is None:
                raise
            log.info("%s %s refused: %s %s", request.method, request.path, refusal.code, refusal)
            return web.json_response(refusal.body(), status=refusal.status)

    return middleware
