"""MAX's Bot API at `/max`: the bot, its messages, which go to the outbox, and its subscriptions."""

import logging
import re
import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from infra.sandbox.clock import system_time
from infra.sandbox.messages.model import Message
from infra.sandbox.messages.repository import Messages
from infra.sandbox.receivers.chats import SECRET, Chats, Hook, takes
from infra.sandbox.receivers.faults import ReceiverFaults
from infra.sandbox.receivers.max.bodies import Body
from infra.sandbox.receivers.max.updates import update
from infra.sandbox.receivers.registry import Option, World
from infra.sandbox.receivers.telegram.markup import MarkupError
from infra.sandbox.requests.bodies import BodyError, first_fault, read_json

log = logging.getLogger("sandbox")
OPTIONS: list[Option] = [Option("max-token", "cyclorama-max-token")]
NUMBER = re.compile("-?[0-9]{1,19}")
BOT = {"user_id": 100500, "first_name": "Cyclorama", "username": "cyclorama_bot", "is_bot": True}


class MaxRefusalError(Exception):
    """What MAX answers instead."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.answer = web.json_response({"code": code, "message": message}, status=status)


class Max:
    """One bot."""

    def __init__(self, messages: Messages, faults: ReceiverFaults, chats: Chats, token: str) -> None:
        self._messages = messages
        self._chats = chats
        self._faults = faults
        self._token = token

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/max/messages", self.send),
            web.get("/max/me", self.me),
            web.get("/max/subscriptions", self.subscriptions),
            web.post("/max/subscriptions", self.subscribe),
            web.delete("/max/subscriptions", self.unsubscribe),
            *self._chats.routes(),
        ]

    async def subscriptions(self, request: web.Request) -> web.Response:
        try:
            await self._require_bot(request)
        except MaxRefusalError as refusal:
            return refusal.answer
        shown = [{"url": hook.url, "time": 0, "update_types": hook.kinds} for hook in self._chats.hooks()]
        return web.json_response({"subscriptions": shown})

    async def subscribe(self, request: web.Request) -> web.Response:
        """Another address is told, too."""
        try:
            await self._require_bot(request)
            hook = _hook(await read_json(request))
        except (MaxRefusalError, BodyError) as refused:
            return refused.answer if isinstance(refused, MaxRefusalError) else _malformed(str(refused)).answer
        self._chats.set_hooks([*(each for each in self._chats.hooks() if each.url != hook.url), hook])
        return web.json_response({"success": True})

    async def unsubscribe(self, request: web.Request) -> web.Response:
        try:
            await self._require_bot(request)
        except MaxRefusalError as refusal:
            return refusal.answer
        self._chats.set_hooks([each for each in self._chats.hooks() if each.url != request.query.get("url")])
        return web.json_response({"success": True})

    async def me(self, request: web.Request) -> web.Response:
        try:
            await self._require_bot(request)
        except MaxRefusalError as refusal:
            return refusal.answer
        return web.json_response(BOT)

    async def send(self, request: web.Request) -> web.Response:
        try:
            await self._require_bot(request)
            kind, whom = _recipient(request)
            self._require_chat(kind, whom)
            if self._faults.take("max_denied"):
                raise MaxRefusalError(403, "chat.denied", "error.dialog.suspended")
            return web.json_response({"message": self._sent(kind, whom, await _body(request))})
        except MaxRefusalError as refusal:
            return refusal.answer

    async def _require_bot(self, request: web.Request) -> None:
        """`MaxRefusalError` for whoever is no bot, and while it is down or has too much."""
        if await self._faults.is_down():
            raise MaxRefusalError(500, "internal.error", "Internal server error")
        # The token stands in the header alone, without a scheme.
        if request.headers.get("Authorization") != self._token or "access_token" in request.query:
            raise MaxRefusalError(401, "verify.token", "Invalid access_token")
        if self._faults.take("max_limit"):
            raise MaxRefusalError(429, "too.many.requests", "Too many requests")

    def _require_chat(self, kind: str, whom: str) -> None:
        """A bot cannot write first; of groups nothing is known here."""
        if kind != "chat_id" or whom.startswith("-"):
            return
        known = self._chats.state(whom)
        if known == "none":
            raise MaxRefusalError(404, "dialog.not.found", f"Dialog {whom} not found")
        if known == "blocked":
            raise MaxRefusalError(403, "chat.denied", "error.dialog.suspended")

    def _sent(self, kind: str, whom: str, body: Body) -> dict[str, Any]:
        shown, now, mid = _shown(body), system_time(), f"mid.{secrets.token_hex(16)}"
        self._messages.add(
            Message(
                id=mid,
                channel="max",
                sender=BOT["username"],
                recipients=[whom],
                text=shown,
                html=body.text if body.format == "html" else None,
                created_at=now,
            )
        )
        log.info("MAX message %s taken", mid)
        group = kind == "chat_id" and whom.startswith("-")
        return {
            "sender": BOT,
            "recipient": {kind: int(whom), "chat_type": "chat" if group else "dialog"},
            "timestamp": int(now.timestamp() * 1000),
            "body": {"mid": mid, "seq": secrets.randbelow(10**9), "text": shown, "attachments": body.kept()},
        }


def _recipient(request: web.Request) -> tuple[str, str]:
    """Which of the two it is, and the id."""
    told = [(kind, request.query[kind]) for kind in ("user_id", "chat_id") if kind in request.query]
    if len(told) != 1:
        raise MaxRefusalError(400, "proto.payload", "Unknown recipient")
    ((kind, whom),) = told
    if not NUMBER.fullmatch(whom):
        raise MaxRefusalError(400, "proto.payload", f"Invalid {kind}")
    if whom in ("0", "-0"):
        raise MaxRefusalError(404, "chat.not.found", f"Chat {whom} not found")
    return kind, whom


def _hook(asked: Any) -> Hook:
    told = asked if isinstance(asked, dict) else {}
    secret, kinds = told.get("secret"), told.get("update_types") or []
    if not takes(told.get("url")):
        raise _malformed("url: HTTPS on port 443 is needed")
    if secret is not None and not (isinstance(secret, str) and SECRET.fullmatch(secret)):
        raise _malformed("secret: does not match")
    if not (isinstance(kinds, list) and all(isinstance(each, str) for each in kinds)):
        raise _malformed("update_types: expected a list")
    return Hook(url=told["url"], secret=secret, kinds=kinds)


def _malformed(words: str) -> MaxRefusalError:
    return MaxRefusalError(400, "proto.payload", words)


async def _body(request: web.Request) -> Body:
    try:
        return Body.model_validate(await read_json(request))
    except BodyError as error:
        raise MaxRefusalError(400, "proto.payload", str(error)) from None
    except ValidationError as error:
        raise MaxRefusalError(400, "proto.payload", ": ".join(first_fault(error))) from None


def _shown(body: Body) -> str:
    try:
        shown = body.shown()
    except MarkupError as error:
        raise MaxRefusalError(400, "proto.payload", f"text: {error}") from None
    if not shown.strip():
        raise MaxRefusalError(400, "proto.payload", "text: must not be empty")
    return shown


def receiver(world: World, values: Mapping[str, str]) -> Max:
    token = values["max_token"]
    chats = Chats(world.database, "max", "X-Max-Bot-Api-Secret", lambda act: update(act, token))
    return Max(world.messages, world.faults, chats, token)
