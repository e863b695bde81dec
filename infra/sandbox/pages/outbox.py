"""The outbox of mail and SMS, for people and, as JSON, for tests."""

import re
from base64 import b64decode
from urllib.parse import quote

from aiohttp import web
from markupsafe import Markup, escape

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
FILE_HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
KNOWN_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
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
            web.get(r"/outbox/{id}/attachments/{number:\d+}", self.download),
        ]

    async def list_json(self, request: web.Request) -> web.Response:
        found = self._messages.find(parse_filter(request.query), JSON_LISTED)
        return web.json_response({"data": [message.public() for message in found]})

    async def show(self, request: web.Request) -> web.Response:
        message = self._find(request)
        if message is None:
            return self._renderer.page(request, "not_found", status=404)
        parts = segments(message.text or "") if message.channel == "sms" else None
        text = linked(message.text or "")
        return self._renderer.page(request, "message", message=message, parts=parts, linked=text)

    async def show_html(self, request: web.Request) -> web.Response:
        message = self._find(request)
        if message is None or message.html is None:
            raise web.HTTPNotFound
        return web.Response(text=message.html, content_type="text/html", charset="utf-8", headers=MAIL_HEADERS)

    async def download(self, request: web.Request) -> web.Response:
        """An attached file, to be saved: nothing of it is shown here."""
        message, number = self._find(request), int(request.match_info["number"])
        if message is None or number >= len(message.attachments):
            raise web.HTTPNotFound
        file = message.attachments[number]
        if file.data is None:
            raise web.HTTPNotFound
        name = quote(file.name)
        headers = {**FILE_HEADERS, "Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        content_type = file.content_type if KNOWN_TYPE.fullmatch(file.content_type) else "application/octet-stream"
        return web.Response(body=b64decode(file.data), content_type=content_type, headers=headers)

    async def list(self, request: web.Request) -> web.Response:
        filter_ = parse_filter(request.query)
        messages = self._messages.find(filter_)
        return self._renderer.page(request, "outbox", messages=messages, filter=filter_)

    def _find(self, request: web.Request) -> Message | None:
        return self._messages.get(request.match_info["id"])


def linked(text: str) -> Markup:
    """The text with its links to be pressed, as phones and mail programs show it."""
    whole, last = Markup(), 0
    for found in LINK.finditer(text):
        whole += escape(text[last : found.start()])
        whole += Markup('<a href="{0}" target="_blank" rel="noreferrer">{0}</a>').format(found[0])
        last = found.end()
    return whole + escape(text[last:])
