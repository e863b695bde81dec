"""`python -m infra.local clock`: shows the clock of the running system, or moves it and says what came of it."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from rich.status import Status
from rich.table import Table

from infra.local.cli.clock_texts import DAYS, TEXTS
from infra.local.cli.commands import request
from infra.local.cli.happened import Happened, Kind, happened_since
from infra.local.cli.quiet import PATIENCE_SECONDS, NotQuietError, Quiet
from infra.local.client import Client
from infra.local.clock.door import PATH
from infra.local.clock.lengths import LONGEST, LengthError, ahead
from infra.local.clock.moving import STRIDE
from infra.local.machine.errors import LocalError
from infra.local.machine.logs import answers, terminal
from infra.local.machine.settings import LocalSettings
from infra.local.plan.endpoints import Endpoints
from infra.local.template import EVERYTHING_ON, load_template

NUMBERS = 6
LAST_STOPS = (timedelta(minutes=15), timedelta(minutes=5))


@dataclass(frozen=True)
class ClockOptions:
    """Where to go, as people write it; neither only shows the clock."""

    forward: str = ""
    to: str = ""
    locale: str = "en"


def clock(settings: LocalSettings, options: ClockOptions) -> None:
    """Show it, or move it."""
    endpoints = Endpoints.load(settings.state)
    command = ClockCommand(settings, endpoints, options, _zone(endpoints))
    if options.forward or options.to:
        command.move()
    else:
        command.show()


def _zone(endpoints: Endpoints) -> ZoneInfo:
    """That of the halls: the studio's time is theirs."""
    halls = Client(endpoints.api_url).get("/v1/halls")["data"]
    return ZoneInfo(halls[0]["timezone"] if halls else "UTC")


@dataclass
class ClockCommand:
    """One call of the command, told in `options.locale`."""

    settings: LocalSettings
    endpoints: Endpoints
    options: ClockOptions
    zone: ZoneInfo
    runs: int = field(default=0, init=False)
    strides: int = field(default=0, init=False)

    def text(self, name: str, **values: object) -> str:
        return TEXTS[self.options.locale][name].format(**values)

    def show(self) -> None:
        now, shift = self._now(), self._shift()
        answers.print(f"[bold]{self.text('now', now=self._said(now))}[/] [dim]{self.zone.key}[/]")
        answers.print(self.text("ahead", length=self._length(shift)) if shift else self.text("not_ahead"))
        answers.print(f"[dim]{self.text('usage', example=self._example(now))}[/]", markup=True)

    def move(self) -> None:
        self._target()
        system = load_template(
            self.settings.template, self.settings.parameters, self.endpoints.aws_endpoint, EVERYTHING_ON
        )
        quiet = Quiet(self.endpoints, system)
        with terminal.status("") as status:
            # What is under way belongs to the time before: a payment on its way must not find its hold run out.
            self._settle(quiet, status)
            before = self._now()
            target = self._target()
            answers.print(f"[bold]{self.text('from_to', before=self._said(before), after=self._said(target))}[/]")
            for moment in strides(before, target):
                self._stride(moment)
                self._settle(quiet, status)
        self._tell(happened_since(self.endpoints.database_url, before))

    def _target(self) -> datetime:
        now = self._now()
        try:
            return ahead(now, self.options.forward, self.options.to, self.zone)
        except LengthError as error:
            values = {"given": error.given, "example": self._example(now), "longest": LONGEST.days}
            raise LocalError(self.text(error.reason, **values)) from None

    def _stride(self, to: datetime) -> None:
        body = json.dumps({"to": to.isoformat()}).encode()
        status, _, answer = request(self.endpoints, "POST", PATH, body)
        if status != 200:
            raise LocalError(str(answer.get("error", answer)))
        self.strides += 1
        self.runs += len(answer["ran"])

    def _settle(self, quiet: Quiet, status: Status) -> None:
        status.update(self.text("waiting", now=self._said(self._now())))
        try:
            quiet.wait()
        except NotQuietError as error:
            what = ", ".join(self.text(w.kind, count=w.count, place=w.name) for w in error.work)
            raise LocalError(self.text("busy", seconds=PATIENCE_SECONDS, what=what, logs=self.settings.logs)) from None

    def _tell(self, happened: Happened) -> None:
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
        for column in ("right", "left", "left"):
            table.add_column(justify=column)
        for kind in happened.shown:
            table.add_row(f"[bold]{kind.count}[/]", self.text(kind.name), f"[dim]{self._which(kind, happened)}[/]")
        if happened.others:
            names = ", ".join(f"{name} × {count}" for name, count in happened.others.items())
            table.add_row(
                f"[dim]{sum(happened.others.values())}[/]", f"[dim]{self.text('other')}[/]", f"[dim]{names}[/]"
            )
        answers.print(f"\n[bold]{self.text('happened')}[/]")
        answers.print(table if table.rows else f"  {self.text('nothing')}")
        self._end()

    def _end(self) -> None:
        length = self._length(self._shift())
        answers.print(f"\n[green]✓[/] {self.text('now', now=self._said(self._now()))}")
        answers.print(f"[dim]  {self.text('ran', runs=self.runs, strides=self.strides, length=length)}[/]")
        day = self._now().astimezone(self.zone).date()
        lang = f"?lang={self.options.locale}"
        pages = {
            "desk": f"{self.endpoints.api_url}/desk{lang}#{day}",
            "outbox": f"{self.endpoints.sandbox_url}/outbox",
            "trace": f"{self.endpoints.api_url}/trace{lang}",
        }
        answers.print(f"[dim]  {self.text('look')}:[/]")
        for name, url in pages.items():
            answers.print(f"[dim]  {url}[/]  [dim]{self.text(name)}[/]")

    def _which(self, kind: Kind, happened: Happened) -> str:
        shown = ", ".join(kind.numbers[:NUMBERS])
        if kind.name == "reconciled":
            count = happened.differences
            return f"{shown}: {self.text('differences', count=count) if count else self.text('no_differences')}"
        left = len(kind.numbers) - NUMBERS
        return f"{shown} {self.text('more', count=left)}" if left > 0 else shown

    def _now(self) -> datetime:
        return self.endpoints.now()

    def _shift(self) -> timedelta:
        # A second of ours is not a shift of theirs.
        return timedelta(seconds=round((self._now() - datetime.now(UTC)).total_seconds()))

    def _said(self, moment: datetime) -> str:
        here = moment.astimezone(self.zone)
        return f"{DAYS[self.options.locale][here.weekday()]} {here:%d.%m.%Y %H:%M:%S}"

    def _example(self, now: datetime) -> str:
        return f"{now.astimezone(self.zone) + timedelta(days=1):%Y-%m-%dT}09:00"

    def _length(self, length: timedelta) -> str:
        minutes, seconds = divmod(length.seconds, 60)
        hours, minutes = divmod(minutes, 60)
        parts = {"days": length.days, "hours": hours, "minutes": minutes, "seconds": seconds}
        return " ".join(self.text(name, count=count) for name, count in parts.items() if count)


def strides(before: datetime, target: datetime) -> list[datetime]:
    """Where the clock stops on its way: each half a day, and in the end twice more, for what one job brings about and
    another takes up minutes later."""
    near = max(before, target - LAST_STOPS[0])
    count = -((before - near) // STRIDE)
    far = [before + (near - before) * number / count for number in range(1, count + 1)]
    return [*far, *(target - stop for stop in LAST_STOPS[1:] if target - stop > near), target]
