"""The chats of a messenger with a bot, and where it tells of what people do there."""

import json
import logging
import re
import secrets
from collections.abc import Callable
from html import escape
from typing import Any, Literal
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from infra.sandbox.database import Database
from infra.sandbox.requests.bodies import BodyError, first_fault, read_form, read_json

log = logging.getLogger("sandbox")
TIMEOUT = aiohttp.ClientTimeout(total=10)
SECRET = re.compile("[A-Za-z0-9_-]{5,256}")
PAYLOAD = re.compile("[A-Za-z0-9_-]{0,128}")
HERE = frozenset({"127.0.0.1", "localhost", "::1"})
PAGE = """<!doctype html><html lang="ru"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{bot}</title><link rel="stylesheet" href="/static/sandbox.css"><main><h1>@{bot}</h1>{body}</main></html>"""
START = """<form method="post"><input type="hidden" name="chat" value="{chat}">
<button class="primary">Начать · Start</button></form>"""
STARTED = """<p>Чат {chat} · Chat {chat}: {status}</p><p><a href="/outbox?q={chat}">Сообщения · Messages</a></p>"""


class Act(BaseModel):
    """What somebody does in their chat: they start the bot (with the payload of a link or with ""), block it, say
    something, or show a number, their own or another's. `secret` is told instead of the right one."""

    model_config = ConfigDict(extra="forbid", strict=True)

    chat: int = Field(gt=0, lt=2**52)
    start: str | None = None
    stop: bool = False
    text: str | None = None
    contact: str | None = None
    own: bool = True
    forged: bool = False
    """The signature of a contact, where the messenger signs any, is wrong."""
    secret: str | None = None


class Hook(BaseModel):
    """Where updates go."""

    url: str
    secret: str | None = None
    kinds: list[str] = []
    failures: int = 0


class Chats:
    """In the state file. `header` has the secret of updates; `updates` makes the document that tells of an act."""

    def __init__(
        self, database: Database, messenger: str, header: str, updates: Callable[[Act], dict[str, Any]]
    ) -> None:
        self._database = database
        self._messenger = messenger
        self._header = header
        self._updates = updates

    def routes(self) -> list[web.RouteDef]:
        page = f"/{self._messenger}/chat/{{bot}}"
        own = f"/_sandbox/bots/{self._messenger}"
        return [web.get(page, self.show), web.post(page, self.begin), web.post(own, self.act), web.get(own, self.tell)]

    def state(self, chat: str) -> Literal["started", "blocked", "none"]:
        known: Literal["started", "blocked", "none"] = self._known().get(chat, "none")
        return known

    def hooks(self) -> list[Hook]:
        stored = json.loads(self._database.value(f"hooks:{self._messenger}", "[]"))
        return [Hook.model_validate(each) for each in stored]

    def set_hooks(self, hooks: list[Hook]) -> None:
        self._database.set_value(f"hooks:{self._messenger}", json.dumps([each.model_dump() for each in hooks]))

    async def act(self, request: web.Request) -> web.Response:
        """Somebody does something; what the receivers of its news answered."""
        try:
            told = Act.model_validate(await read_json(request))
        except ValidationError as error:
            raise BodyError(": ".join(first_fault(error))) from None
        return web.json_response({"answers": await self._happens(told)})

    async def tell(self, _request: web.Request) -> web.Response:
        """Where updates go."""
        return web.json_response({"hooks": [hook.url for hook in self.hooks()]})

    async def show(self, request: web.Request) -> web.Response:
        """The page behind a link to the bot."""
        return self._page(request, START.format(chat=1 + secrets.randbelow(10**9)))

    async def begin(self, request: web.Request) -> web.Response:
        """The button of that page."""
        form, payload = await read_form(request), request.query.get("start", "")
        if not form.get("chat", "").isdecimal() or not PAYLOAD.fullmatch(payload):
            raise BodyError("chat: expected a number; start: expected letters of links")
        act = Act(chat=int(form["chat"]), start=payload)
        answers = await self._happens(act)
        status = "✓" if answers and all(answer == 200 for answer in answers) else f"✗ {answers}"
        return self._page(request, STARTED.format(chat=act.chat, status=escape(status)))

    async def _happens(self, act: Act) -> list[int | None]:
        known = self._known()
        if act.start is not None:
            known[str(act.chat)] = "started"
        if act.stop:
            known[str(act.chat)] = "blocked"
        self._database.set_value(f"chats:{self._messenger}", json.dumps(known))
        update = self._updates(act)
        return [await self._tell(hook, act, update) for hook in self.hooks()]

    async def _tell(self, hook: Hook, act: Act, update: dict[str, Any]) -> int | None:
        headers = {self._header: act.secret or hook.secret or ""}
        try:
            async with (
                aiohttp.ClientSession(timeout=TIMEOUT) as session,
                session.post(hook.url, json=update, headers=headers) as answer,
            ):
                log.info("an update of %s was answered with %d", self._messenger, answer.status)
                return answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            log.info("an update was not taken: %s", type(error).__name__)
            return None

    def _known(self) -> dict[str, Any]:
        return dict(json.loads(self._database.value(f"chats:{self._messenger}", "{}")))

    @staticmethod
    def _page(request: web.Request, body: str) -> web.Response:
        bot = escape(request.match_info["bot"])
        return web.Response(text=PAGE.format(bot=bot, body=body), content_type="text/html")


def takes(url: Any) -> bool:
    """Whether a messenger calls there: over TLS, on a port that it likes; here also on this machine."""
    if not isinstance(url, str):
        return False
    parts = urlsplit(url)
    return parts.hostname in HERE or (parts.scheme == "https" and parts.port in (None, 443))
