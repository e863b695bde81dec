"""A hall of the tests' own, open round the clock, and its free hours by how soon they are."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.support.system.whole import System
from tests.support.waiting import eventually

HALL = {
    "capacity": 6,
    "opening_hours": [{"weekday": day, "opens": "00:00", "closes": "00:00"} for day in range(1, 8)],
    "country": None,
}
PRICE_PER_HOUR, LOW_PRICE_PER_HOUR, HIGH_PRICE_PER_HOUR = 200_000, 120_000, 310_000
PRICE_PER_PERSON = 30_000
HOURS = 24


class MoneyStudio:
    """Hands out hours that nobody else has been given; any number of threads may ask."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._lock = threading.Lock()
        self._extras: dict[str, str] = {}
        self._hours: dict[tuple[int, int], Iterator[dict[str, Any]]] = {}

    def slot(self, ahead: int = 10, price: int = PRICE_PER_HOUR) -> dict[str, Any]:
        """An hour that begins so many local days from today, for so many kopecks.

        When a hall has none left that day, another hall is built."""
        with self._lock:
            hours = self._hours.setdefault((ahead, price), self._free(ahead, price))
            return next(hours)

    def add_on(self) -> str:
        """Something that costs so much for everybody who comes."""
        wanted = {"name": "Slippers", "unit": "person", "price": {"amount": PRICE_PER_PERSON, "currency": "RUB"}}
        return self._once("add_on", "/v1/add-ons", wanted, "id")

    def free_code(self) -> str:
        """A promo code that leaves nothing to pay."""
        return self._once("code", "/v1/promo-codes", {"code": f"FREE{uuid4().hex[:8].upper()}", "percent": 100}, "code")

    def _once(self, what: str, path: str, wanted: dict[str, Any], name: str) -> str:
        with self._lock:
            if what not in self._extras:
                self._extras[what] = str(self._made(path, wanted)[name])
            return self._extras[what]

    def _free(self, ahead: int, price: int) -> Iterator[dict[str, Any]]:
        midnight = datetime.fromisoformat(f"{self._system.day(ahead)}T00:00:00+03:00")
        while True:
            hall = self._hall(price)
            for hour in range(HOURS):
                start = midnight + timedelta(hours=hour)
                end = start + timedelta(hours=1)
                yield {"hall_id": hall, "start": start.isoformat(), "end": end.isoformat(), "people": 1}

    def _hall(self, price: int) -> str:
        hall = self._made("/v1/halls", HALL | {"name": f"Hall {uuid4()}"})["id"]
        tariff = {"hall_id": hall, "name": "Base", "price_per_hour": {"amount": price, "currency": "RUB"}}
        self._made("/v1/tariffs", tariff)
        return str(hall)

    def _made(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """What staff add, asked for under one key until the database is there: a storm may have begun."""
        key = str(uuid4())

        def added() -> dict[str, Any] | None:
            answer = self._system.manager.request("POST", path, body, Idempotency_Key=key)
            assert answer.status in (201, 503), answer
            return dict(answer.document) if answer.status == 201 else None

        return eventually(added)
