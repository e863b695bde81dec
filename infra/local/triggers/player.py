"""Who plays a recipe: staff and new customers, whose requests are told one by one, all under one correlation id."""

import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit
from uuid import uuid4

from infra.local.client import Answer, Client
from infra.local.machine.errors import LocalError
from infra.local.plan.endpoints import Endpoints
from shared_schemas.providers import PROVIDERS

T = TypeVar("T")
Shown = dict[str, Any]
PASSWORD = "cyclorama"  # noqa: S105 - of demo accounts on a local system
PATIENCE_SECONDS = 240
"""What gateways do not tell is found by polls, which come by the minute."""
FIRST_DAY, LAST_DAY = 6, 50
"""Far enough ahead that the studio's terms still let a client change anything."""
QUARTER = timedelta(minutes=15)
RETURN_URL = "https://studio.example/thanks"


@dataclass
class Teller(Client):
    """A client that tells of each request."""

    say: Callable[[str], None] = print

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        answer = super().request(method, path, body, **headers)
        self.say(f"{method} {path} → {answer.status}")
        return answer

    def ask(self, route: str, body: Any = None) -> Any:
        """The answer to `PATCH /v1/…`, which must succeed."""
        method, path = route.split()
        return self._expect(self.request(method, path, body, Idempotency_Key=str(uuid4())), method, path)

    def signed_in(self, address: Shown) -> "Teller":
        """The same as the owner of an account."""
        return replace(self, token=self.post("/v1/tokens", address)["access_token"])


@dataclass
class Person:
    """A customer, signed in."""

    api: Teller
    email: str


@dataclass
class Player:
    """One play; `say` gets a line for each thing that is done."""

    endpoints: Endpoints
    say: Callable[[str], None]
    correlation_id: str = field(default_factory=lambda: f"trigger-{uuid4()}")

    def __post_init__(self) -> None:
        headers = {"Accept-Language": "en", "X-Correlation-Id": self.correlation_id}
        self.nobody = Teller(self.endpoints.api_url, headers=headers, say=self.say)
        self.sandbox = Teller(self.endpoints.sandbox_url, say=self.say)
        self._staff: dict[str, Teller] = {}

    @property
    def admin(self) -> Teller:
        return self._as("admin")

    @property
    def manager(self) -> Teller:
        return self._as("manager")

    def _as(self, name: str) -> Teller:
        if name not in self._staff:
            who = {"email": f"{name}@cyclorama.test", "password": PASSWORD}
            self._staff[name] = self.nobody.signed_in(who)
        return self._staff[name]

    def customer(self) -> Person:
        """Somebody new."""
        email = f"{uuid4().hex[:12]}@example.test"
        told = {"email": email, "phone": self.phone(), "full_name": "Alice Example", "password": PASSWORD}
        self.nobody.post("/v1/accounts", told | {"locale": "en", "consent": True})
        return Person(self.nobody.signed_in({"email": email, "password": PASSWORD}), email)

    def phone(self) -> str:
        return f"+7900{random.randrange(10**7):07}"  # noqa: S311 - nobody's

    def slot(self, hours: int = 1) -> Shown:
        """A free time in the hall that is open round the clock, with as much free after it."""
        hall = self._halls()[-1]
        day = self.endpoints.now().date() + timedelta(days=random.randint(FIRST_DAY, LAST_DAY))  # noqa: S311
        asked = f"from={day}&to={day + timedelta(days=2)}&duration={hours * 120}"
        days = self.nobody.get(f"/v1/halls/{hall}/availability?{asked}")["days"]
        starts = [start for each in days for start in each["starts"]]
        if not starts:
            raise LocalError(f"Nothing is free around {day}: try again, or `make reset`")
        start = random.choice(starts)  # noqa: S311
        return {"hall_id": hall, "start": start, "end": later(start, hours), "people": 1}

    def book(self, person: Person, slot: Shown | None = None) -> Shown:
        return dict(person.api.ask("POST /v1/bookings", slot or self.slot()))

    def start_payment(self, person: Person, booking: Shown, **fields: str) -> Shown:
        body = {"booking_id": booking["id"], "provider": PROVIDERS[0], "return_url": RETURN_URL}
        return dict(person.api.ask("POST /v1/payments", body | fields))

    def finish(self, payment: Shown, action: str = "pay") -> None:
        """What the payer does on the gateway's page."""
        self.say(f"the payer chooses “{action}” at {payment['confirmation_url']}")
        self.sandbox.form(payment["confirmation_url"], action=action)

    def make_fail(self, payment: Shown, knob: str) -> None:
        """Have the sandbox do it wrong, once, for this payment."""
        gateway_id = urlsplit(payment["confirmation_url"]).path.rsplit("/", 1)[-1]
        self.sandbox.ask(f"PUT /_sandbox/payments/{gateway_id}/knobs", {knob: 1})

    def confirmed(self, person: Person | None = None) -> tuple[Person, Shown]:
        """A booking that is paid for."""
        person = person or self.customer()
        booking = self.book(person)
        self.finish(self.start_payment(person, booking))
        return person, self.booking_with(person.api, booking, "status", "confirmed")

    def booking_with(self, api: Client, booking: Shown, name: str, value: str) -> Shown:
        """The booking, once it says so."""

        def look() -> Shown | None:
            shown: Shown = Client(api.base_url, api.token).get(f"/v1/bookings/{booking['id']}")
            return shown if shown[name] == value else None

        return self.wait(f"the booking's {name} to be {value}", look)

    def visit_now(self, *, begun: bool) -> Shown:
        """A confirmed visit around now: staff book for somebody at the door; one that has `begun`, or is about to."""
        guest = {"full_name": "Bob Example", "phone": self.phone()}
        for hall, start in self._around_now(begun):
            asked = {"hall_id": hall, "start": start.isoformat(), "end": later(start.isoformat(), 1), "people": 1}
            order = asked | {"guest": guest, "override_reason": "a real event is wanted"}
            answer = self.manager.request("POST", "/v1/bookings", order, Idempotency_Key=str(uuid4()))
            if answer.status == 201:
                booking: Shown = answer.document
                path = f"/v1/bookings/{booking['id']}/confirm"
                return dict(self.manager.ask(f"POST {path}", {"reason": "pays at the desk"}))
        raise LocalError("Every hall is taken around now: try again in an hour, or `make reset`")

    def _around_now(self, begun: bool) -> Iterator[tuple[str, datetime]]:
        now = self.endpoints.now()
        floor = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
        steps = [floor - QUARTER * back for back in range(96)] if begun else [floor + QUARTER * n for n in (1, 2, 3)]
        yield from ((hall, start) for start in steps for hall in self._halls())

    def _halls(self) -> list[str]:
        """Their ids, the one that is open round the clock last."""
        found = self.nobody.get("/v1/halls")["data"]
        always = [hall for hall in found if hall["opening_hours"][0]["opens"].startswith("00:00")]
        return [hall["id"] for hall in [*(hall for hall in found if hall not in always), *always]]

    def secret_mailed(self, to: str, pattern: str) -> str:
        """What a mail or SMS tells its reader: the part of it that the pattern has in brackets."""

        def look() -> str | None:
            sent = Client(self.endpoints.sandbox_url).get(f"/outbox.json?to={quote(to)}")["data"]
            texts = [mail["text"] for mail in sent if mail["to"].lstrip("+") == to.lstrip("+")]
            found = [match[1] for text in texts if (match := re.search(pattern, text))]
            return found[0] if found else None

        return self.wait(f"the message to {to}", look)

    def wait(self, what: str, look: Callable[[], T | None]) -> T:
        """`LocalError` if it does not come."""
        self.say(f"… waiting for {what}")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if (found := look()) is not None:
                return found
            time.sleep(0.2)
        raise LocalError(f"{what}: it did not happen within {PATIENCE_SECONDS} s; see the logs")


def later(instant: str, hours: int) -> str:
    return (datetime.fromisoformat(instant) + timedelta(hours=hours)).isoformat()


def money(rubles: int) -> Shown:
    return {"amount": rubles * 100, "currency": "RUB"}
