"""Telegram's Bot API at `/telegram`: messages, which go to the outbox, and webhooks."""

import json
import logging
import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from infra.sandbox.clock import system_time
from infra.sandbox.messages.model import Message
from infra.sandbox.messages.repository import Messages
from infra.sandbox.receivers.chats import SECRET, Chats, Hook, takes
from infra.sandbox.receivers.faults import ReceiverFaults
from infra.sandbox.receivers.registry import Option, World
from infra.sandbox.receivers.telegram.markup import MarkupError, plain
from infra.sandbox.receivers.telegram.updates import update
from infra.sandbox.requests.bodies import BodyError, read_form, read_json

log = logging.getLogger("sandbox")
MAX_LENGTH = 4096
RETRY_AFTER = 2
OPTIONS: list[Option] = [Option("telegram-token", "100500:cyclorama")]


class Telegram:
    """One bot."""

    def __init__(self, messages: Messages, faults: ReceiverFaults, chats: Chats, token: str) -> None:
        self._messages = messages
        self._chats = chats
        self._faults = faults
        self._token = token

    def routes(self) -> list[web.RouteDef]:
        own = "/telegram/bot{token}"
        return [
            web.post(f"{own}/sendMessage", self.send),
            web.post(f"{own}/setWebhook", self.subscribe),
            web.post(f"{own}/getWebhookInfo", self.subscription),
            *self._chats.routes(),
        ]

    async def subscribe(self, request: web.Request) -> web.Response:
        """One address gets all updates; it takes the place of the one before."""
        if refusal := await self._refusal(request):
            return refusal
        asked = await _asked(request)
        secret = asked.get("secret_token")
        if not takes(asked.get("url")):
            return _refusal(400, "Bad Request: bad webhook: HTTPS url must be provided for webhook")
        if secret is not None and not (isinstance(secret, str) and SECRET.fullmatch(secret)):
            return _refusal(400, "Bad Request: secret token contains unallowed characters")
        self._chats.set_hooks([Hook(url=asked["url"], secret=secret, kinds=_kinds(asked.get("allowed_updates")))])
        return web.json_response({"ok": True, "result": True, "description": "Webhook was set"})

    async def subscription(self, request: web.Request) -> web.Response:
        if refusal := await self._refusal(request):
            return refusal
        url = next((hook.url for hook in self._chats.hooks()), "")
        result = {"url": url, "has_custom_certificate": False, "pending_update_count": 0}
        return web.json_response({"ok": True, "result": result})

    async def send(self, request: web.Request) -> web.Response:
        if refusal := await self._refusal(request):
            return refusal
        if self._faults.take("telegram_limit"):
            words = f"Too Many Requests: retry after {RETRY_AFTER}"
            return _refusal(429, words, parameters={"retry_after": RETRY_AFTER})
        if self._faults.take("telegram_forbidden"):
            return _refusal(403, "Forbidden: bot was kicked from the supergroup chat")
        return self._send(await _asked(request))

    async def _refusal(self, request: web.Request) -> web.Response | None:
        if await self._faults.is_down():
            return _refusal(500, "Internal Server Error")
        return None if request.match_info["token"] == self._token else _refusal(401, "Unauthorized")

    def _send(self, document: dict[str, Any]) -> web.Response:
        chat, text = str(document.get("chat_id") or ""), str(document.get("text") or "")
        known = self._chats.state(chat) if chat.isdecimal() else "started"
        if known == "none" or (not chat.removeprefix("-").isdecimal() and not chat.startswith("@")):
            # A bot cannot write first; of groups nothing is known here.
            return _refusal(400, "Bad Request: chat not found")
        if known == "blocked":
            return _refusal(403, "Forbidden: bot was blocked by the user")
        try:
            shown = plain(text) if document.get("parse_mode") == "HTML" else text
        except MarkupError as error:
            return _refusal(400, f"Bad Request: can't parse entities: {error}")
        if not shown.strip():
            return _refusal(400, "Bad Request: message text is empty")
        if len(shown) > MAX_LENGTH:
            return _refusal(400, "Bad Request: message is too long")
        message_id, now = secrets.randbelow(10**9) + 1, system_time()
        self._messages.add(
            Message(
                id=f"tg-{message_id}",
                channel="telegram",
                sender=f"bot{self._token.partition(':')[0]}",
                recipients=[chat],
                text=shown,
                html=text if document.get("parse_mode") == "HTML" else None,
                created_at=now,
            )
        )
        log.info("Telegram message %d taken", message_id)
        result = {"message_id": message_id, "date": int(now.timestamp()), "chat": _chat(chat), "text": shown}
        return web.json_response({"ok": True, "result": result})


async def _asked(request: web.Request) -> dict[str, Any]:
    """Arguments as a JSON object or as a form; the real one takes either of all its methods."""
    document = await read_json(request) if "json" in request.content_type else await read_form(request)
    if not isinstance(document, dict):
        raise BodyError("expected a JSON object")
    return document


def _kinds(told: Any) -> list[str]:
    """A list, which a form has as JSON."""
    try:
        return list(json.loads(told) if isinstance(told, str) else told or [])
    except (ValueError, TypeError):
        raise BodyError("allowed_updates: expected a list in JSON") from None


def _chat(name: str) -> dict[str, Any]:
    """A person's, a group's by its number below zero, or a channel's by its name."""
    if name.startswith("@"):
        return {"id": -1_000_000_000_001, "type": "channel", "username": name[1:]}
    return {"id": int(name), "type": "supergroup" if name.startswith("-") else "private"}


def _refusal(status: int, words: str, **more: Any) -> web.Response:
    return web.json_response({"ok": False, "error_code": status, "description": words, **more}, status=status)


def receiver(world: World, values: Mapping[str, str]) -> Telegram:
    chats = Chats(world.database, "telegram", "X-Telegram-Bot-Api-Secret-Token", update)
    return Telegram(world.messages, world.faults, chats, values["telegram_token"])
