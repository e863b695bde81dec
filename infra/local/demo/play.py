"""`make demo`: the whole flow against the running system, step by step, in Russian and in English."""

import argparse
import os
import sys
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.rule import Rule
from rich.tree import Tree

from infra.local.client import Client
from infra.local.demo.money import give_back, pay_balance, pay_prepayment
from infra.local.demo.pages import addresses, book_as_guest, name_pages
from infra.local.demo.stage import DemoError, Stage, some_phone
from infra.local.demo.texts import TEXTS
from infra.local.machine.errors import LocalError
from infra.local.plan.endpoints import Endpoints
from shared_schemas.providers import PROVIDERS

WHOLE_STORY = Counter({"payment.succeeded": 2, "booking.confirmed": 1, "payment.refunded": 2, "notification.sent": 1})


class Demo(Stage):
    """One play of the flow."""

    def play(self) -> dict[str, str]:
        """From registration to the event log and a guest; the pages where it can be seen. `DemoError` if it breaks."""
        self.console.print(Rule(f"[bold]{self.text('title')}"))
        self.register()
        slot = self.choose()
        booking = self.book(slot)
        pay_prepayment(self, booking)
        self.confirmation(booking)
        self.move(booking)
        self.cancel_another(slot)
        pay_balance(self, booking)
        give_back(self, booking)
        self.chain(booking)
        return addresses(self, booking, book_as_guest(self, slot))

    def register(self) -> None:
        self.email = f"{uuid4().hex[:8]}@example.test"
        account = {"email": self.email, "phone": some_phone(), "full_name": self.text("name")}
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
        first = self.endpoints.now().astimezone(ZoneInfo(hall["timezone"])).date() + timedelta(days=4)
        path = f"/v1/halls/{hall['id']}/availability?from={first}&to={first + timedelta(days=3)}&duration=120"
        starts = [start for day in self.api.get(path)["days"] for start in day["starts"]]
        if len(starts) < 2:
            raise DemoError(self.text("no_slots"))
        self.step("free", f"GET {path}", {"starts": [*starts[:4], "…"], "count": len(starts)})
        self.later = starts[-1]
        return {"hall_id": hall["id"], "start": starts[0], "end": _later(starts[0], 120), "people": 4}

    def book(self, plain: dict[str, Any]) -> dict[str, Any]:
        pet = next(add_on for add_on in self.api.get("/v1/add-ons")["data"] if add_on["name"] == self.text("pet"))
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

    def confirmation(self, booking: dict[str, Any]) -> None:
        def both() -> list[dict[str, Any]] | None:
            found = self.messages(booking["number"])
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
            return events if Counter(event["type"] for event in events) >= WHOLE_STORY else None

        events = sorted(self.wait("chain", complete), key=lambda event: event["time"])
        self.step("chain", f"GET {path}", None)
        self.console.print(_tree(self.correlation_id, events))


def _later(instant: str, minutes: int) -> str:
    return (datetime.fromisoformat(instant) + timedelta(minutes=minutes)).isoformat()


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
    parser = argparse.ArgumentParser(prog="python -m infra.local.demo", description="Play the whole flow")
    parser.add_argument("locales", nargs="*", metavar="locale", help="ru, en or both; by default both")
    parser.add_argument("--open", action="store_true", help="open the pages that the play ends with in the browser")
    parser.add_argument("--provider", choices=PROVIDERS, default=PROVIDERS[0], help="the gateway to pay through")
    wanted, console = parser.parse_args(), Console(highlight=False)
    locales = wanted.locales or ["ru", "en"]
    if unknown := sorted(set(locales) - TEXTS.keys()):
        parser.error(f"unknown language: {', '.join(unknown)}")
    try:
        endpoints = Endpoints.load(os.environ.get("CYCLORAMA_STATE", ".cyclorama"))
        plays = [Demo(endpoints, locale, wanted.provider, console) for locale in locales]
        seen = [(play, play.play()) for play in plays]
    except (LocalError, RuntimeError, OSError) as error:
        console.print(f"[bold red]✗[/] {error}")
        sys.exit(1)
    for play, pages in seen:
        console.print(f"\n[bold green]✓[/] {play.text('done')}")
        name_pages(play, pages, opened=wanted.open)
