"""`make benchmark-messages`: how many messages a second go out, and how soon a provider has one, by this build and an
older one.

The feeder is held while `booking.confirmed` of as many visits is published; then it is let go. Each makes a mail and an
SMS. When each was accepted, the sandbox's outbox knows. The ratios count, not the figures; where other things run on
the machine, those of processor time.
"""

import argparse
import json
import secrets
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

from rich.console import Console

from infra.local.client import Client
from infra.local.machine.aws import local_client
from tests.benchmarks.beside.backlog import held
from tests.benchmarks.beside.build import Build, Running
from tests.benchmarks.beside.meter import Tree
from tests.benchmarks.beside.work import PASSWORD, Work
from tests.benchmarks.table import figures_table

EACH = 5
"""Visits of one person: more would meet the ceilings of a day."""
ALONE = 12
"""How many are published one by one, to see how soon they go out."""
BATCH, CHANNELS, REST_SECONDS, PATIENCE_SECONDS = 10, 2, 10, 60
HALL_ID = str(uuid4())
"""Of all visits, as a studio has few halls: who writes about one asks for its name once a minute."""
ALPHABET = "23456789ACDEFGHJKMNPQRSTVWXYZ"
MEASURES = ("messages a second", "ms of processor a message", "ms until the mail is accepted")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.beside.messages", description=__doc__)
    parser.add_argument("--commit", default="90af1c8", help="the older build (%(default)s)")
    parser.add_argument("--visits", type=int, default=200)
    parser.add_argument("--turns", type=int, default=1)
    parser.add_argument("--builds", type=Path, default=Path(tempfile.gettempdir()) / "cyclorama-builds")
    options = parser.parse_args()
    found: dict[str, list[Sequence[float]]] = {}
    for build in (Build.of(options.commit, options.builds), Build.here()) * options.turns:
        with tempfile.TemporaryDirectory() as state, build.running(Path(state)) as running:
            found.setdefault(build.name, []).append(_measured(running, options.visits))
    table = figures_table("Messages of confirmed bookings", MEASURES)
    figures = {name: [median(each) for each in zip(*turns, strict=True)] for name, turns in found.items()}
    for name, row in figures.items():
        table.add_row(name, *(f"{figure:.1f}" for figure in row))
    old, new = figures.values()
    table.add_row("ratio", *(f"{now / was:.2f}" for was, now in zip(old, new, strict=True)))
    Console().print(table)


def _measured(running: Running, visits: int) -> Sequence[float]:
    work = Work(running.endpoints)
    people = [_somebody(work.api_url) for _ in range((visits + ALONE) // EACH + 1)]
    about = [_confirmed(people[number // EACH]) for number in range(visits + ALONE)]
    first, alone = about[:visits], about[visits:]
    _publish(running, alone[:2])
    work.drained()
    soon = [_acceptance(running, each) for each in alone[2:]]
    idle = _idle(running.tree)
    with held(running):
        _publish(running, first)
        before = running.tree.seconds()
    begin = time.monotonic()
    work.drained()
    spent = running.tree.seconds() - before - idle * (time.monotonic() - begin)
    numbers = {event["data"]["number"] for event in first}
    times = [at for number, _, at in _outbox(running) if number in numbers]
    if len(times) != CHANNELS * visits:
        raise RuntimeError(f"{len(times)} messages of {visits} visits")
    seconds = (max(times) - min(times)).total_seconds()
    return len(times) / seconds, 1000 * spent / len(times), 1000 * median(soon)


def _somebody(api_url: str) -> str:
    """The id of a client with addresses of their own."""
    email, phone = f"{uuid4().hex[:12]}@example.test", f"+79{secrets.randbelow(10**9):09}"
    account = {"email": email, "phone": phone, "full_name": "Beside", "password": PASSWORD, "consent": True}
    Client(api_url).post("/v1/accounts", account | {"locale": "ru"})
    return str(Client(api_url).sign_in(email, PASSWORD).get("/v1/me")["id"])


def _confirmed(customer_id: str) -> dict[str, Any]:
    """The event as every release has it."""
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=20)
    price = {"amount": 300_000, "currency": "RUB"}
    data = {
        "booking_id": str(uuid4()),
        "booking_version": 2,
        "number": "".join(secrets.choice(ALPHABET) for _ in range(8)),
        "status": "confirmed",
        "customer_id": customer_id,
        "hall_id": HALL_ID,
        "hall_name": "White Cyclorama",
        "timezone": "Europe/Moscow",
        "start": start.isoformat(),
        "end": (start + timedelta(hours=2)).isoformat(),
        "people": 4,
        "total": price,
        "prepayment": price,
        "hold_expires_at": None,
    }
    told = {"type": "booking.confirmed", "version": 1, "source": "booking", "causation_id": None}
    now = datetime.now(UTC).isoformat()
    return {"id": str(uuid4()), "time": now, "correlation_id": f"beside-{uuid4()}", **told, "data": data}


def _publish(running: Running, events: Sequence[Mapping[str, Any]]) -> None:
    bus = local_client("events", running.endpoints["aws_endpoint"])
    for place in range(0, len(events), BATCH):
        entries = [
            {
                "EventBusName": "cyclorama",
                "Source": "cyclorama.booking",
                "DetailType": event["type"],
                "Detail": json.dumps(event),
            }
            for event in events[place : place + BATCH]
        ]
        bus.put_events(Entries=entries)


def _acceptance(running: Running, event: Mapping[str, Any]) -> float:
    """Seconds from publishing it until the mail was accepted."""
    began, deadline = datetime.now(UTC), time.monotonic() + PATIENCE_SECONDS
    _publish(running, [event])
    while time.monotonic() < deadline:
        for number, channel, at in _outbox(running):
            if (number, channel) == (event["data"]["number"], "email"):
                return (at - began).total_seconds()
        time.sleep(0.5)
    raise RuntimeError("a mail never came")


def _outbox(running: Running) -> list[tuple[str, str, datetime]]:
    """By number of the visit, channel and time."""
    told = Client(running.endpoints["sandbox_url"]).get("/outbox.json")["data"]
    shown = ((each["channel"], each["text"] or "", each["created_at"]) for each in told)
    return [(_number(text), channel, datetime.fromisoformat(at)) for channel, text, at in shown]


def _number(text: str) -> str:
    words = text.replace(":", " ").replace(",", " ").replace(".", " ").split()
    return next((word for word in words if len(word) == 8 and set(word) <= set(ALPHABET)), "")


def _idle(tree: Tree) -> float:
    before = tree.seconds()
    time.sleep(REST_SECONDS)
    return (tree.seconds() - before) / REST_SECONDS


if __name__ == "__main__":
    main()
