"""The progress of a start, shown on the terminal."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.markup import escape
from rich.table import Table

from infra.local.machine.logs import terminal
from infra.local.plan.plan import Plan


class Progress:
    """One line for each component as it becomes ready, with what it took (s)."""

    def __init__(self) -> None:
        self._began = time.perf_counter()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Report a component once it is ready."""
        began = time.perf_counter()
        yield
        terminal.print(f"  [green]✓[/] {escape(name):<24} [dim]{time.perf_counter() - began:5.2f} s[/]")

    @property
    def elapsed(self) -> float:
        return time.perf_counter() - self._began


def announce(plan: Plan, seconds: float, *, seeded: bool) -> None:
    """The addresses, and who may sign in."""
    endpoints = plan.endpoints
    table = Table(show_header=False, box=None, padding=(0, 2))
    table.add_row("[bold]API[/]", endpoints.api_url)
    for name, url in endpoints.service_urls.items():
        table.add_row(f"  {name}", url)
    table.add_row("AWS endpoint", endpoints.aws_endpoint)
    if plan.settings.sandbox:
        table.add_row("Mail and SMS", f"{endpoints.sandbox_url}/outbox")
        table.add_row("Sandbox gateways", endpoints.sandbox_url)
    table.add_row("Lambda API", endpoints.lambda_endpoint)
    if seeded:
        table.add_row("Demo accounts", "admin@, manager@, client@cyclorama.test")
        table.add_row("  password", "cyclorama")
    table.add_row("Logs", str(plan.settings.logs))
    terminal.print()
    terminal.print(table)
    terminal.print(f"\n[bold green]Cyclorama is ready[/] after {seconds:.1f} s. Ctrl-C stops it.")
