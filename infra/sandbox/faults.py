"""The faults of answers: late, broken or missing, although the work was done."""

import asyncio

from aiohttp import web

from infra.sandbox.knobs import Knobs

# Longer than any client should wait.
SILENCE_SECONDS = 120


class CommitThenErrorError(Exception):
    """Answer with an error though the change is made."""


class Faults:
    """Asks the knobs and does as they say."""

    def __init__(self, knobs: Knobs) -> None:
        self._knobs = knobs

    async def before(self) -> None:
        await asyncio.sleep(self._knobs.milliseconds("latency_ms") / 1000)

    async def after_commit(self, request: web.Request, payment_id: str) -> None:
        """Return if the answer may go out; raises `CommitThenErrorError`, or hangs and drops the connection."""
        if self._knobs.take("error_after_commit", payment_id):
            raise CommitThenErrorError
        if self._knobs.take("timeout_after_commit", payment_id):
            await asyncio.sleep(SILENCE_SECONDS)
            if request.transport:
                request.transport.abort()
