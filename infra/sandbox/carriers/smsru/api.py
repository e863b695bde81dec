"""SMS.RU at `/smsru`: every number has its own status, and HTTP always says 200."""

import hashlib
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from infra.sandbox.carriers.texts import Text, Texts, normal_number
from infra.sandbox.carriers.world import World
from infra.sandbox.receivers.registry import Option
from infra.sandbox.requests.bodies import read_form

log = logging.getLogger("sandbox")
NAME = "smsru"
OPTIONS = [Option("smsru-api-id", "cyclorama")]
OK, BAD_KEY, NO_MONEY, BAD_NUMBER, NO_TEXT, TOO_LONG, STOPPED, LATER = 100, 200, 201, 202, 203, 205, 207, 220
DELIVERED, UNDELIVERED, NOT_FOUND = 103, 108, -1
TEXTS = {
    BAD_KEY: "Неправильный api_id",
    NO_MONEY: "Не хватает средств на лицевом счету",
    BAD_NUMBER: "Неверный номер получателя, или до него нет маршрута",
    NO_TEXT: "Нет текста сообщения",
    TOO_LONG: "Сообщение слишком длинное",
    STOPPED: "На этот номер нельзя отправлять сообщения",
    LATER: "Сервис временно недоступен, попробуйте чуть позже",
}
MAX_PARTS_LENGTH = 1530
MAX_NUMBERS = 100
MAX_TOLD = 100
"""Statuses in one of its calls."""
BALANCE = 1000.0
PRICE = 3.49
"""Of a part, in roubles."""
FIRST = 10**9
KEYED = re.compile(r"to\[([^\]]*)\]")


@dataclass(frozen=True)
class Outgoing:
    """One number as the shop wrote it, and its text."""

    number: str
    text: str


def outgoing(form: Mapping[str, str]) -> list[Outgoing]:
    """Of a request: `to[number]=text`, or `to=number,number` with `msg`, which `smsru-api` calls `text`."""
    keyed = [Outgoing(match[1], text) for name, text in form.items() if (match := KEYED.fullmatch(name))]
    listed = [number.strip() for number in form.get("to", "").split(",") if number.strip()]
    text = form.get("msg") or form.get("text", "")
    return keyed + [Outgoing(number, text) for number in listed]


def check(message: Outgoing) -> int:
    """The status of one number, as far as it is known beforehand."""
    if normal_number(message.number) is None:
        return BAD_NUMBER
    if not message.text:
        return NO_TEXT
    return TOO_LONG if len(message.text) > MAX_PARTS_LENGTH else OK


class SmsRu:
    """One account."""

    def __init__(self, world: World, api_id: str) -> None:
        self._world = world
        self._texts = Texts(world, NAME)
        self._api_id = api_id
        self._untold: list[str] = []

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/smsru/sms/send", self.send), web.post("/smsru/sms/status", self.status)]

    async def send(self, request: web.Request) -> web.Response:
        form = dict(request.query) | await read_form(request)
        self._world.require_up(NAME)
        document = self._send(form)
        self._world.hang_up(NAME, request)
        return _answer(document, as_json=form.get("json") == "1")

    async def status(self, request: web.Request) -> web.Response:
        """`sms_id`, up to a hundred of them with commas."""
        form = dict(request.query) | await read_form(request)
        self._world.require_up(NAME)
        if form.get("api_id") != self._api_id:
            return _answer(_refusal(BAD_KEY), as_json=True)
        ids = [each.strip() for each in form.get("sms_id", "").split(",")]
        return _answer(
            {"status": "OK", "status_code": OK, "sms": {each: self._told(each) for each in ids}}, as_json=True
        )

    def _send(self, form: Mapping[str, str]) -> dict[str, Any]:
        if form.get("api_id") != self._api_id:
            return _refusal(BAD_KEY)
        if self._world.behaviours.take(NAME, "no_money"):
            return _refusal(NO_MONEY)
        if self._world.behaviours.take(NAME, "limited"):
            return _refusal(LATER)
        messages = outgoing(form)
        if not 1 <= len(messages) <= MAX_NUMBERS:
            return _refusal(STOPPED if messages else BAD_NUMBER)
        test = form.get("test") == "1"
        statuses = {message.number: self._send_one(message, form.get("from", ""), test) for message in messages}
        return {"status": "OK", "status_code": OK, "sms": statuses, "balance": BALANCE}

    def _send_one(self, outgoing: Outgoing, sender: str, test: bool) -> dict[str, Any]:
        code = check(outgoing)
        number = normal_number(outgoing.number)
        if code == OK and self._world.knobs.take("reject_sms"):
            code = STOPPED
        if code != OK or number is None:
            log.info("SMS refused: %d", code)
            return _refusal(code)
        if test:
            return {"status": "OK", "status_code": OK, "sms_id": "000000-0000000"}
        # Where a shop names no sender, the account's own is used.
        taken = self._texts.take(number, outgoing.text, sender or "SMS.RU")
        log.info("SMS %d taken", taken.id)
        self._call_back(taken)
        return {"status": "OK", "status_code": OK, "sms_id": _written(taken.id), "cost": round(PRICE * taken.parts, 2)}

    def _told(self, sms_id: str) -> dict[str, Any]:
        prefix, _, number = sms_id.partition("-")
        known = prefix == "202648" and number.isdecimal() and self._texts.get(int(number) - FIRST)
        if not known:
            return {"status": "ERROR", "status_code": NOT_FOUND, "status_text": "Сообщение не найдено"}
        code = _code(known)
        return {"status": "OK", "status_code": code, "cost": round(PRICE * known.parts, 2), "status_text": ""}

    def _call_back(self, taken: Text) -> None:
        if taken.fate == "forgotten" or not self._world.callbacks.on:
            return
        self._untold.append(f"sms_status\n{_written(taken.id)}\n{_code(taken)}\n{taken.at}")
        if len(self._untold) % MAX_TOLD == 1:
            self._world.callbacks.post("/smsru", self._told_together, "application/x-www-form-urlencoded")

    def _told_together(self) -> bytes:
        """The oldest that nobody was told of yet, in one form."""
        told, self._untold = self._untold[:MAX_TOLD], self._untold[MAX_TOLD:]
        digest = hashlib.sha256((self._api_id + "".join(told)).encode()).hexdigest()
        return urlencode({**{f"data[{place}]": each for place, each in enumerate(told)}, "hash": digest}).encode()


def _written(text_id: int) -> str:
    return f"202648-{FIRST + text_id}"


def _code(text: Text) -> int:
    return DELIVERED if text.fate == "delivered" else UNDELIVERED


def _refusal(code: int) -> dict[str, Any]:
    return {"status": "ERROR", "status_code": code, "status_text": TEXTS[code]}


def _answer(document: dict[str, Any], *, as_json: bool) -> web.Response:
    if as_json:
        return web.json_response(document)
    lines = [document["status_code"], *(s.get("sms_id", s["status_code"]) for s in document.get("sms", {}).values())]
    if "balance" in document:
        lines.append(f"balance={document['balance']}")
    return web.Response(text="\n".join(str(line) for line in lines))


def carrier(world: World, values: Mapping[str, str]) -> SmsRu:
    return SmsRu(world, values["smsru_api_id"])
