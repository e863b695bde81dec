"""`python -m infra.local run | status | clock | migrate | replay | rotate-keys | reset`."""

import argparse
import signal
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the message is for those who have an older one
    sys.exit(f"Cyclorama needs Python 3.11 or newer; this is {sys.version.split()[0]}")

from collections.abc import Callable

from infra.local.execution.launching import launched
from infra.local.machine.errors import LocalError
from infra.local.machine.logs import set_up_terminal, terminal
from infra.local.machine.settings import LocalSettings, load_local_settings
from infra.local.plan.state import StateDirectory, reset


# Each command imports what it needs itself: a start has better things to do.
def status_command(settings: LocalSettings, _options: argparse.Namespace) -> None:
    """Print the addresses and the functions' processes."""
    from infra.local.cli.commands import status

    status(settings)


def migrate_command(settings: LocalSettings, _options: argparse.Namespace) -> None:
    """Bring the running system's database up to date."""
    from infra.local.cli.commands import migrate

    migrate(settings)


def replay_command(settings: LocalSettings, options: argparse.Namespace) -> None:
    """Publish again what the broker lost."""
    from infra.local.cli.replay import ReplayOptions, instant, replay

    since, until = (instant(text) if text else None for text in (options.since, options.until))
    replay(settings, ReplayOptions(since, until, tuple(filter(None, options.types.split(",")))))


def rotate_keys_command(settings: LocalSettings, options: argparse.Namespace) -> None:
    """New keys for tokens, or for data."""
    from infra.keys.data import rotation_of
    from infra.keys.rotation import UnknownIssuerError
    from infra.local.cli.keys import rotate_keys

    try:
        rotation = rotation_of(options.issuer, stolen=options.stolen, drop=options.drop)
    except UnknownIssuerError as error:
        raise LocalError(str(error)) from None
    rotate_keys(settings, rotation)


def clock_command(settings: LocalSettings, options: argparse.Namespace) -> None:
    """Show the system's clock, or move it."""
    from infra.local.cli.clock import ClockOptions, clock

    clock(settings, ClockOptions(options.forward, options.to, options.locale))


def run_command(settings: LocalSettings, _options: argparse.Namespace) -> None:
    """Start everything and stay until stopped."""
    terminal.print("[bold]Cyclorama[/] is starting …")
    # Until there is an event loop that hears of signals.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit())
    # What is launched imports for a second on another core, while this process has as much to import itself.
    with StateDirectory(settings.state) as state, launched(settings.fork) as server:
        import uvloop

        from infra.local.plan.plan import make_plan
        from infra.local.run.supervisor import Supervisor

        plan = make_plan(settings, state.port_patience)

        async def supervise() -> None:
            await Supervisor(plan, state.port_patience, server).run()

        uvloop.run(supervise())
    terminal.print("Stopped.")


COMMANDS: dict[str, Callable[[LocalSettings, argparse.Namespace], None]] = {
    "run": run_command,
    "status": status_command,
    "clock": clock_command,
    "migrate": migrate_command,
    "replay": replay_command,
    "rotate-keys": rotate_keys_command,
    "reset": lambda settings, _: reset(settings.state),
}


def main() -> int:
    """The exit status: 0, or 1 with one clear message."""
    parser = argparse.ArgumentParser(prog="python -m infra.local", description="Cyclorama on one machine")
    parser.add_argument("command", choices=COMMANDS, nargs="?", default="run")
    replaying = parser.add_argument_group("replay")
    replaying.add_argument(
        "--since", default="", help="start of the range; by default the oldest event that a subscriber did not get"
    )
    replaying.add_argument("--until", default="", help="end of the range, exclusive; by default now")
    replaying.add_argument("--types", default="", help="comma-separated event types; by default all")
    moving = parser.add_argument_group("clock")
    moving.add_argument("--forward", default="", help="how far, for example “1d 30m”")
    moving.add_argument("--to", default="", help="until when, in the studio's time: 2026-12-05T09:00")
    moving.add_argument("--locale", choices=("en", "ru"), default="en", help="the language to tell it in")
    rotating = parser.add_argument_group("rotate-keys")
    rotating.add_argument(
        "--issuer", action="append", default=[], help="users or a service, may be repeated; else all; or data"
    )
    rotating.add_argument("--stolen", action="store_true", help="the old keys hold no longer: users sign in again")
    rotating.add_argument("--drop", action="store_true", help="of the data key: only the newest is left")
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
