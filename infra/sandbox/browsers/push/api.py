"""A push service at `/push` (RFC 8030), and the browsers that it reaches: what they read is in the outbox."""

import json
import logging
import re
import secrets
from urllib.parse import urlsplit

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from infra.sandbox.browsers.push.browser import Browser, UnreadableError
from infra.sandbox.browsers.push.sender import SenderError, check
from infra.sandbox.clock import system_time
from infra.sandbox.database import Database
from infra.sandbox.messages.model import Message
from infra.sandbox.messages.repository import Filter, Messages
from infra.sandbox.requests.bodies import BodyError, first_fault, read_json

log = logging.getLogger("sandbox")
LARGEST = 4096
URGENCIES = ("very-low", "low", "normal", "high")
TOPIC = re.compile("[A-Za-z0-9_-]{1,32}")
SHOWN = ("TTL", "Urgency", "Topic")
PAYLOAD = "Payload"


class Subscribing(BaseModel):
    """A browser subscribes to a server's key."""

    model_config = ConfigDict(extra="forbid", strict=True)

    key: str = Field(max_length=200)


class Behaviour(BaseModel):
    """`status` is answered `times` times (-1 is always)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    status: int = Field(default=201, ge=200, le=599)
    times: int = Field(default=-1, ge=-1)
    retry_after: int | None = Field(default=None, ge=0)


class RefusedError(Exception):
    """What a push service does not take."""

    def __init__(self, status: int, words: str, retry_after: int | None = None) -> None:
        super().__init__(words)
        self.status = status
        self.retry_after = retry_after


class PushService:
    """Reaches each browser that subscribed here, at once."""

    def __init__(self, database: Database, messages: Messages, url: str) -> None:
        """`url` is the sandbox's own."""
        self._database = database
        self._messages = messages
        self._url = url

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/push/{id}", self.push),
            web.post("/_sandbox/push", self.subscribe),
            web.get("/_sandbox/push/{id}", self.show),
            web.put("/_sandbox/push/{id}", self.behave),
            web.delete("/_sandbox/push/{id}", self.unsubscribe),
        ]

    async def subscribe(self, request: web.Request) -> web.Response:
        """What `PushManager.subscribe` gives to a page: an address of this service, and the browser's keys."""
        try:
            browser = Browser.subscribed(Subscribing.model_validate(await read_json(request)).key)
        except ValidationError as error:
            raise BodyError(": ".join(first_fault(error))) from None
        except ValueError:
            raise BodyError("key: expected a point of P-256 in base64url") from None
        name = secrets.token_urlsafe(12)
        self._keep(name, browser)
        told = {"id": name, "endpoint": f"{self._url}/push/{name}", "p256dh": browser.p256dh, "auth": browser.auth}
        return web.json_response(told, status=201)

    async def unsubscribe(self, request: web.Request) -> web.Response:
        """As a browser whose owner has had enough: what is sent there is 410 from now on."""
        name = request.match_info["id"]
        browser = self._browser(name)
        if browser is None:
            raise web.HTTPNotFound
        self._keep(name, browser.model_copy(update={"gone": True}))
        return web.Response(status=204)

    async def show(self, request: web.Request) -> web.Response:
        """What the browser's worker was handed, the newest first."""
        found = self._messages.find(Filter(to=request.match_info["id"], channel="push"))
        return web.json_response({"payloads": [dict(message.headers)[PAYLOAD] for message in found]})

    async def behave(self, request: web.Request) -> web.Response:
        try:
            behaviour = Behaviour.model_validate(await read_json(request))
        except ValidationError as error:
            raise BodyError(": ".join(first_fault(error))) from None
        self._database.set_value(f"push-behaviour:{request.match_info['id']}", behaviour.model_dump_json())
        return web.json_response(behaviour.model_dump())

    async def push(self, request: web.Request) -> web.Response:
        try:
            number = self._take(request.match_info["id"], request, await request.read())
        except RefusedError as refusal:
            log.info("a push message was refused: %d %s", refusal.status, refusal)
            headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
            return web.json_response({"error": str(refusal)}, status=refusal.status, headers=headers)
        return web.Response(status=201, headers={"Location": f"{self._url}/outbox/{number}"})

    def _take(self, name: str, request: web.Request, body: bytes) -> str:
        browser = self._browser(name)
        if browser is None:
            raise RefusedError(404, "nobody subscribed by this address")
        if browser.gone:
            raise RefusedError(410, "the browser has unsubscribed")
        self._misbehave(name)
        _check_headers(request)
        parts = urlsplit(self._url)
        try:
            origin = f"{parts.scheme}://{parts.netloc}"
            check(request.headers.get("Authorization"), browser.key, origin, system_time().timestamp())
        except SenderError as error:
            raise RefusedError(error.status, str(error)) from None
        if len(body) > LARGEST:
            raise RefusedError(413, f"more than {LARGEST} bytes")
        try:
            return self._deliver(name, request, browser.read(body))
        except UnreadableError as error:
            # A real one cannot see it: the browser would drop the message.
            raise RefusedError(400, str(error)) from None

    def _deliver(self, name: str, request: web.Request, text: bytes) -> str:
        """What waits under the same topic would be replaced; here the browser has read it, and its tag replaces it."""
        try:
            told = json.loads(text)
            title, body = str(told["title"]), str(told["body"])
        except (ValueError, KeyError, TypeError):
            raise UnreadableError("the page's worker would not understand it") from None
        number = f"push-{name}-{told.get('tag') or secrets.token_urlsafe(12)}"
        headers = [(each, request.headers[each]) for each in SHOWN if each in request.headers]
        message = Message(
            id=number,
            channel="push",
            sender=str(urlsplit(self._url).hostname),
            recipients=[name],
            subject=title,
            text="\n".join(filter(None, [body, told.get("link")])),
            headers=[*headers, (PAYLOAD, text.decode())],
            created_at=system_time(),
        )
        self._messages.replace(message)
        return number

    def _misbehave(self, name: str) -> None:
        """As it was told to; uses up one of a limited number."""
        kept = f"push-behaviour:{name}"
        told = Behaviour.model_validate_json(self._database.value(kept, "{}"))
        if told.times == 0 or told.status < 300:
            return
        if told.times > 0:
            self._database.set_value(kept, told.model_copy(update={"times": told.times - 1}).model_dump_json())
        raise RefusedError(told.status, "as it was told to", told.retry_after)

    def _browser(self, name: str) -> Browser | None:
        kept = self._database.value(f"push:{name}", "")
        return Browser.model_validate_json(kept) if kept else None

    def _keep(self, name: str, browser: Browser) -> None:
        self._database.set_value(f"push:{name}", browser.model_dump_json())


def _check_headers(request: web.Request) -> None:
    """RFC 8030, 5.2 to 5.4; `RefusedError`."""
    told = request.headers
    if not told.get("TTL", "").isdecimal():
        raise RefusedError(400, "TTL is missing, or no number of seconds")
    if told.get("Content-Encoding") != "aes128gcm":
        raise RefusedError(400, "Content-Encoding is not aes128gcm")
    if told.get("Urgency", "normal") not in URGENCIES:
        raise RefusedError(400, f"Urgency is none of {', '.join(URGENCIES)}")
    if "Topic" in told and not TOPIC.fullmatch(told["Topic"]):
        raise RefusedError(400, "Topic has other letters than base64url, or more than 32")
