"""`python -m infra.local run | status | migrate | reset`."""

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


COMMANDS: dict[str, Callable[[LocalSettings], None]] = {
    "run": run,
    "status": status,
    "migrate": migrate,
    "reset": lambda settings: reset(settings.state),
}


def main() -> int:
    """The exit status: 0, or 1 with one clear message."""
    parser = argparse.ArgumentParser(prog="python -m infra.local", description="Cyclorama on one machine")
    parser.add_argument("command", choices=COMMANDS, nargs="?", default="run")
    command = COMMANDS[parser.parse_args().command]
    try:
        settings = load_local_settings()
        set_up_terminal(settings.log_level)
        command(settings)
    except LocalError as error:
        terminal.print(f"[bold red]✗[/] {error}", markup=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
