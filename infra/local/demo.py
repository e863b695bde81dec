"""`make demo`: the whole flow against the running system, step by step, in Russian and in English."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.json import JSON
from rich.panel import Panel
from rich.rule import Rule
from rich.tree import Tree

from infra.local.client import Client
from infra.local.demo_texts import TEXTS
from infra.local.endpoints import Endpoints

T = TypeVar("T")
PATIENCE_SECONDS = 30


class DemoError(RuntimeError):
    """A step of the flow did not come about."""


@dataclass
class Demo:
    """One play of the flow by a new customer who speaks `locale`."""

    endpoints: Endpoints
    locale: str
    console: Console
    step_number: int = 0
    correlation_id: str = field(default_factory=lambda: f"demo-{uuid4()}")

    def play(self) -> None:
        """From registration to the event log; raises `DemoError` where the flow breaks."""
        self.console.print(Rule(f"[bold]{self.text('title')}"))
        self.api = Client(self.endpoints.api_url, headers={"Accept-Language": self.locale})
        self.register()
        slot = self.choose()
        booking = self.book(slot)
        self.pay(booking)
        self.messages(booking)
        self.move(booking)
        self.cancel_another(slot)
        self.chain(booking)

    def text(self, name: str, **values: object) -> str:
        return TEXTS[self.locale][name].format(**values)

    def register(self) -> None:
        self.email = f"{uuid4().hex[:8]}@example.test"
        account = {"email": self.email, "phone": "+79261234567", "full_name": self.text("name")}
        account |= {"password": "cyclorama", "locale": self.locale, "consent": True}  # type: ignore[dict-item]
        self.step("register", "POST /v1/accounts", self.api.post("/v1/accounts", account))
        self.api = self.api.sign_in(self.email, "cyclorama")
        self.api.headers["X-Correlation-Id"] = self.correlation_id
        self.step("token", "POST /v1/tokens", {"token_type": "Bearer", "access_token": "…"})

    def choose(self) -> dict[str, Any]:
        halls = self.api.get("/v1/halls")["data"]
        self.step("halls", "GET /v1/halls", [{"name": h["name"], "capacity": h["capacity"]} for h in halls])
        hall = halls[-1]  # The one that is open round the clock.
        # Far enough ahead that the studio's terms still let a client move it.
        first = datetime.now(ZoneInfo(hall["timezone"])).date() + timedelta(days=4)
        path = f"/v1/halls/{hall['id']}/availability?from={first}&to={first + timedelta(days=3)}&duration=120"
        starts = [start for day in self.api.get(path)["days"] for start in day["starts"]]
        if len(starts) < 2:
            raise DemoError(self.text("no_slots"))
        self.step("free", f"GET {path}", {"starts": [*starts[:4], "…"], "count": len(starts)})
        self.later = starts[-1]
        return {"hall_id": hall["id"], "start": starts[0], "end": _later(starts[0], 120), "people": 4}

    def book(self, plain: dict[str, Any]) -> dict[str, Any]:
        pet = next(add_on for add_on in self.api.get("/v1/add-ons")["data"] if add_on["name"] == "С питомцем")
        slot = plain | {"add_ons": [{"id": pet["id"]}], "promo_code": "ПЕРВАЯ"}
        quote = self.api.post("/v1/quotes", slot)
        self.step("quote", "POST /v1/quotes", {k: quote[k] for k in ("lines", "adjustments", "total", "prepayment")})
        key = str(uuid4())
        booking = self.api.post("/v1/bookings", slot | {"quote_id": quote["id"]}, Idempotency_Key=key)
        shown = ("number", "status", "start", "end", "total", "prepayment", "hold_expires_at")
        self.step("book", "POST /v1/bookings", {k: booking[k] for k in shown})
        again = self.api.post("/v1/bookings", slot | {"quote_id": quote["id"]}, Idempotency_Key=key)
        self.step("repeat", "POST /v1/bookings", {"same_booking": again["id"] == booking["id"]})
        clash = self.api.request("POST", "/v1/bookings", plain)
        self.step("clash", "POST /v1/bookings", clash.document)
        return dict(booking)

    def pay(self, booking: dict[str, Any]) -> None:
        body = {"booking_id": booking["id"], "provider": "yookassa", "return_url": "https://studio.example/thanks"}
        payment = self.api.post("/v1/payments", body, Idempotency_Key=str(uuid4()))
        self.step("payment", "POST /v1/payments", payment)
        answer = self.api.form(payment["confirmation_url"], action="pay")
        self.step("paid", f"POST {payment['confirmation_url']}", {"status": answer.status})
        path = f"/v1/payments/{payment['id']}"
        paid = self.wait("succeeded", lambda: _if(self.api.get(path), "status", "succeeded"))
        self.step("succeeded", f"GET {path}", paid)
        path = f"/v1/bookings/{booking['id']}"
        confirmed = self.wait("confirmed", lambda: _if(self.api.get(path), "status", "confirmed"))
        self.step("confirmed", f"GET {path}", {k: confirmed[k] for k in ("number", "status", "paid")})

    def messages(self, booking: dict[str, Any]) -> None:
        sandbox = Client(self.endpoints.sandbox_url)

        def both() -> list[dict[str, Any]] | None:
            found = [m for m in sandbox.get("/outbox.json")["data"] if booking["number"] in _words(m)]
            return found if {"email", "sms"} <= {m["channel"] for m in found} else None

        found = self.wait("messages", both)
        self.step("messages", f"GET {self.endpoints.sandbox_url}/outbox", None)
        for message in reversed(found):
            self.show(message)

    def move(self, booking: dict[str, Any]) -> None:
        path = f"/v1/bookings/{booking['id']}"
        wanted = {"start": self.later, "end": _later(self.later, 120)}
        self.step("moving", f"POST {path}/reschedule/preview", self.api.post(f"{path}/reschedule/preview", wanted))
        moved = self.api.post(f"{path}/reschedule", wanted, Idempotency_Key=str(uuid4()))
        shown = ("status", "start", "end", "total", "paid", "payment_state", "reschedules")
        self.step("moved", f"POST {path}/reschedule", {k: moved[k] for k in shown})
        self.step("preview", f"GET {path}/cancellation-preview", self.api.get(f"{path}/cancellation-preview"))

    def cancel_another(self, slot: dict[str, Any]) -> None:
        moved = slot | {"start": slot["end"], "end": _later(slot["end"], 120)}
        booking = self.api.post("/v1/bookings", moved)
        cancelled = self.api.post(f"/v1/bookings/{booking['id']}/cancel", {"reason": self.text("reason")})
        again = self.api.post("/v1/bookings", moved)
        self.api.post(f"/v1/bookings/{again['id']}/cancel", {})
        self.step("cancelled", "POST /v1/bookings/{id}/cancel", {"first": cancelled["status"], "second": "pending"})

    def chain(self, booking: dict[str, Any]) -> None:
        manager = Client(self.endpoints.api_url).sign_in("manager@cyclorama.test", "cyclorama")
        path = f"/v1/events?correlation_id={booking['correlation_id']}&limit=100"

        def complete() -> list[dict[str, Any]] | None:
            events = manager.get(path)["data"]
            return events if {"payment.succeeded", "booking.confirmed", "notification.sent"} <= _types(events) else None

        events = sorted(self.wait("chain", complete), key=lambda event: event["time"])
        self.step("chain", f"GET {path}", None)
        self.console.print(_tree(self.correlation_id, events))

    def show(self, message: dict[str, Any]) -> None:
        title = f"{message['channel']} → {message['to']}"
        self.console.print(Panel(message.get("text") or "", title=title, subtitle=message.get("subject"), width=88))

    def step(self, name: str, request: str, result: Any) -> None:
        self.step_number += 1
        self.console.print(f"\n[bold cyan]{self.step_number:2}.[/] [bold]{self.text(name)}[/]")
        self.console.print(f"    [dim]{request}[/]", soft_wrap=True)
        if result is not None:
            self.console.print(JSON.from_data(result, indent=2))

    def wait(self, name: str, look: Callable[[], T | None]) -> T:
        """Look until there is something to see; events take a moment to arrive."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        with self.console.status(self.text("waiting")):
            while time.monotonic() < deadline:
                if (found := look()) is not None:
                    return found
                time.sleep(0.1)
        raise DemoError(self.text("gave_up", step=self.text(name), seconds=PATIENCE_SECONDS))


def _later(instant: str, minutes: int) -> str:
    return (datetime.fromisoformat(instant) + timedelta(minutes=minutes)).isoformat()


def _if(document: dict[str, Any], name: str, value: str) -> dict[str, Any] | None:
    return document if document[name] == value else None


def _words(message: dict[str, Any]) -> str:
    return f"{message.get('subject')} {message.get('text')}"


def _types(events: list[dict[str, Any]]) -> set[str]:
    return {event["type"] for event in events}


def _tree(title: str, events: list[dict[str, Any]]) -> Tree:
    """The causal tree: each event below the one that caused it."""
    root = Tree(f"[bold]{title}")
    nodes: dict[str | None, Tree] = {}
    for event in events:
        parent = nodes.get(event.get("causation_id"), root)
        nodes[event["id"]] = parent.add(f"[green]{event['type']}[/] [dim]{event['source']} {event['time']}[/]")
    return root


def main() -> None:
    """Play in both languages, or in those named on the command line."""
    console = Console(highlight=False)
    try:
        endpoints = Endpoints.load(os.environ.get("CYCLORAMA_STATE", ".cyclorama"))
        for locale in sys.argv[1:] or ("ru", "en"):
            Demo(endpoints, locale, console).play()
    except (RuntimeError, OSError) as error:
        console.print(f"[bold red]✗[/] {error}")
        sys.exit(1)
    console.print(f"\n[bold green]✓[/] {TEXTS['en']['done']}")


if __name__ == "__main__":
    main()
