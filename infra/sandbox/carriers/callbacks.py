"""Calls of carriers to whoever gave them messages: what became of one."""

import asyncio
import logging
from collections.abc import Callable

import aiohttp

log = logging.getLogger("sandbox")
TRIES, PAUSE_SECONDS = 4, 1.0
TIMEOUT = aiohttp.ClientTimeout(total=10)


class Callbacks:
    """Posts forms and documents below one URL, each until it is taken, for some seconds."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._going: set[asyncio.Task[None]] = set()

    @property
    def on(self) -> bool:
        return bool(self._url)

    def post(
        self, path: str, body: Callable[[], bytes], content_type: str, headers: dict[str, str] | None = None
    ) -> None:
        """Soon, as whoever calls answers first: what `body` is by then."""
        if not self.on:
            return
        task = asyncio.get_running_loop().create_task(
            self._post(path, body, {"Content-Type": content_type, **(headers or {})})
        )
        self._going.add(task)
        task.add_done_callback(self._going.discard)

    async def _post(self, path: str, body: Callable[[], bytes], headers: dict[str, str]) -> None:
        await asyncio.sleep(PAUSE_SECONDS)
        told = body()
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            for _ in range(TRIES):
                try:
                    async with session.post(self._url + path, data=told, headers=headers) as answer:
                        log.info("a callback to %s was answered with %d", path.partition("?")[0], answer.status)
                        if answer.status < 300:
                            return
                except (aiohttp.ClientError, TimeoutError) as error:
                    log.info("a callback was not taken: %s", type(error).__name__)
                await asyncio.sleep(PAUSE_SECONDS)
