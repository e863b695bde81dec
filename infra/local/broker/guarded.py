"""`python -m infra.local.broker.guarded PORT MODULE [BUCKET ORIGIN,…]`: runs a program that serves by Hypercorn,
behind a guard. What lies in the bucket under photos/ is for all pages to show, and pages of these origins may upload
to it.

It runs in LocalStack's environment, too, and therefore imports nothing but Hypercorn, and ministack where that is it.
"""

import runpy
import sys
from dataclasses import dataclass
from typing import Any

import hypercorn.asyncio

from infra.local.broker.awaited import App, while_awaited
from infra.local.machine.guard import CONTENT_TYPE, LINKS_AND_FILES, REFUSAL, STATUS, Guard

MINISTACK = "ministack"
TARGET, RECEIVE = b"x-amz-target", b"AmazonSQS.ReceiveMessage"
SHOWN, UPLOADED = ("GET", "HEAD"), ("POST", "OPTIONS")
HEADERS = [(b"content-type", CONTENT_TYPE.encode()), (b"content-length", str(len(REFUSAL)).encode())]


@dataclass(frozen=True)
class Shelf:
    """A bucket with a guard of its own. Only requests that can do nothing else come under it."""

    bucket: str
    guard: Guard

    def holds(self, scope: dict[str, Any]) -> bool:
        if scope["type"] != "http" or scope["query_string"]:
            return False
        shown = scope["method"] in SHOWN and scope["path"].startswith(f"/{self.bucket}/photos/")
        return shown or (scope["method"] in UPLOADED and scope["path"] == f"/{self.bucket}")


def guarded(app: App, guard: Guard, shelf: Shelf | None = None) -> App:
    """The same ASGI application for those that the guard admits."""

    polled = while_awaited(app)

    async def answer(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await app(scope, receive, send)
        elif _admitted(shelf.guard if shelf and shelf.holds(scope) else guard, scope):
            await (polled if (TARGET, RECEIVE) in scope["headers"] else app)(scope, receive, send)
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


def main(port: int, module: str, bucket: str = "", origins: str = "") -> None:
    """Become the program; whatever it serves, it serves guarded."""
    guard, serve = Guard.of(port), hypercorn.asyncio.serve
    pages = Guard.of(port, origins=filter(None, origins.split(",")), modes=LINKS_AND_FILES)
    shelf = Shelf(bucket, pages) if bucket else None

    if module == MINISTACK:
        from infra.local.broker.connections import install

        install(guard)

    def serve_guarded(app: Any, *arguments: Any, **options: Any) -> Any:
        return serve(guarded(app, guard, shelf), *arguments, **options)

    hypercorn.asyncio.serve = serve_guarded
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
