"""What carriers share."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from aiohttp import web

from infra.sandbox.carriers.behaviour import Behaviours
from infra.sandbox.carriers.callbacks import Callbacks
from infra.sandbox.clock import system_time
from infra.sandbox.database import Database
from infra.sandbox.knobs import Knobs
from infra.sandbox.messages.repository import Messages


@dataclass(frozen=True)
class World:
    """The outbox and how things go wrong."""

    database: Database
    messages: Messages
    knobs: Knobs
    behaviours: Behaviours
    callbacks: Callbacks
    now: Callable[[], datetime] = system_time

    def require_up(self, name: str) -> None:
        """Raises 503 while it is down."""
        if self.behaviours.take(name, "down"):
            raise web.HTTPServiceUnavailable(text="down")

    def hang_up(self, name: str, request: web.Request) -> None:
        """What was done stays done, but nobody is told, if it is so minded."""
        if self.behaviours.take(name, "silent"):
            _abort(request)


def _abort(request: web.Request) -> NoReturn:
    if request.transport:
        request.transport.abort()
    raise web.HTTPInternalServerError
