"""What the clients ask for."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from tests.benchmarks.data import DAYS, first_hour

HOUR = timedelta(hours=1)
RUN = 3000
CUSTOMER = str(UUID(int=1))


@dataclass(frozen=True)
class Asked:
    """A request by its route, as both the handler and the front door can be asked."""

    route: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None

    @property
    def method(self) -> str:
        return self.route.split(" ")[0]

    @property
    def target(self) -> str:
        """Path and query."""
        path = self.route.split(" ")[1].format(**self.path)
        return f"{path}?{urlencode(self.query)}" if self.query else path


Following = Callable[[], Asked]
Make = Callable[[int], Following]
"""What the client of that number asks for, again and again."""


def day(hall: str) -> Make:
    """One day of one hall."""
    return _free("GET /v1/halls/{hall_id}/availability", {"hall_id": hall}, days=1)


def week() -> Make:
    """A week of every hall."""
    return _free("GET /v1/availability", {}, days=7)


def booking(halls: Sequence[str]) -> Make:
    """Each client books the free hours of a hall of its own, one after the other."""
    # Counted where the clients' processes are forked off, so that no later run wants an hour of an earlier one.
    runs = [itertools.count() for _ in halls]

    def make(client: int) -> Following:
        places = itertools.count(next(runs[client]) * RUN)

        def following() -> Asked:
            place = next(places)
            # Spread over the years, as bookings are, and never twice the same.
            return _booking(halls[client], first_hour() + HOUR * (1 + 2 * (place * 6151 % (DAYS * 12))))

        return following

    return make


def slot(hall: str, number: int) -> Asked:
    """The booking that racers want in round `number`: another hour in each."""
    return _booking(hall, first_hour() + HOUR * (1 + 2 * number))


def _free(route: str, path: Mapping[str, str], days: int) -> Make:
    first = first_hour().date() + timedelta(days=30)
    query = {"from": str(first), "to": str(first + timedelta(days=days)), "duration": "60"}
    # What is large is not sent in another way to anybody.
    asked = Asked(route, path, query, {"Accept-Encoding": "gzip"})
    return lambda _client: lambda: asked


def _booking(hall: str, start: datetime) -> Asked:
    body = {"hall_id": hall, "start": start.isoformat(), "end": (start + HOUR).isoformat(), "people": 1}
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
    return Asked("POST /v1/bookings", headers=headers, body=body)
