"""Amazon SNS at `/sns`: `Publish` to a number, by the query protocol."""

import re
from collections.abc import Mapping
from uuid import uuid4
from xml.sax.saxutils import escape

from aiohttp import web

from infra.sandbox.carriers.texts import Texts
from infra.sandbox.carriers.world import World
from infra.sandbox.receivers.registry import Option
from infra.sandbox.requests.bodies import read_form

NAME = "sns"
OPTIONS: list[Option] = []
SIGNATURE = "AWS4-HMAC-SHA256 "
NAMESPACE = "http://sns.amazonaws.com/doc/2010-03-31/"
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
MAX_LENGTH = 1600
SENDER = "AWS.SNS.SMS.SenderID"


class Sns:
    """Any signature will do, but there must be one."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._texts = Texts(world, NAME)

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/sns", self.call), web.post("/sns/", self.call)]

    async def call(self, request: web.Request) -> web.Response:
        if self._world.behaviours.take(NAME, "down"):
            return _refusal(503, "ServiceUnavailable", "Service is unavailable")
        if not request.headers.get("Authorization", "").startswith(SIGNATURE):
            return _refusal(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
        form = await read_form(request)
        if form.get("Action") != "Publish":
            return _refusal(400, "InvalidAction", "The sandbox knows Publish alone")
        number, text = form.get("PhoneNumber", ""), form.get("Message", "")
        if not NUMBER.fullmatch(number):
            return _refusal(400, "InvalidParameter", f"Invalid parameter: PhoneNumber Reason: {number} is not valid")
        if not text or len(text) > MAX_LENGTH:
            return _refusal(400, "InvalidParameter", "Invalid parameter: Message")
        if self._world.knobs.take("reject_sms"):
            return _refusal(400, "OptedOut", "The number has opted out")
        if self._world.behaviours.take(NAME, "limited"):
            return _refusal(400, "Throttled", "Rate exceeded")
        if self._world.behaviours.take(NAME, "no_money"):
            return _refusal(400, "Throttled", "No quota left for account")
        self._texts.take(number, text, _attributes(form).get(SENDER, "NOTICE"))
        self._world.hang_up(NAME, request)
        answer = f"<PublishResult><MessageId>{uuid4()}</MessageId></PublishResult>"
        return _xml(200, f'<PublishResponse xmlns="{NAMESPACE}">{answer}{_request()}</PublishResponse>')


def _attributes(form: Mapping[str, str]) -> dict[str, str]:
    names = {key.removesuffix(".Name"): value for key, value in form.items() if key.endswith(".Name")}
    return {value: form.get(f"{key}.Value.StringValue", "") for key, value in names.items()}


def _refusal(status: int, code: str, message: str) -> web.Response:
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    return _xml(status, f'<ErrorResponse xmlns="{NAMESPACE}">{error}<RequestId>{uuid4()}</RequestId></ErrorResponse>')


def _request() -> str:
    return f"<ResponseMetadata><RequestId>{uuid4()}</RequestId></ResponseMetadata>"


def _xml(status: int, text: str) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/xml")


def carrier(world: World, _values: Mapping[str, str]) -> Sns:
    return Sns(world)
