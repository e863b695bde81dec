"""What the people at the desk do in the API, each with its line in the script's own book."""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any
from uuid import uuid4

from infra.local.client import Answer, Client, UnexpectedAnswerError
from infra.local.demo.money import RETURN_URL
from infra.local.demo.saturday.book import Book
from infra.local.demo.saturday.programme import ZONE, Visit
from infra.local.demo.stage import PATIENCE_SECONDS, Stage
from shared_schemas.providers import PROVIDERS

Shown = dict[str, Any]
TOO_MANY, UNAVAILABLE = 429, 503


def expected(route: str, answer: Answer) -> Any:
    """What is in it; `UnexpectedAnswerError` if it was refused."""
    if not 200 <= answer.status < 300:
        raise UnexpectedAnswerError(f"{route}: {answer.status} {answer.document}")
    return answer.document


def money(kopecks: int) -> Shown:
    return {"amount": kopecks, "currency": "RUB"}


@dataclass
class Desk:
    """`api` acts as a manager; `calls` counts the requests by route."""

    stage: Stage
    api: Client
    day: datetime
    """Midnight of the Saturday, in the halls' zone."""
    since: datetime
    """When the play began."""
    book: Book = field(default_factory=Book)
    halls: dict[str, str] = field(default_factory=dict)
    """Ids by name in the programme."""
    backdrop: str = ""
    calls: Counter[str] = field(default_factory=Counter)
    made: set[str] = field(default_factory=set)
    """The ids of all bookings, those that were called off, too."""
    _gateways: Any = field(default_factory=lambda: cycle(PROVIDERS))

    def now(self) -> datetime:
        """What time it is in the halls."""
        return self.stage.endpoints.now().astimezone(ZONE)

    def ask(self, route: str, body: Any = None, query: str = "", **ids: str) -> Any:
        """The answer to `GET /v1/halls/{id}` and the like; `UnexpectedAnswerError` if it is refused."""
        return expected(route, self.try_to(route, body, query, **ids))

    def try_to(self, route: str, body: Any = None, query: str = "", **ids: str) -> Answer:
        """The same, whatever it is, but for answers that say when to ask again: then that is done."""
        self.calls[route] += 1
        method, path = route.split()
        headers = {"Idempotency_Key": str(uuid4())} if method == "POST" else {}
        deadline = time.monotonic() + PATIENCE_SECONDS
        while _comes_later(answer := self.api.request(method, path.format(**ids) + query, body, **headers)):
            if time.monotonic() > deadline:
                break
            time.sleep(int(answer.headers["Retry-After"]))
        return answer

    def book_visit(self, visit: Visit, reason: str, guest: Shown) -> Shown:
        """For a caller, or for whoever stands at the door: people without an account."""
        start = self.day + timedelta(hours=visit.start)
        order = {
            "hall_id": self.halls[visit.hall],
            "start": start.isoformat(),
            "end": (start + timedelta(hours=visit.hours)).isoformat(),
            "people": 2,
            "guest": guest,
            "add_ons": [{"id": self.backdrop, "quantity": visit.metres}] if visit.metres else [],
            "override_reason": reason,
        }
        booking: Shown = self.ask("POST /v1/bookings", order)
        self.made.add(booking["id"])
        if booking["total"] != money(visit.total):
            raise UnexpectedAnswerError(f"{visit} costs {booking['total']}, not {visit.total} kopecks")
        return booking

    def confirm(self, booking: Shown, reason: str) -> None:
        """By staff's word: it is paid when they come."""
        self.ask("POST /v1/bookings/{id}/confirm", {"reason": reason}, id=booking["id"])

    def take(self, visit: Visit, booking: Shown, method: str, amount: int) -> Shown:
        """Cash, a card at the studio's own terminal, a transfer."""
        request = {"amount": money(amount), "method": method}
        payment: Shown = self.ask("POST /v1/bookings/{id}/desk-payments", request, id=booking["id"])
        self.book.take(visit.hall, method, amount)
        return payment

    def send_link(self, visit: Visit, booking: Shown, amount: int) -> Shown:
        """An online payment that the client makes on a gateway's page; the gateways take turns."""
        provider = next(self._gateways)
        request = {"booking_id": booking["id"], "provider": provider, "amount": money(amount), "return_url": RETURN_URL}
        payment: Shown = self.ask("POST /v1/payments", request)
        self.ask("GET /v1/payments/{id}/qr", id=payment["id"])
        self.api.form(payment["confirmation_url"], action="pay")
        self.book.take(visit.hall, provider, amount)
        return payment

    def pay_from_balance(self, visit: Visit, booking: Shown) -> Shown:
        """All that is left to pay."""
        payment: Shown = self.ask("POST /v1/bookings/{id}/balance-payments", {}, id=booking["id"])
        self.book.take(visit.hall, "balance", visit.total)
        return payment

    def pay_with(self, code: str, visit: Visit, booking: Shown, worth: int) -> Shown:
        """A certificate or a pass; what it pays is `worth` so much, by what it was sold for."""
        payment: Shown = self.ask("POST /v1/bookings/{id}/certificate-payments", {"code": code}, id=booking["id"])
        self.book.take(visit.hall, "certificate", worth)
        return payment

    def reopened(self, booking: Shown, reason: str) -> None:
        """The clock has closed what was over: the desk says for itself what became of it."""
        if self.state(booking) == "completed":
            self.ask("POST /v1/bookings/{id}/undo", {"reason": reason}, id=booking["id"])

    def insist(self, route: str, body: Shown, booking: Shown, reason: str) -> Shown:
        """Do it to a visit that was confirmed, even if the clock has closed it."""
        answer = self.try_to(route, body, id=booking["id"])
        if answer.status == 409 and answer.document["code"] == "invalid_transition":
            self.reopened(booking, reason)
            answer = self.try_to(route, body, id=booking["id"])
        if answer.status != 200:
            raise UnexpectedAnswerError(f"{route}: {answer.status} {answer.document}")
        return dict(answer.document)

    def end(self, booking: Shown) -> None:
        """The visit is over; whether the desk or the clock says so first is all the same."""
        answer = self.try_to("POST /v1/bookings/{id}/complete", {}, id=booking["id"])
        if answer.status != 200 and self.state(booking) != "completed":
            raise UnexpectedAnswerError(f"{booking['number']}: {answer.status} {answer.document}")

    def state(self, booking: Shown) -> str:
        return str(self.read(booking)["status"])

    def read(self, booking: Shown) -> Shown:
        return dict(self.ask("GET /v1/bookings/{id}", id=booking["id"]))

    def wait_for_money(self, booking: Shown, amount: int) -> Shown:
        """The booking, once it has heard of what was paid."""

        def paid() -> Shown | None:
            shown = self.read(booking)
            return shown if shown["paid"]["amount"] == amount and shown["status"] != "pending" else None

        return self.stage.wait("heard", paid)


def _comes_later(answer: Answer) -> bool:
    """More than the API gives an account in a minute, or others are changing the same: nothing was done."""
    return answer.status == TOO_MANY or (answer.status == UNAVAILABLE and answer.document["code"] == "busy")
