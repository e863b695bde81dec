"""People who do not give up while the database, the broker and every process die under their hands."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError
from urllib3.exceptions import HTTPError

from infra.local.client import Answer, Client
from tests.support.stories.money.people import PASSING, TRY_AGAIN_SECONDS, People, Stage
from tests.support.system.whole import Customer
from tests.support.waiting import PATIENCE_SECONDS

T = TypeVar("T")
BOOKINGS = "/v1/bookings"


@dataclass
class Asked:
    """Requests to book by their keys, and the bookings that were made by them."""

    bookings: dict[str, str | None] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, key: str, answer: Answer) -> None:
        with self._lock:
            self.bookings[key] = str(answer.document["id"]) if answer.status == 201 else None


class PatientPeople(People):
    """Repeats a request until somebody answers it."""

    def __init__(self, stage: Stage, customer: Customer, random: Random, asked: Asked) -> None:
        super().__init__(stage, customer, random)
        self._asked = asked

    def act(self, payment: dict[str, Any] | None, action: str, **fields: str) -> str:
        return self._patiently(lambda: super(PatientPeople, self).act(payment, action, **fields))

    def let_hold_run_out(self, booking: dict[str, Any]) -> bool:
        return self._patiently(lambda: super(PatientPeople, self).let_hold_run_out(booking))

    def _certain(self, api: Client, path: str, body: dict[str, Any], key: str) -> Answer:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = api.request("POST", path, body, Idempotency_Key=key)
            code = answer.document.get("code", "") if isinstance(answer.document, dict) else ""
            if answer.status < 500 and code not in PASSING:
                break
            self.stage.journal.note("repeated", f"{answer.status} {code}")
            if time.monotonic() > deadline:
                self.stage.journal.surprise(f"POST {path}: {answer.status} {answer.document} for too long")
                break
            time.sleep(TRY_AGAIN_SECONDS)
        if path == BOOKINGS:
            self._asked.note(key, answer)
        return answer

    def _afflict(self, payment: dict[str, Any]) -> None:
        self._patiently(lambda: super(PatientPeople, self)._afflict(payment))

    def _status(self, query: str, document: dict[str, Any]) -> str:
        return self._patiently(lambda: super(PatientPeople, self)._status(query, document))

    def _patiently(self, do: Callable[[], T]) -> T:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return do()
            # A handshake that broke off comes out of the driver as it is.
            except (DBAPIError, HTTPError, OSError):
                if time.monotonic() > deadline:
                    raise
                self.stage.journal.note("repeated", "nobody there")
                time.sleep(TRY_AGAIN_SECONDS)
