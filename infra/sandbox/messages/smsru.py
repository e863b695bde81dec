"""sms.ru's `sms/send`, at `/smsru`: every number has its own status, and HTTP always says 200."""

import logging
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from infra.sandbox.clock import system_time
from infra.sandbox.knobs import Knobs
from infra.sandbox.messages.model import Message
from infra.sandbox.messages.repository import Messages
from infra.sandbox.requests.bodies import read_form

log = logging.getLogger("sandbox")
OK, BAD_KEY, BAD_NUMBER, NO_TEXT, TOO_LONG, STOPPED = 100, 200, 202, 203, 205, 207
TEXTS = {
    BAD_KEY: "Неправильный api_id",
    BAD_NUMBER: "Неверный номер получателя, или до него нет маршрута",
    NO_TEXT: "Нет текста сообщения",
    TOO_LONG: "Сообщение слишком длинное",
    STOPPED: "На этот номер нельзя отправлять сообщения",
}
MAX_LENGTH = 1530
MAX_NUMBERS = 100
BALANCE = 1000.0
KEYED = re.compile(r"to\[([^\]]*)\]")


@dataclass(frozen=True)
class Outgoing:
    """One number as the shop wrote it, and its text."""

    number: str
    text: str


def outgoing(form: Mapping[str, str]) -> list[Outgoing]:
    """The messages of a request: `to[number]=text`, or `to=number,number` with `msg`."""
    keyed = [Outgoing(match[1], text) for name, text in form.items() if (match := KEYED.fullmatch(name))]
    listed = [number.strip() for number in form.get("to", "").split(",") if number.strip()]
    return keyed + [Outgoing(number, form.get("msg", "")) for number in listed]


def normal_number(number: str) -> str | None:
    """The number in E.164, or None; a Russian one may begin with 8."""
    digits = re.sub(r"[ ()+-]", "", number)
    if not re.fullmatch(r"[1-9][0-9]{9,14}", digits):
        return None
    return f"+7{digits[1:]}" if len(digits) == 11 and digits[0] == "8" else f"+{digits}"


def check(message: Outgoing) -> int:
    """The status of one number, as far as it is known beforehand."""
    if normal_number(message.number) is None:
        return BAD_NUMBER
    if not message.text:
        return NO_TEXT
    return TOO_LONG if len(message.text) > MAX_LENGTH else OK


class SmsRu:
    """One account at sms.ru."""

    def __init__(
        self, messages: Messages, knobs: Knobs, api_id: str, now: Callable[[], datetime] = system_time
    ) -> None:
        self._messages = messages
        self._knobs = knobs
        self._api_id = api_id
        self._now = now

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/smsru/sms/send", self.send)]

    async def send(self, request: web.Request) -> web.Response:
        form = dict(request.query) | await read_form(request)
        return _answer(self._send(form), as_json=form.get("json") == "1")

    def _send(self, form: Mapping[str, str]) -> dict[str, Any]:
        if form.get("api_id") != self._api_id:
            return _refusal(BAD_KEY)
        messages = outgoing(form)
        if not 1 <= len(messages) <= MAX_NUMBERS:
            return _refusal(STOPPED if messages else BAD_NUMBER)
        test = form.get("test") == "1"
        statuses = {message.number: self._send_one(message, form.get("from", ""), test) for message in messages}
        return {"status": "OK", "status_code": OK, "sms": statuses, "balance": BALANCE}

    def _send_one(self, outgoing: Outgoing, sender: str, test: bool) -> dict[str, Any]:
        code = check(outgoing)
        number = normal_number(outgoing.number)
        if code == OK and self._knobs.take("reject_sms"):
            code = STOPPED
        if code != OK or number is None:
            log.info("SMS refused: %d", code)
            return _refusal(code)
        sms_id = f"{self._now():%Y%W}-{secrets.randbelow(9 * 10**9) + 10**9}"
        if not test:
            # Where a shop names no sender, sms.ru uses the account's own.
            message = Message(
                id=sms_id,
                channel="sms",
                sender=sender or "SMS.RU",
                recipients=[number],
                text=outgoing.text,
                created_at=self._now(),
            )
            self._messages.add(message)
            log.info("SMS %s taken", sms_id)
        return {"status": "OK", "status_code": OK, "sms_id": sms_id}


def _refusal(code: int) -> dict[str, Any]:
    return {"status": "ERROR", "status_code": code, "status_text": TEXTS[code]}


def _answer(document: dict[str, Any], *, as_json: bool) -> web.Response:
    if as_json:
        return web.json_response(document)
    lines = [document["status_code"], *(s.get("sms_id", s["status_code"]) for s in document.get("sms", {}).values())]
    if "balance" in document:
        lines.append(f"balance={document['balance']}")
    return web.Response(text="\n".join(str(line) for line in lines))
