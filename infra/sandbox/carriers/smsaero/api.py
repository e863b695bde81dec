"""SMS Aero's API v2 at `/smsaero/v2`: documents by POST, Basic authorisation."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from infra.sandbox.carriers.texts import Text, Texts, normal_number
from infra.sandbox.carriers.world import World
from infra.sandbox.receivers.registry import Option
from infra.sandbox.requests.bodies import BodyError, read_json

NAME = "smsaero"
SIGNS = ("SMS Aero", "Cyclorama")
OPTIONS = [Option("smsaero-email", "studio@cyclorama.test"), Option("smsaero-key", "cyclorama")]
SHORTEST, LONGEST = 2, 640
PRICE = 5.49
QUEUE, DELIVERED, UNDELIVERED = 0, 1, 2
WORDS = {QUEUE: "queue", DELIVERED: "delivery", UNDELIVERED: "undelivery"}
PAGE = 50


class SmsAero:
    """One account with approved signs."""

    def __init__(self, world: World, email: str, key: str) -> None:
        self._world = world
        self._texts = Texts(world, NAME)
        self._authorization = "Basic " + base64.b64encode(f"{email}:{key}".encode()).decode()

    def routes(self) -> list[web.RouteDef]:
        handlers = {"sms/send": self._send, "sms/status": self._status, "sms/list": self._list}
        return [web.post(f"/smsaero/v2/{path}", self._answering(path, each)) for path, each in handlers.items()]

    def _answering(self, path: str, handler: Any) -> Any:
        async def answer(request: web.Request) -> web.Response:
            self._world.require_up(NAME)
            if request.headers.get("Authorization") != self._authorization:
                return _refusal(401, "Your request was made with invalid credentials.")
            document = await read_json(request)
            if not isinstance(document, dict):
                raise BodyError("expected a JSON object")
            answered: web.Response = handler(document)
            if path == "sms/send":
                self._world.hang_up(NAME, request)
            return answered

        return answer

    def _send(self, document: dict[str, Any]) -> web.Response:
        if self._world.behaviours.take(NAME, "limited"):
            return _refusal(429, "Too many requests.")
        if self._world.behaviours.take(NAME, "no_money"):
            return web.json_response({"result": "no credits"})
        if self._world.knobs.take("reject_sms"):
            return web.json_response({"result": "reject", "reason": "rejected by the sandbox"})
        number, text, sign = normal_number(str(document.get("number", ""))), document.get("text"), document.get("sign")
        faults = {}
        if number is None:
            faults["number"] = ["The number is wrong."]
        if not isinstance(text, str) or not SHORTEST <= len(text) <= LONGEST:
            faults["text"] = ["The text is too short or too long."]
        if sign not in SIGNS:
            faults["sign"] = ["The sign is not approved."]
        if faults:
            return _refusal(400, "Validation error.", faults)
        taken = self._texts.take(str(number), str(text), str(sign), json.dumps(document.get("callbackUrl", "")))
        # What it costs is a number here and a text in a list.
        return _ok(_document(taken, QUEUE) | {"cost": round(PRICE * taken.parts, 2)})

    def _status(self, document: dict[str, Any]) -> web.Response:
        wanted = document.get("id")
        found = self._texts.get(wanted) if isinstance(wanted, int) else None
        return _ok(_document(found, _code(found))) if found else _refusal(404, "Not found.")

    def _list(self, document: dict[str, Any]) -> web.Response:
        number = normal_number(str(document.get("number", "")))
        found = [each for each in self._texts.to(number or "") if document.get("text") in (None, each.text)][:PAGE]
        listed: dict[str, Any] = {str(at): _document(each, _code(each)) for at, each in enumerate(found)}
        return _ok({**listed, "links": {"self": "/v2/sms/list?page=1"}, "totalCount": str(len(found))})


def _code(text: Text) -> int:
    return DELIVERED if text.fate == "delivered" else UNDELIVERED


def _document(text: Text, status: int) -> dict[str, Any]:
    return {
        "id": text.id,
        "from": "SMS Aero",
        "number": text.number.removeprefix("+"),
        "text": text.text,
        "status": status,
        "extendStatus": WORDS[status],
        "channel": "FREE SIGN",
        "cost": f"{PRICE * text.parts:.2f}",
        "dateCreate": text.at,
        "dateSend": text.at,
    }


def _ok(data: dict[str, Any]) -> web.Response:
    return web.json_response({"success": True, "data": data, "message": None})


def _refusal(status: int, message: str, data: dict[str, Any] | None = None) -> web.Response:
    return web.json_response({"success": False, "data": data, "message": message}, status=status)


def carrier(world: World, values: Mapping[str, str]) -> SmsAero:
    return SmsAero(world, values["smsaero_email"], values["smsaero_key"])
