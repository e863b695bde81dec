"""The whole system as a test drives it: over HTTP, as customers and staff."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, create_engine, make_url, text

from core.tokens import USERS, sign, verify
from infra.local.client import Client
from infra.local.machine.aws import local_client
from infra.local.plan.endpoints import Endpoints
from infra.local.testing.system import LocalSystem
from tests.support.keys import FixedKeys
from tests.support.system.environment import GENEROUS

ROOT = Path(__file__).parents[3]
MOSCOW = ZoneInfo("Europe/Moscow")
PASSWORD = "cyclorama"


@dataclass
class System:
    """A running Cyclorama with its demo studio."""

    local: LocalSystem
    endpoints: Endpoints = field(init=False)
    manager: Client = field(init=False)
    _lambdas: Any = field(init=False)
    _slots: Iterator[dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.endpoints = self.local.endpoints
        self._lambdas = local_client("lambda", self.endpoints.lambda_endpoint)
        self.manager = Client(self.api_url).sign_in("manager@cyclorama.test", PASSWORD)
        self._slots = self._free_slots()

    @property
    def api_url(self) -> str:
        return self.endpoints.api_url

    def __getattr__(self, name: str) -> str:
        """`booking_url` and so on: a service's own door."""
        service, _, suffix = name.rpartition("_")
        if suffix != "url" or service not in self.endpoints.service_urls:
            raise AttributeError(name)
        return self.endpoints.service_urls[service]

    def customer(self) -> "Customer":
        """Somebody new, signed in. To a phone that nobody has confirmed only a dozen messages a day go out: it is
        nobody else's."""
        email, phone = f"{uuid4().hex[:12]}@example.test", f"+7926{uuid4().int % 10**7:07}"
        api = Client(self.api_url)
        account = {"email": email, "phone": phone, "full_name": "Test Customer", "password": PASSWORD}
        api.post("/v1/accounts", account | {"locale": "en", "consent": True})
        return Customer(api.sign_in(email, PASSWORD), email, phone)

    def day(self, ahead: int) -> str:
        return (datetime.now(MOSCOW) + timedelta(days=ahead)).date().isoformat()

    def starts(self, hall_id: str, day: str) -> list[str]:
        """The moments at which a booking of an hour may start on a local day."""
        following = (datetime.fromisoformat(day) + timedelta(days=1)).date()
        path = f"/v1/halls/{hall_id}/availability?from={day}&to={following}&duration=60"
        return list(Client(self.api_url).get(path)["days"][0]["starts"])

    def slot(self) -> dict[str, Any]:
        """A free hour that no other test has."""
        return next(self._slots)

    def slot_of_a_day_ahead(self) -> dict[str, Any]:
        """A free hour within 24 hours, but nearer to them than to the start."""
        hall, least = self._round_the_clock_hall(), datetime.now(UTC) + timedelta(hours=14)
        starts = (start for day in (0, 1) for start in self.starts(hall, self.day(day)))
        return _hour(hall, next(start for start in starts if datetime.fromisoformat(start) > least))

    def _round_the_clock_hall(self) -> str:
        halls = Client(self.api_url).get("/v1/halls")["data"]
        return next(str(hall["id"]) for hall in halls if hall["opening_hours"][0]["opens"].startswith("00:00"))

    def _free_slots(self) -> Iterator[dict[str, Any]]:
        hall = self._round_the_clock_hall()
        for ahead in range(3, 60):
            for start in self.starts(hall, self.day(ahead))[::4]:
                yield _hour(hall, start)

    def messages(self, customer: "Customer", words: str) -> list[dict[str, Any]]:
        """The customer's mail and SMS that contain `words`, the newest first."""
        mine = [one for to in (customer.email, customer.phone) for one in self.outbox(to)]
        mine.sort(key=lambda message: str(message["created_at"]), reverse=True)
        return [m for m in mine if words in f"{m.get('subject')} {m['text']}"]

    def outbox(self, to: str) -> list[dict[str, Any]]:
        """What came to an address or a number, the newest first. By now that is little of all that was sent."""
        found = Client(self.endpoints.sandbox_url).get(f"/outbox.json?to={quote(to)}")["data"]
        return [message for message in found if message["to"].lstrip("+") == to.lstrip("+")]

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Invoke a function as its trigger would; raises if it fails."""
        answer = self._lambdas.invoke(FunctionName=function, Payload=json.dumps(event))
        payload = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, payload
        return payload

    def hasten(self, job: str) -> None:
        """Have a job run now as its schedule has it run, which would be later; nobody waits for it."""
        event = json.dumps(self.schedule_event())
        self._lambdas.invoke(FunctionName=job, InvocationType="Event", Payload=event)

    def schedule_event(self) -> dict[str, Any]:
        """What EventBridge sends when a schedule is due."""
        return dict(json.loads((ROOT / "events" / "schedule_reminders.json").read_text()))

    def sql(self, statement: str, **parameters: Any) -> None:
        """A change that only time could make, made at once by the database's administrator."""
        with self.database() as engine, engine.begin() as connection:
            connection.execute(text(statement), parameters)

    @contextmanager
    def database(self) -> Iterator[Engine]:
        """The database as its administrator."""
        url = make_url(self.endpoints.database_url).set(drivername="postgresql+pg8000")
        engine = create_engine(url, connect_args={"ssl_context": False, "timeout": 30})
        try:
            yield engine
        finally:
            engine.dispose()

    def let_hold_run_out(self, booking: dict[str, Any]) -> None:
        """Its time is over; that the booking has expired is the next thing that a job makes of it."""
        self.sql("UPDATE booking.bookings SET hold_expires_at = now() WHERE id = :id", id=booking["id"])

    def expire(self, booking: dict[str, Any]) -> None:
        """The same, and the job comes at once."""
        self.let_hold_run_out(booking)
        self.hasten("BookingExpireHolds")

    def token_like(self, token: str, lifetime: timedelta) -> str:
        """One of the same session, signed with the system's own key, of any lifetime."""
        secrets = local_client("secretsmanager", self.endpoints.aws_endpoint)
        names = [s["Name"] for s in secrets.list_secrets(MaxResults=100)["SecretList"]]
        users = next(name for name in names if "users" in name.lower())
        key = secrets.get_secret_value(SecretId=users)["SecretString"]
        identity = verify(token, FixedKeys({USERS: key}))
        return sign(identity, issuer=USERS, key=key, now=datetime.now(UTC), lifetime=lifetime, kind="access")


@dataclass
class Customer:
    """A client of the studio."""

    api: Client
    email: str
    phone: str

    def book(self, slot: dict[str, Any]) -> dict[str, Any]:
        return dict(self.api.post("/v1/bookings", slot, Idempotency_Key=str(uuid4())))

    def payment_request(self, booking: dict[str, Any]) -> dict[str, Any]:
        return {"booking_id": booking["id"], "provider": "yookassa", "return_url": "https://studio.example/thanks"}

    def start_payment(self, booking: dict[str, Any]) -> dict[str, Any]:
        body = self.payment_request(booking)
        return dict(self.api.post("/v1/payments", body, Idempotency_Key=str(uuid4())))

    def booking_if(self, booking: dict[str, Any], status: str) -> dict[str, Any] | None:
        return _if(self.api.get(f"/v1/bookings/{booking['id']}"), status)

    def payment_if(self, payment: dict[str, Any], status: str) -> dict[str, Any] | None:
        return _if(self.api.get(f"/v1/payments/{payment['id']}"), status)


def _if(document: dict[str, Any], status: str) -> dict[str, Any] | None:
    return document if document["status"] == status else None


def _hour(hall: str, start: str) -> dict[str, Any]:
    end = datetime.fromisoformat(start) + timedelta(hours=1)
    return {"hall_id": hall, "start": start, "end": end.isoformat(), "people": 1}


@contextmanager
def running_system(state: Path, **options: str) -> Iterator[System]:
    """A system of the test's own on free ports, with the demo studio."""
    with LocalSystem(state, {"CALL_LIMITS": GENEROUS} | options) as local:
        # A system without its demo studio is ready, too; tests could not sign in, and would not say why.
        assert (state / "seeded").exists(), (state / "logs" / "seed.log").read_text(encoding="utf-8")
        yield System(local)
