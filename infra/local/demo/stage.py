"""What every scene of the demo needs: the texts, the numbered steps, and the patience for events to arrive."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import choices
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import uuid4

from rich.console import Console
from rich.json import JSON
from rich.panel import Panel

from infra.local.client import Client
from infra.local.demo.texts import TEXTS
from infra.local.plan.endpoints import Endpoints
from shared_schemas.providers import LABELS

T = TypeVar("T")
# Longer than an event takes that comes again after its consumer was killed or timed out, on a machine in a hurry.
PATIENCE_SECONDS = 240


def some_phone() -> str:
    """Another one for each play: of what goes to a phone that nobody has confirmed, a dozen a day is sent."""
    return "+7926" + "".join(choices("0123456789", k=7))  # noqa: S311 - not a secret


class DemoError(RuntimeError):
    """A step of the flow did not come about."""


@dataclass
class Stage:
    """One play by a new customer who speaks `locale` and pays through `provider`; `api` acts as the customer."""

    endpoints: Endpoints
    locale: str
    provider: str
    console: Console
    api: Client = field(init=False)
    email: str = ""
    step_number: int = 0
    correlation_id: str = field(default_factory=lambda: f"demo-{uuid4()}")

    def __post_init__(self) -> None:
        self.api = Client(self.endpoints.api_url, headers={"Accept-Language": self.locale})

    def text(self, name: str, **values: object) -> str:
        gateway = getattr(LABELS[self.provider], self.locale)
        return TEXTS[self.locale][name].format(gateway=gateway, **values)

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

    def read(self, path: str, name: str, value: str) -> dict[str, Any] | None:
        """The document at `path`, once it says so."""
        document: dict[str, Any] = self.api.get(path)
        return document if document[name] == value else None

    def messages(self, words: str) -> list[dict[str, Any]]:
        """Mail and SMS that contain the words, the newest first."""
        everything = Client(self.endpoints.sandbox_url).get(f"/outbox.json?q={quote(words)}")["data"]
        return [message for message in everything if words in f"{message.get('subject')} {message.get('text')}"]

    def show(self, message: dict[str, Any]) -> None:
        title = f"{message['channel']} → {message['to']}"
        self.console.print(Panel(message.get("text") or "", title=title, subtitle=message.get("subject"), width=88))
