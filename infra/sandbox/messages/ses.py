"""The endpoint that SESv2 clients speak to, at `/ses`."""

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from aiohttp import web

from infra.sandbox.clock import system_time
from infra.sandbox.knobs import Knobs
from infra.sandbox.messages.repository import Messages
from infra.sandbox.messages.ses_requests import BadRequestError, parse, to_message
from infra.sandbox.requests.bodies import BodyError, read_json

log = logging.getLogger("sandbox")
SIGNATURE = "AWS4-HMAC-SHA256 "


class Ses:
    """`SendEmail` of API v2. Any signature will do, but there must be one."""

    def __init__(self, messages: Messages, knobs: Knobs, now: Callable[[], datetime] = system_time) -> None:
        self._messages = messages
        self._knobs = knobs
        self._now = now

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/ses/v2/email/outbound-emails", self.send)]

    async def send(self, request: web.Request) -> web.Response:
        if not request.headers.get("Authorization", "").startswith(SIGNATURE):
            return _error(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
        try:
            document = await read_json(request)
        except BodyError as error:
            return _error(400, "SerializationException", str(error))
        try:
            message = to_message(parse(document), f"{uuid4()}-000000", self._now())
        except BadRequestError as error:
            return _error(400, "BadRequestException", str(error))
        if self._knobs.take("reject_mail"):
            return _error(400, "MessageRejected", "Email address is not verified.")
        self._messages.add(message)
        log.info("mail %s taken for %d recipients", message.id, len(message.recipients))
        return web.json_response({"MessageId": message.id})


def _error(status: int, kind: str, message: str) -> web.Response:
    log.info("mail refused: %s %s", kind, message)
    return web.json_response({"message": message}, status=status, headers={"x-amzn-ErrorType": kind})
