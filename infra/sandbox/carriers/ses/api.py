"""Amazon SES v2 at `/ses`."""

import logging
from collections.abc import Mapping
from uuid import uuid4

from aiohttp import web

from infra.sandbox.carriers.ses.events import Topic, events
from infra.sandbox.carriers.ses.requests import BadRequestError, parse, to_message
from infra.sandbox.carriers.world import World
from infra.sandbox.receivers.registry import Option
from infra.sandbox.requests.bodies import BodyError, read_json

log = logging.getLogger("sandbox")
NAME = "ses"
OPTIONS: list[Option] = [
    Option("mail-events-url", "", "SES tells this queue of SQS what became of mail that names a configuration set")
]
SIGNATURE = "AWS4-HMAC-SHA256 "


class Ses:
    """`SendEmail` of API v2. Any signature will do, but there must be one."""

    def __init__(self, world: World, topic: Topic) -> None:
        self._world = world
        self._topic = topic

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/ses/v2/email/outbound-emails", self.send)]

    async def send(self, call: web.Request) -> web.Response:
        self._world.require_up(NAME)
        if not call.headers.get("Authorization", "").startswith(SIGNATURE):
            return _error(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
        try:
            document = await read_json(call)
        except BodyError as error:
            return _error(400, "SerializationException", str(error))
        try:
            request = parse(document)
            message = to_message(request, f"{uuid4()}-000000", self._world.now())
        except BadRequestError as error:
            return _error(400, "BadRequestException", str(error))
        if self._world.behaviours.take(NAME, "limited"):
            return _error(429, "TooManyRequestsException", "Maximum sending rate exceeded.")
        if self._world.knobs.take("reject_mail"):
            return _error(400, "MessageRejected", "Message contains a virus.")
        self._world.messages.add(message)
        log.info("mail %s taken for %d recipients", message.id, len(message.recipients))
        if request.configuration_set_name:
            bounces = self._world.behaviours.take(NAME, "undelivered")
            for address in message.recipients:
                self._topic.publish(events(message.id, address, message.created_at, bounces=bounces))
        self._world.hang_up(NAME, call)
        return web.json_response({"MessageId": message.id})


def _error(status: int, kind: str, message: str) -> web.Response:
    log.info("mail refused: %s %s", kind, message)
    return web.json_response({"message": message}, status=status, headers={"x-amzn-ErrorType": kind})


def carrier(world: World, values: Mapping[str, str]) -> Ses:
    return Ses(world, Topic(values["mail_events_url"]))
