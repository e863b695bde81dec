"""SMSC.ru at `/smsc`: `send.php` and `status.php` with `fmt=3`; HTTP always says 200."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web

from infra.sandbox.carriers.texts import Text, Texts, normal_number
from infra.sandbox.carriers.world import World
from infra.sandbox.receivers.registry import Option
from infra.sandbox.requests.bodies import read_form

NAME = "smsc"
OPTIONS = [Option("smsc-login", "cyclorama"), Option("smsc-password", "cyclorama"), Option("smsc-secret", "cyclorama")]
ERRORS = {
    1: "parameters error",
    2: "authorise error",
    3: "no money",
    7: "invalid number",
    8: "can't to deliver",
    9: "duplicate request, wait a minute",
}
MAX_LENGTH = 1000
OWN_ID = re.compile(r"[1-9][0-9]{0,9}")
GUARD = timedelta(minutes=1)
PRICE = 4.0
NOT_FOUND, DELIVERED, IMPOSSIBLE = -3, 1, 20
NAMES = {DELIVERED: "Доставлено", IMPOSSIBLE: "Невозможно доставить"}
MOSCOW = ZoneInfo("Europe/Moscow")


class Smsc:
    """One account; its setting for callbacks leads to us."""

    def __init__(self, world: World, login: str, password: str, secret: str) -> None:
        self._world = world
        self._texts = Texts(world, NAME)
        self._login, self._password, self._secret = login, password, secret

    def routes(self) -> list[web.RouteDef]:
        return [
            way(path, handler)
            for path, handler in (("/smsc/send.php", self.send), ("/smsc/status.php", self.status))
            for way in (web.post, partial(web.get, allow_head=False))
        ]

    async def send(self, request: web.Request) -> web.Response:
        form = dict(request.query) | await read_form(request)
        self._world.require_up(NAME)
        document = self._send(form)
        self._world.hang_up(NAME, request)
        return web.json_response(document)

    async def status(self, request: web.Request) -> web.Response:
        form = dict(request.query) | await read_form(request)
        self._world.require_up(NAME)
        if error := self._fault(form):
            return web.json_response(_refusal(error))
        # A comma ends each of several, the last one, too.
        phones, ids = (form.get(name, "").removesuffix(",").split(",") for name in ("phone", "id"))
        numbers = [normal_number(phone) for phone in phones]
        if None in numbers or not all(ids) or len(ids) != len(phones):
            return web.json_response(_refusal(1))
        told = [self._told(str(number), own, form) for number, own in zip(numbers, ids, strict=True)]
        return web.json_response(told if "," in form["id"] else told[0])

    def _told(self, number: str, own: str, form: Mapping[str, str]) -> dict[str, Any]:
        found = next((each for each in self._texts.to(number) if own in (each.own, str(each.id))), None)
        if found is None:
            return {"status": NOT_FOUND}
        told: dict[str, Any] = {"status": _status(found), "last_timestamp": found.at}
        if form.get("all") not in {"1", "2"}:
            return told
        at = datetime.fromtimestamp(found.at, MOSCOW).strftime("%d.%m.%Y %H:%M:%S")
        return told | {
            "id": own, "phone": number.removeprefix("+"), "message": found.text,
            "cost": f"{PRICE * found.parts:.2f}", "status_name": NAMES[told["status"]],
            "last_date": at, "send_date": at, "send_timestamp": found.at,
        }  # fmt: skip

    def _fault(self, form: Mapping[str, str]) -> int | None:
        if form.get("fmt") != "3" or form.get("charset") != "utf-8":
            return 1
        return None if (form.get("login"), form.get("psw")) == (self._login, self._password) else 2

    def _send(self, form: Mapping[str, str]) -> dict[str, Any]:
        number, text, own = normal_number(form.get("phones", "")), form.get("mes", ""), form.get("id", "")
        error = self._fault(form) or self._refused(number, text, own)
        if error or number is None:
            return _refusal(error or 7)
        if form.get("cost") == "1":
            return {"cost": f"{PRICE:.2f}", "cnt": 1}
        taken = self._texts.take(number, text, form.get("sender", "SMSC.RU"), own)
        self._call_back(taken)
        cost = {"cost": f"{PRICE * taken.parts:.2f}"} if form.get("cost") == "2" else {}
        return {"id": int(own) if own else taken.id, "cnt": taken.parts, **cost}

    def _refused(self, number: str | None, text: str, own: str) -> int | None:
        if not text or len(text) > MAX_LENGTH or (own and not OWN_ID.fullmatch(own)):
            return 1
        if number is None:
            return 7
        if self._world.behaviours.take(NAME, "no_money"):
            return 3
        if self._world.knobs.take("reject_sms"):
            return 8
        since = (self._world.now() - GUARD).timestamp()
        again = any(each.text == text and each.at > since for each in self._texts.to(number))
        return 9 if again or self._world.behaviours.take(NAME, "limited") else None

    def _call_back(self, taken: Text) -> None:
        if taken.fate == "forgotten":
            return
        known, phone, status = taken.own or str(taken.id), taken.number.removeprefix("+"), _status(taken)
        told = f"{known}:{phone}:{status}:{self._secret}".encode()
        form = {"id": known, "phone": phone, "status": str(status), "ts": str(taken.at), "err": "0"}
        form["sha1"] = hashlib.sha1(told, usedforsecurity=False).hexdigest()
        form["md5"] = hashlib.md5(told, usedforsecurity=False).hexdigest()
        self._world.callbacks.post("/smsc", urlencode(form).encode, "application/x-www-form-urlencoded")


def _status(text: Text) -> int:
    return DELIVERED if text.fate == "delivered" else IMPOSSIBLE


def _refusal(code: int) -> dict[str, Any]:
    return {"error": ERRORS[code], "error_code": code}


def carrier(world: World, values: Mapping[str, str]) -> Smsc:
    return Smsc(world, values["smsc_login"], values["smsc_password"], values["smsc_secret"])
