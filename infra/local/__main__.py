"""`python -m infra.local run | status | migrate | replay | reset`."""

import argparse
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the message is for those who have an older one
    sys.exit(f"Cyclorama needs Python 3.11 or newer; this is {sys.version.split()[0]}")

from collections.abc import Callable

import uvloop

from infra.local.commands import migrate, status
from infra.local.errors import LocalError
from infra.local.logs import set_up_terminal, terminal
from infra.local.settings import LocalSettings, load_local_settings
from infra.local.state import StateDirectory, reset


def replay_command(settings: LocalSettings, options: argparse.Namespace) -> None:
    """Publish once more what the broker lost."""
    from infra.local.replay import ReplayOptions, instant, replay

    since, until = (instant(text) if text else None for text in (options.since, options.until))
    replay(settings, ReplayOptions(since, until, tuple(filter(None, options.types.split(",")))))


def run(settings: LocalSettings) -> None:
    """Start everything and stay until stopped."""
    # Imported here: the other commands need none of it.
    from infra.local.plan import make_plan
    from infra.local.supervisor import Supervisor

    terminal.print("[bold]Cyclorama[/] is starting …")
    with StateDirectory(settings.state) as state:
        plan = make_plan(settings, state.port_patience)

        async def supervise() -> None:
            await Supervisor(plan, state.port_patience).run()

        uvloop.run(supervise())
    terminal.print("Stopped.")


COMMANDS: dict[str, Callable[[LocalSettings, argparse.Namespace], None]] = {
    "run": lambda settings, _: run(settings),
    "status": lambda settings, _: status(settings),
    "migrate": lambda settings, _: migrate(settings),
    "replay": replay_command,
    "reset": lambda settings, _: reset(settings.state),
}


def main() -> int:
    """The exit status: 0, or 1 with one clear message."""
    parser = argparse.ArgumentParser(prog="python -m infra.local", description="Cyclorama on one machine")
    parser.add_argument("command", choices=COMMANDS, nargs="?", default="run")
    replaying = parser.add_argument_group("replay")
    replaying.add_argument("--since", default="", help="the first instant; else the oldest event that somebody lacks")
    replaying.add_argument("--until", default="", help="the instant to stop before; else now")
    replaying.add_argument("--types", default="", help="comma-separated event types; else all")
    options = parser.parse_args()
    try:
        settings = load_local_settings()
        set_up_terminal(settings.log_level)
        COMMANDS[options.command](settings, options)
    except LocalError as error:
        terminal.print(f"[bold red]✗[/] {error}", markup=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
