"""What both builds are asked to do, over HTTP alone: bookings that are paid, and reads."""

import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from infra.local.client import Client
from infra.local.machine.aws import local_client
from tests.benchmarks import load, race
from tests.benchmarks.requests import Make
from tests.support.booking.whole_studio import UNLIMITED, policy

PASSWORD = "cyclorama"
HALLS, CLIENTS = 100, 8
PATIENCE = 300
QUIET, LOOK_SECONDS = 3, 2.0
"""How often in a row nothing may be in any queue; looking costs the broker something itself, so it is done seldom."""


def somebody(api_url: str) -> Client:
    """A new client with addresses of their own."""
    email, phone = f"{uuid4().hex[:12]}@example.test", f"+79{secrets.randbelow(10**9):09}"
    account = {"email": email, "phone": phone, "full_name": "Beside", "password": PASSWORD, "consent": True}
    Client(api_url).post("/v1/accounts", account | {"locale": "ru"})
    return Client(api_url).sign_in(email, PASSWORD)


class Work:
    """One system's client, staff and queues."""

    def __init__(self, endpoints: dict[str, Any]) -> None:
        self.api_url = str(endpoints["api_url"])
        self.client = Client(self.api_url).sign_in("client@cyclorama.test", PASSWORD)
        self._manager = Client(self.api_url).sign_in("manager@cyclorama.test", PASSWORD)
        self._sqs = local_client("sqs", endpoints["aws_endpoint"])
        self._queues = list(self._sqs.list_queues(MaxResults=1000).get("QueueUrls", []))
        self._lift_limits()
        price = {"amount": 150_000, "currency": "RUB"}
        self._manager.post("/v1/tariffs", {"name": "Beside", "price_per_hour": price, "priority": 100})
        self.halls = [self._make_hall(number) for number in range(HALLS)]
        # Bookings of one client wait for each other: what it holds unpaid has a limit.
        self._tokens = [somebody(self.api_url).token or "" for _ in range(CLIENTS)]
        self._next = 0

    def book(self, count: int) -> list[dict[str, Any]]:
        """Hours of halls that are open round the clock, one booking after the other."""
        return [self.client.post("/v1/bookings", self._slot(), Idempotency_Key=str(uuid4())) for _ in range(count)]

    def pay(self, booking: dict[str, Any]) -> None:
        """At the sandbox's page; what follows is the pipeline's."""
        body = {"booking_id": booking["id"], "provider": "yookassa", "return_url": "https://studio.example/thanks"}
        payment = self.client.post("/v1/payments", body, Idempotency_Key=str(uuid4()))
        self.client.form(payment["confirmation_url"], action="pay")

    def drained(self) -> None:
        """Wait until every message has been handled."""
        deadline, quiet = time.monotonic() + PATIENCE, 0
        while quiet < QUIET:
            if time.monotonic() > deadline:
                raise RuntimeError("the queues are never empty")
            quiet = 0 if self._waiting() else quiet + 1
            time.sleep(LOOK_SECONDS)

    def loaded(self, make: Make, seconds: float) -> float:
        """How many requests a second succeed, of several clients that ask one after the other."""
        return load.measure(self.api_url, self._tokens, make, CLIENTS, seconds).per_second

    def race(self, rounds: int, first: int = 0) -> float:
        """Milliseconds within which 99 of 100 answers come where sixteen want one hour, another one in each round."""
        token, hall = self.client.token or "", self.halls[CLIENTS]
        found = race.run(self.api_url, token, hall, rounds, lambda: None, first)
        return found.p99_ms

    def week(self) -> float:
        """Milliseconds for a week of all halls, page after page."""
        first = datetime.now(UTC).date() + timedelta(days=30)
        begin = time.perf_counter()
        cursor: str | None = ""
        while cursor is not None:
            path = f"/v1/availability?from={first}&to={first + timedelta(days=7)}&duration=60"
            answer = self.client.get(path + (f"&cursor={cursor}" if cursor else ""))
            cursor = answer.get("next_cursor") if isinstance(answer, dict) else None
        return (time.perf_counter() - begin) * 1000

    def _slot(self) -> dict[str, Any]:
        self._next += 1
        # The first are those of the clients that are measured together, and of the race.
        free = self.halls[CLIENTS + 1 :]
        hall = free[self._next % len(free)]
        midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        start = midnight + timedelta(days=20, hours=2 * (self._next // len(free)))
        end = start + timedelta(hours=1)
        return {"hall_id": hall, "start": start.isoformat(), "end": end.isoformat(), "people": 1}

    def _waiting(self) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = 0
        for url in self._queues:
            if not url.rpartition("/")[2].lower().endswith(("dead", "dlq", "dead-letters")):
                told = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
                found += sum(int(told[name]) for name in names)
        return found

    def _make_hall(self, number: int) -> str:
        hours = [{"weekday": day, "opens": "00:00", "closes": "00:00"} for day in range(1, 8)]
        hall = {"name": f"Beside {number} {uuid4().hex[:6]}", "capacity": 5, "opening_hours": hours}
        return str(self._manager.post("/v1/halls", hall | {"horizon_days": 1100, "country": None})["id"])

    def _lift_limits(self) -> None:
        """What one client may hold is limited, in builds that have such limits."""
        if "max_unpaid_holds" in self._manager.get("/v1/policy"):
            self._manager.put("/v1/policy", policy(**UNLIMITED))
