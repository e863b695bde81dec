"""Receivers of webhooks at `/hooks/{name}`: as many as anybody likes, each answers as it was told to."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from infra.sandbox.clock import system_time
from infra.sandbox.database import Database
from infra.sandbox.messages.query import QueryError
from infra.sandbox.receivers.registry import Option, World
from infra.sandbox.receivers.webhooks.signatures import Verdict, verdict
from infra.sandbox.requests.bodies import BodyError, read_json

LISTED = 200
SIGNATURE = "Cyclorama-Signature"
MAX_DELAY = 120_000
OPTIONS: list[Option] = []


class Behaviour(BaseModel):
    """`status` is answered `times` times (-1 is always) and 200 after; `delay_ms` passes before every answer."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    secrets: list[str] = Field(default_factory=list, max_length=5)
    status: int = Field(default=200, ge=200, le=599)
    times: int = Field(default=-1, ge=-1)
    location: str | None = None
    delay_ms: int = Field(default=0, ge=0, le=MAX_DELAY)


class Call(BaseModel):
    """What came in, and what was thought of it."""

    received_at: str
    headers: dict[str, str]
    body: str
    signature: Verdict
    answered: int


class Hooks:
    """The receivers, their calls, and how they are to behave."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/hooks/{name}", self.receive),
            web.get("/_sandbox/hooks/{name}", self.show),
            web.put("/_sandbox/hooks/{name}", self.behave),
        ]

    async def receive(self, request: web.Request) -> web.Response:
        name, body, now = request.match_info["name"], await request.read(), system_time()
        behaviour = self._take(name)
        call = Call(
            received_at=now.isoformat(),
            headers=dict(request.headers),
            body=body.decode(errors="replace"),
            signature=verdict(request.headers.get(SIGNATURE), body, behaviour.secrets, now.timestamp()),
            answered=behaviour.status,
        )
        # Noted before the answer: what the caller gives up waiting for did arrive.
        statement = "INSERT INTO hook_calls (name, document) VALUES (?, ?)"
        self._database.execute(statement, (name, call.model_dump_json()))
        await asyncio.sleep(behaviour.delay_ms / 1000)
        headers = {"Location": behaviour.location} if behaviour.location else {}
        return web.json_response({"answered": behaviour.status}, status=behaviour.status, headers=headers)

    async def show(self, request: web.Request) -> web.Response:
        """The newest calls first; `before` goes on from `next_before`."""
        name, before = request.match_info["name"], request.query.get("before", str(2**62))
        if not before.isdecimal():
            raise QueryError("before: expected a whole number")
        rows = self._database.execute(
            "SELECT seq, document FROM hook_calls WHERE name = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
            (name, int(before), LISTED),
        ).fetchall()
        calls = [json.loads(row["document"]) for row in rows]
        following = rows[-1]["seq"] if len(rows) == LISTED else None
        behaviour: Any = self._behaviour(name).model_dump(exclude={"secrets"})
        return web.json_response({"behaviour": behaviour, "calls": calls, "next_before": following})

    async def behave(self, request: web.Request) -> web.Response:
        """Replace how it behaves; what the body does not name goes back to its default."""
        try:
            behaviour = Behaviour.model_validate(await read_json(request))
        except ValidationError as error:
            first = error.errors()[0]
            raise BodyError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
        self._set(request.match_info["name"], behaviour)
        return web.json_response(behaviour.model_dump(exclude={"secrets"}))

    def _take(self, name: str) -> Behaviour:
        """How to behave this time; uses up one of a limited number."""
        behaviour = self._behaviour(name)
        if behaviour.times == 0:
            return behaviour.model_copy(update={"status": 200, "location": None})
        if behaviour.times > 0:
            self._set(name, behaviour.model_copy(update={"times": behaviour.times - 1}))
        return behaviour

    def _behaviour(self, name: str) -> Behaviour:
        return Behaviour.model_validate_json(self._database.value(f"hook:{name}", "{}"))

    def _set(self, name: str, behaviour: Behaviour) -> None:
        self._database.set_value(f"hook:{name}", behaviour.model_dump_json())


def receiver(world: World, _values: Mapping[str, str]) -> Hooks:
    return Hooks(world.database)
