"""`python -m infra.local.triggers`, which is `make trigger EVENT=…`: makes an event happen in the running system."""

import argparse
import os
import sys
from datetime import timedelta
from importlib import import_module
from typing import Any

from rich.console import Console

from infra.local.client import Client
from infra.local.machine.errors import LocalError
from infra.local.plan.endpoints import Endpoints
from infra.local.triggers.player import PASSWORD, Player
from infra.local.triggers.recipes import RECIPES

for name in ("bookings", "money", "people", "studio"):
    import_module(f"infra.local.triggers.{name}")

# The clocks of a process and of the database are read at different moments.
BEFORE = timedelta(seconds=2)


def main() -> None:
    """Play a recipe and tell of the event; without one list them. Exit with 1 and the reason if it did not happen."""
    parser = argparse.ArgumentParser(prog="make trigger", usage="make trigger EVENT=booking.confirmed")
    parser.add_argument("event", nargs="?", default="")
    event, console = parser.parse_args().event, Console(highlight=False)
    if event not in RECIPES:
        show_all(console, event)
        sys.exit(1 if event else 0)
    try:
        told = trigger(Endpoints.load(os.environ.get("CYCLORAMA_STATE", ".cyclorama")), event, console)
    except (LocalError, RuntimeError, OSError) as error:
        console.print(f"[bold red]✗[/] {error}", soft_wrap=True)
        sys.exit(1)
    console.print(f"[bold green]✓[/] {event} {told['id']} happened at {told['time']}", soft_wrap=True)


def show_all(console: Console, unknown: str) -> None:
    """The list of events."""
    if unknown:
        console.print(f"[bold red]✗[/] There is no event {unknown!r}. These can be made:", soft_wrap=True)
    for event, recipe in sorted(RECIPES.items()):
        console.print(f"  [bold]{event:30}[/] {recipe.says}", soft_wrap=True)


def trigger(endpoints: Endpoints, event: str, console: Console) -> dict[str, Any]:
    """Play the recipe; the event, once it is in the log."""
    since = endpoints.now() - BEFORE
    player = Player(endpoints, lambda line: console.print(f"  [dim]{line}[/]", soft_wrap=True))
    console.print(f"[bold]{event}[/]: {RECIPES[event].says}")
    RECIPES[event].play(player)
    manager = Client(endpoints.api_url).sign_in("manager@cyclorama.test", PASSWORD)
    flow = f"from={since:%Y-%m-%dT%H:%M:%SZ}" if RECIPES[event].own_flow else f"correlation_id={player.correlation_id}"
    path = f"/v1/events?type={event}&{flow}&limit=1"

    def told() -> dict[str, Any] | None:
        return next(iter(manager.get(path)["data"]), None)

    return player.wait(event, told)


if __name__ == "__main__":
    main()
