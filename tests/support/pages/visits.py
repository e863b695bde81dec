"""Visits in every state that their guest may find them in, made by way of the API."""

from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import uuid4

from infra.local.client import Client
from tests.support.guests import CONSENTS
from tests.support.system.whole import Customer, System
from tests.support.waiting import eventually


def booked_by(system: System, slot: dict[str, Any] | None = None) -> tuple[dict[str, Any], Customer]:
    """A guest's booking of a free hour, and the guest, who has nothing but its token and its link."""
    phone = f"+7916{Random(uuid4().int).randrange(10**7):07}"
    guest = {"full_name": "Вера Страницына", "phone": phone, "consents": CONSENTS}
    order = (slot or system.slot()) | {"guest": guest}
    made = Client(system.api_url).post("/v1/bookings", order, Idempotency_Key=str(uuid4()))
    return made, Customer(Client(system.api_url, made["access_token"]), "nobody@example.test", phone)


@dataclass
class Visits:
    """`known` has the secrets of their links by state, ids, and times that are free or taken."""

    system: System
    known: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        pending, _ = self.book("pending")
        self.known |= self._slots(pending)
        self._cancelled()
        self._expired()
        self._confirmed()
        self._reader()
        self._series()

    @property
    def api_url(self) -> str:
        return self.system.api_url

    @property
    def sandbox_url(self) -> str:
        return self.system.endpoints.sandbox_url

    def book(self, state: str) -> tuple[dict[str, Any], Customer]:
        """A booking; the secret of its link is known by the state's name."""
        made, guest = booked_by(self.system)
        self.known[state] = made["manage_url"].partition("#")[2]
        return made, guest

    def _slots(self, pending: dict[str, Any]) -> dict[str, str]:
        free = self.system.slot()
        day, far = free["start"][:10], self.system.day(700)
        taken = pending["start"].replace("+", "%2B")
        start = free["start"].replace("+", "%2B")
        return {"hall": free["hall_id"], "start": start, "day": day, "far": far, "taken": taken}

    def _confirmed(self) -> None:
        booking, guest = self.book("confirmed")
        payment = guest.start_payment(booking)
        self.known["payment"] = self._unpaid()
        guest.api.form(payment["confirmation_url"], action="pay")
        eventually(lambda: guest.booking_if(booking, "confirmed"))

    def _unpaid(self) -> str:
        booking, guest = self.book("unpaid")
        return str(guest.start_payment(booking)["confirmation_url"]).rpartition("/")[2]

    def _reader(self) -> None:
        """Whoever had a reminder by mail has a link that leaves them; one is a day away."""
        reader, secret = uuid4(), uuid4().hex
        self.system.sql("INSERT INTO notification.readers VALUES (:reader, :secret)", reader=reader, secret=secret)
        self.known["reader"] = secret

    def _series(self) -> None:
        """Two visits in a row, on days that nobody else looks at."""
        day, manager = self.system.day(200), self.system.manager
        phone = f"+7916{Random(uuid4().int).randrange(10**7):07}"
        slot = {
            "hall_id": self.known["hall"],
            "start": f"{day}T12:00:00+03:00",
            "end": f"{day}T13:00:00+03:00",
            "people": 1,
        }
        about = {"override_reason": "They asked for it"}
        first = slot | {"end": f"{day}T14:00:00+03:00", "start": f"{day}T13:00:00+03:00"}
        guest = {"full_name": "Ада Серийная", "phone": phone}
        made = manager.post("/v1/bookings", first | about | {"guest": guest}, Idempotency_Key=str(uuid4()))
        weekly = {"items": [slot], "recurrence": {"rule": "FREQ=WEEKLY;COUNT=2"}, "mode": "free"}
        group = weekly | about | {"customer_id": made["customer_id"]}
        manager.post("/v1/booking-groups", group, Idempotency_Key=str(uuid4()))
        self.known["series"] = day

    def _cancelled(self) -> None:
        booking, guest = self.book("cancelled")
        guest.api.post(f"/v1/bookings/{booking['id']}/cancel", {}, Idempotency_Key=str(uuid4()))

    def _expired(self) -> None:
        booking, guest = self.book("expired")
        self.system.expire(booking)
        eventually(lambda: guest.booking_if(booking, "expired"))
