"""`make saturday`: forty visits through the API alone, hour by hour, and the books compared to the kopeck."""

import argparse
import os
import sys
from datetime import datetime, timedelta

from rich.console import Console
from rich.rule import Rule

from infra.local.client import Client
from infra.local.demo.saturday.checks import Checks
from infra.local.demo.saturday.day import Day
from infra.local.demo.saturday.desk import Desk
from infra.local.demo.saturday.hours import serve
from infra.local.demo.saturday.papers import Office
from infra.local.demo.saturday.programme import ZONE
from infra.local.demo.saturday.texts import TEXTS
from infra.local.demo.seed import ADMIN, MANAGER, PASSWORD
from infra.local.demo.stage import Stage
from infra.local.machine.errors import LocalError
from infra.local.plan.endpoints import Endpoints
from shared_schemas.providers import PROVIDERS


class Saturday(Stage):
    """One play of the day, told in `locale`."""

    def text(self, name: str, **values: object) -> str:
        return TEXTS[self.locale][name].format(**values)

    def play(self) -> Day:
        """Raises `DemoError` if something does not come about, or a figure differs."""
        since = self.endpoints.now().astimezone(ZONE)
        manager, admin = (self.api.sign_in(who["email"], PASSWORD) for who in (MANAGER, ADMIN))
        desk = self.desk(manager, last_saturday(since), since)
        day = Day(self, desk, Office(desk, admin))
        self.console.print(Rule(f"[bold]{self.text('title', day=desk.day)}"))
        try:
            self._open(day)
            day.hours(serve)
            self._close(day)
        finally:
            day.put_away()
        done = self.text("done", requests=desk.calls.total(), routes=len(desk.calls))
        self.console.print(f"\n[bold green]✓[/] {done}")
        return day

    def desk(self, manager: Client, saturday: datetime, since: datetime) -> Desk:
        return Desk(self, manager, saturday, since)

    def _open(self, day: Day) -> None:
        self._title("week")
        day.office.equip()
        day.furnish()
        day.open_till()
        day.week()
        self._title("morning")
        day.sell()
        self._title("doors")

    def _close(self, day: Day) -> None:
        self._title("evening")
        day.close()
        self._title("compared")
        Checks(day).run()

    def _title(self, name: str) -> None:
        self.console.print(f"\n[bold]{self.text(name)}[/]")


def last_saturday(now: datetime) -> datetime:
    """Midnight of the latest Saturday that is over, in the halls' zone."""
    today = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=(today.weekday() - 5) % 7 or 7)


def main() -> None:
    """Play it in the language named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.demo.saturday", description="Play a Saturday")
    parser.add_argument("locale", nargs="?", choices=sorted(TEXTS), default="en", help="en by default")
    wanted, console = parser.parse_args(), Console(highlight=False)
    try:
        endpoints = Endpoints.load(os.environ.get("CYCLORAMA_STATE", ".cyclorama"))
        Saturday(endpoints, wanted.locale, PROVIDERS[0], console).play()
    except (LocalError, RuntimeError, OSError) as error:
        console.print(f"[bold red]✗[/] {error}")
        sys.exit(1)
