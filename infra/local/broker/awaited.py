"""Long polls that end with whoever waits for them."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

App = Callable[..., Coroutine[Any, Any, None]]


def while_awaited(app: App) -> App:
    """The same ASGI application, for requests that wait: it is cancelled when their sender hangs up.

    A queue would otherwise hand its next message to nobody, and hide it from everybody else for minutes."""

    async def answer(scope: dict[str, Any], receive: Any, send: Any) -> None:
        body = [await receive()]
        while body[-1].get("more_body"):
            body.append(await receive())
        # Nothing follows the body but the end of the connection, or of the answer.
        end, parts = asyncio.ensure_future(receive()), iter(body)

        async def part() -> Any:
            return next(parts, None) or await asyncio.shield(end)

        work = asyncio.ensure_future(app(scope, part, send))
        try:
            await asyncio.wait({work, end}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            hung_up = work.cancel()
            end.cancel()
            await asyncio.wait({work, end})
        if not hung_up:
            work.result()

    return answer
