"""The outbox of mail and SMS, for people and, as JSON, for tests."""

from aiohttp import web

from infra.sandbox.messages.model import Message
from infra.sandbox.messages.query import parse_filter
from infra.sandbox.messages.repository import Messages
from infra.sandbox.messages.segments import segments
from infra.sandbox.pages.render import Renderer

# The mail's own HTML: no scripts, no forms, nothing from elsewhere, no access to these pages.
MAIL_HEADERS = {
    "Content-Security-Policy": "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
JSON_LISTED = 1000


class OutboxPages:
    """`/outbox`, `/outbox/{id}`, `/outbox.json`."""

    def __init__(self, renderer: Renderer, messages: Messages) -> None:
        self._renderer = renderer
        self._messages = messages

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/outbox", self.list),
            web.get("/outbox.json", self.list_json),
            web.get("/outbox/{id}", self.show),
            web.get("/outbox/{id}/html", self.show_html),
        ]

    async def list_json(self, request: web.Request) -> web.Response:
        found = self._messages.find(parse_filter(request.query), JSON_LISTED)
        return web.json_response({"data": [message.public() for message in found]})

    async def show(self, request: web.Request) -> web.Response:
        message = self._find(request)
        if message is None:
            return self._renderer.page(request, "not_found", status=404)
        parts = segments(message.text or "") if message.channel == "sms" else None
        return self._renderer.page(request, "message", message=message, parts=parts)

    async def show_html(self, request: web.Request) -> web.Response:
        message = self._find(request)
        if message is None or message.html is None:
            raise web.HTTPNotFound
        return web.Response(text=message.html, content_type="text/html", charset="utf-8", headers=MAIL_HEADERS)

    async def list(self, request: web.Request) -> web.Response:
        filter_ = parse_filter(request.query)
        messages = self._messages.find(filter_)
        return self._renderer.page(request, "outbox", messages=messages, filter=filter_)

    def _find(self, request: web.Request) -> Message | None:
        return self._messages.get(request.match_info["id"])
