"""`python -m infra.local.machine.guarded PORT MODULE`: runs a program that serves by Hypercorn, behind a guard.

It runs in LocalStack's environment, too, and therefore imports nothing but Hypercorn.
"""

import runpy
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import hypercorn.asyncio

from infra.local.machine.guard import CONTENT_TYPE, REFUSAL, STATUS, Guard

App = Callable[..., Awaitable[None]]
HEADERS = [(b"content-type", CONTENT_TYPE.encode()), (b"content-length", str(len(REFUSAL)).encode())]


def guarded(app: App, guard: Guard) -> App:
    """The same ASGI application for those that the guard admits."""

    async def answer(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan" or _admitted(guard, scope):
            await app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close"})
        else:
            await send({"type": "http.response.start", "status": STATUS, "headers": HEADERS})
            await send({"type": "http.response.body", "body": REFUSAL})

    return answer


def _admitted(guard: Guard, scope: dict[str, Any]) -> bool:
    # LocalStack has Hypercorn keep the names as they were written.
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    return guard.admits(headers.get)


def main(port: int, module: str) -> None:
    """Become the program; whatever it serves, it serves guarded."""
    guard, serve = Guard.of(port), hypercorn.asyncio.serve

    def serve_guarded(app: Any, *arguments: Any, **options: Any) -> Any:
        return serve(guarded(app, guard), *arguments, **options)

    hypercorn.asyncio.serve = serve_guarded
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
