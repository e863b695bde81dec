"""Looks whether a deployed stack works, from where its customers stand.

With a sandbox it plays the whole flow: it books an hour a week ahead, pays for it at the sandbox's page, waits for the
confirmation, and cancels. Without one nothing is booked: a real gateway would want real money."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from infra.local.client import Client
from shared_schemas.providers import PROVIDERS

PATIENCE_SECONDS = 180
HALL: dict[str, Any] = {"name": "Cyclorama: smoke test", "capacity": 2, "timezone": "Europe/Moscow"}
HOURS = [{"weekday": day, "opens": "00:00", "closes": "24:00"} for day in range(1, 8)]
PRICE = {"amount": 10000, "currency": "RUB"}
RETURN_URL = "https://studio.example/thanks"
# Kept for stories by the North American numbering plan: a stack that has a real provider may send to it.
NOBODYS_PHONE = "+12025550123"


class SmokeError(RuntimeError):
    """Something does not work; the sentence says what."""


@dataclass(frozen=True)
class Staff:
    """Who may make a hall, if there is none."""

    email: str
    password: str


@dataclass
class Smoke:
    """One look at the API at `url`."""

    url: str
    tell: Callable[[str], None]
    pause: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def look(self) -> None:
        """What anybody may see, and that nobody sees more."""
        api = Client(self.url)
        health = self.until("every service answers", lambda: self._healthy(api))
        self.tell(f"health: {', '.join(sorted(health['checks']))} answer")
        halls = api.get("/v1/halls")["data"]
        self.tell(f"GET /v1/halls: {len(halls)}")
        for path in ("/v1/me", "/v1/bookings"):
            answer = api.request("GET", path)
            if answer.status != 401:
                raise SmokeError(f"GET {path} without a token is answered with {answer.status}, not 401")
        self.tell("without a token nobody's data is shown")

    def play(self, staff: Staff | None) -> None:
        """Book, pay at the sandbox, be confirmed, cancel, and get the money back."""
        client, payment = self.pay(staff)
        path = f"/v1/bookings/{payment['booking_id']}"
        self.until("the payment confirms the booking", lambda: client.get(path)["status"] == "confirmed")
        self.tell("paid, and confirmed through the broker")
        client.post(f"{path}/cancel", {"reason": "smoke test"}, Idempotency_Key=str(uuid4()))
        self.until("the money goes back", lambda: client.get(path)["payment_state"] == "refunded")
        self.tell("cancelled, and refunded")

    def pay(self, staff: Staff | None, page: Callable[[str], str] = str) -> tuple[Client, dict[str, Any]]:
        """Register, book and pay at the sandbox: the customer, and the payment. `page` says where the sandbox's page is
        seen from here."""
        hall = self._hall(staff)
        client = self._customer()
        booking = client.post("/v1/bookings", self._slot(client, hall), Idempotency_Key=str(uuid4()))
        self.tell(f"booked: {booking['number']}")
        asked = {"booking_id": booking["id"], "provider": PROVIDERS[0], "return_url": RETURN_URL}
        payment = client.post("/v1/payments", asked, Idempotency_Key=str(uuid4()))
        client.form(page(payment["confirmation_url"]), action="pay")
        return client, payment

    def until(self, what: str, look: Callable[[], Any]) -> Any:
        """Look until there is something to see: events take a moment, and so does a cold start."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (found := look()):
            if time.monotonic() > deadline:
                raise SmokeError(f"{what}: not within {PATIENCE_SECONDS} s")
            self.pause(1)
        return found

    @staticmethod
    def _healthy(api: Client) -> Any:
        answer = api.request("GET", "/health")
        return answer.document if answer.status == 200 else None

    def _customer(self) -> Client:
        email, password = f"smoke-{uuid4().hex[:12]}@example.com", uuid4().hex
        account = {"email": email, "phone": NOBODYS_PHONE, "full_name": "Smoke Test", "password": password}
        Client(self.url).post("/v1/accounts", account | {"locale": "en", "consent": True})
        return Client(self.url).sign_in(email, password)

    def _hall(self, staff: Staff | None) -> str:
        for hall in Client(self.url).get("/v1/halls")["data"]:
            return str(hall["id"])
        if staff is None:
            raise SmokeError(
                "there is no hall to book: ADMIN=<e-mail> makes an administrator, and a hall for this test"
            )
        admin = Client(self.url).sign_in(staff.email, staff.password)
        hall = admin.post("/v1/halls", HALL | {"opening_hours": HOURS})
        admin.post("/v1/tariffs", {"hall_id": hall["id"], "name": "Smoke test", "price_per_hour": PRICE})
        return str(hall["id"])

    def _slot(self, client: Client, hall: str) -> dict[str, Any]:
        day = (self.now() + timedelta(days=7)).date()
        path = f"/v1/halls/{hall}/availability?from={day}&to={day + timedelta(days=3)}&duration=120"
        starts = [start for each in client.get(path)["days"] for start in each["starts"]]
        if not starts:
            raise SmokeError("no hall is free in a week's time")
        end = datetime.fromisoformat(starts[0]) + timedelta(hours=2)
        return {"hall_id": hall, "start": starts[0], "end": end.isoformat(), "people": 1}
