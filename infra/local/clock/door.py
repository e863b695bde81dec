"""`GET` and `POST /_runtime/clock`, on the operator's port and behind its guard."""

import json
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from aiohttp import web

from infra.local.clock.moving import ClockError, Mover

PATH = "/_runtime/clock"
EXPECTED = 'Expected {"to": "<an instant with its offset from UTC>"}'


class ClockDoor:
    """Shows the clock and moves it; `busy` counts what functions have under way."""

    def __init__(self, mover: Mover, busy: Callable[[], int]) -> None:
        self._mover = mover
        self._busy = busy

    def now(self) -> datetime:
        """The system's time."""
        return self._mover.now()

    def routes(self) -> list[web.RouteDef]:
        return [web.get(PATH, self._show), web.post(PATH, self._move)]

    async def _show(self, _request: web.Request) -> web.Response:
        return web.json_response(self._document())

    async def _move(self, request: web.Request) -> web.Response:
        try:
            to = _instant(json.loads(await request.read())["to"])
        except (ValueError, TypeError, KeyError, OverflowError):
            return _refusal(HTTPStatus.BAD_REQUEST, EXPECTED)
        try:
            ran = await self._mover.move(to)
        except ClockError as error:
            return _refusal(HTTPStatus.CONFLICT, str(error))
        return web.json_response(self._document() | {"ran": ran})

    def _document(self) -> dict[str, Any]:
        shift = self._mover.shift.total_seconds()
        return {"now": self.now().isoformat(), "shift_seconds": shift, "busy": self._busy()}


def _instant(text: str) -> datetime:
    to = datetime.fromisoformat(text)
    if to.tzinfo is None:
        raise ValueError("an instant needs an offset")
    return to


def _refusal(status: HTTPStatus, words: str) -> web.Response:
    return web.json_response({"error": words}, status=status)
