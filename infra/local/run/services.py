"""The programs that the functions need: PostgreSQL, the broker, the sandbox."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec

from infra.local.machine.child import Child
from infra.local.machine.ports import HOST, require_free
from infra.local.machine.region import ACCOUNT
from infra.local.plan.plan import Plan
from infra.local.postgres.server import PostgresServer
from infra.local.run.broker import Provisioner, localstack, ministack
from infra.local.run.progress import Progress
from infra.local.run.reviver import Reviver, Start
from infra.local.sources.configuration import SourcesConfiguration

SANDBOX = "infra.sandbox"
MAIL_EVENTS = "cyclorama-notification-mail-events"
"""The queue of the template that SES tells what became of mail."""
SOURCES = "infra.local.sources"
Program = Child | PostgresServer


class Services:
    """Started together, watched, stopped together."""

    def __init__(self, plan: Plan, progress: Progress) -> None:
        self._plan = plan
        self._progress = progress
        self._broker = self._make_broker() if plan.own_broker else None
        self._sandbox = self._make_sandbox() if plan.settings.sandbox and find_spec(SANDBOX) else None
        self._queues = self._make_queues() if plan.system.queue_sources else None

    async def check_ports(self, patience: float) -> None:
        """Say early and by name which port stays taken for that long (s)."""
        for name, port in self._ports():
            await asyncio.to_thread(require_free, name, port, patience)

    async def start_database(self) -> None:
        """PostgreSQL, ready and with the database in it."""
        if postgres := self._plan.postgres:
            with self._progress.step("PostgreSQL"):
                await asyncio.to_thread(postgres.prepare)
                postgres.launch()
                await asyncio.to_thread(postgres.wait_ready)

    async def start_broker(self) -> None:
        """The AWS endpoint, filled from the template."""
        with self._progress.step("broker"):
            if self._broker:
                await self._start(self._broker)
            if self._plan.own_broker or self._plan.settings.aws_endpoint_url:
                await asyncio.to_thread(self._provision)

    async def start_sandbox(self) -> None:
        """The sandbox gateways and the outbox."""
        if self._sandbox:
            with self._progress.step("sandbox gateways"):
                await self._start(self._sandbox)

    async def start_queues(self) -> None:
        """What feeds functions from their queues, once everything they lean on is there."""
        if self._queues:
            await self._start(self._queues)

    async def stop_queues(self) -> None:
        """Take no more from queues; the current batches may finish."""
        if self._queues:
            await asyncio.to_thread(self._queues.stop)

    async def watch(self) -> None:
        """Start again what ends by itself; return with an error only if that does not help."""
        programs: list[tuple[Program | None, Start]] = [
            (self._plan.postgres, self.start_database),
            (self._broker, self.start_broker),
            (self._sandbox, self.start_sandbox),
            (self._queues, self.start_queues),
        ]
        running = {program.check: start for program, start in programs if program}
        await Reviver(running, self._plan.settings.restarts).watch()

    async def stop(self) -> None:
        """End all of them at once: none speaks to another."""
        programs = (self._sandbox, self._broker, self._plan.postgres)
        await asyncio.gather(*(asyncio.to_thread(program.stop) for program in programs if program))

    async def _start(self, child: Child) -> None:
        await asyncio.to_thread(child.end_leftover)
        child.launch()
        await child.wait_ready()

    def _provision(self) -> None:
        Provisioner(self._plan.endpoints.aws_endpoint, self._plan.values).provision(self._plan.system)

    def _ports(self) -> Iterator[tuple[str, int]]:
        ports = self._plan.ports
        yield "API gateway", ports.gateway
        yield from ((f"{name} service", port) for name, port in ports.services.items())
        yield "Lambda Invoke API", ports.invoke
        if self._broker:
            yield "broker", ports.broker
        if self._sandbox:
            yield "sandbox", ports.sandbox
            yield "sandbox's mail server", ports.mail
        if self._plan.postgres:
            yield "database", ports.postgres

    def _make_broker(self) -> Child:
        settings = self._plan.settings
        make = localstack if settings.broker == "localstack" else ministack
        return make(settings.state, settings.logs, self._plan.ports.broker, settings.log_level, self._plan.shelf)

    def _make_sandbox(self) -> Child:
        settings, ports = self._plan.settings, self._plan.ports
        directory = settings.state / "sandbox"
        directory.mkdir(parents=True, exist_ok=True)
        webhook = f"http://{HOST}:{ports.payment}/webhooks"
        arguments = ["-m", SANDBOX, "--port", str(ports.sandbox), "--state", str(directory), "--webhook-url", webhook]
        callbacks = f"http://{HOST}:{ports.notification}/webhooks"
        arguments += ["--smtp-port", str(ports.mail), "--callback-url", callbacks, "--clock", str(settings.clock)]
        queue = f"{self._plan.endpoints.aws_endpoint}/{ACCOUNT}/{MAIL_EVENTS}"
        arguments += ["--mail-events-url", queue]
        url = f"http://{HOST}:{ports.sandbox}/health"
        return Child("sandbox", arguments, {"LOG_LEVEL": settings.log_level}, settings.logs, url)

    def _make_queues(self) -> Child:
        settings, system, endpoints = self._plan.settings, self._plan.system, self._plan.endpoints
        configuration = SourcesConfiguration(
            sources=tuple(
                replace(source, window=min(source.window, settings.gathering_seconds))
                for source in system.queue_sources
            ),
            aws_endpoint=endpoints.aws_endpoint,
            lambda_endpoint=endpoints.lambda_endpoint,
            log_level=settings.log_level,
        )
        return Child("queues", ["-m", SOURCES, configuration.render()], {}, settings.logs, health_url=None)
