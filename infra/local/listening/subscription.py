"""The subscription of one run, made and ended through the API by an administrator."""

import os
from collections.abc import Sequence
from typing import Any

import psutil

from infra.local.client import Client

ADMIN = {"email": "admin@cyclorama.test", "password": "cyclorama"}
PATH = "/v1/webhook-subscriptions"
DESCRIPTION = "make listen, process "
UNAUTHORIZED = 401


class Staff:
    """An administrator who signs in again when the token has run out: people listen for hours."""

    def __init__(self, api_url: str) -> None:
        self._nobody = Client(api_url)
        self._api = self._nobody.sign_in(**ADMIN)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The answer, or None where it was refused."""
        answer = self._api.request(method, path, body)
        if answer.status == UNAUTHORIZED:
            self._api = self._nobody.sign_in(**ADMIN)
            answer = self._api.request(method, path, body)
        return answer.document if 200 <= answer.status < 300 else None

    def post(self, path: str, body: Any) -> Any:
        """The answer; `UnexpectedAnswerError` with the reason where it was refused."""
        return self._api.post(path, body)


class Subscription:
    """Calls of these types to this address."""

    def __init__(self, staff: Staff, url: str, types: Sequence[str]) -> None:
        self._staff = staff
        self._end_orphans()
        asked = {"url": url, "event_types": list(types), "description": f"{DESCRIPTION}{os.getpid()}"}
        made = staff.post(PATH, asked)
        self.id, self.secret = made["id"], made["secret"]

    def end(self) -> None:
        self._staff.ask("DELETE", f"{PATH}/{self.id}")

    def _end_orphans(self) -> None:
        """Of runs that were killed: calls to nobody would be repeated for days."""
        for each in self._staff.ask("GET", f"{PATH}?limit=200")["data"]:
            process = each["description"].removeprefix(DESCRIPTION)
            if process != each["description"] and process.isdecimal() and not psutil.pid_exists(int(process)):
                self._staff.ask("DELETE", f"{PATH}/{each['id']}")
