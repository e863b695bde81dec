"""Starts the whole system in order, watches it, and stops it so that nothing is left behind."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

from infra.clock import SharedClock
from infra.local.clock.door import ClockDoor
from infra.local.clock.moving import Mover
from infra.local.execution.lambdas import Lambdas, code_folders
from infra.local.execution.launching import Launched
from infra.local.machine.errors import LocalError
from infra.local.machine.logs import ServiceLogs, keep_short, log
from infra.local.plan.defaults import MIGRATOR
from infra.local.plan.plan import Plan
from infra.local.postgres.admin import set_role_passwords
from infra.local.run.front import Front
from infra.local.run.health import unhealthy
from infra.local.run.progress import Progress, announce
from infra.local.run.reload import Reloader
from infra.local.run.seeding import seed
from infra.local.run.services import Services
from infra.local.sources.schedules import Scheduler

# It is at work for half a minute at a time after photos came, and nothing falls due by it.
UNHURRIED = {"BookingPreparePhotos"}


class Supervisor:
    """One run of the system, on one event loop; `launched` is what functions are forked from, where it runs already."""

    def __init__(self, plan: Plan, port_patience: float = 0, launched: Launched | None = None) -> None:
        self._plan = plan
        self._port_patience = port_patience
        self._progress = Progress()
        self._services = Services(plan, self._progress)
        self._logs = ServiceLogs(plan.settings.logs, plan.settings.log_level)
        self._lambdas = Lambdas(plan.system.functions.values(), plan.lambda_options, self._logs, launched)
        clock = SharedClock(plan.settings.clock)
        self._scheduler = Scheduler(
            plan.system.schedules, self._lambdas.invoke_later, clock.now, plan.settings.schedule_seconds
        )
        own_database = plan.endpoints.database_url if plan.postgres else None
        self._mover = Mover(clock, own_database, self._scheduler)
        door = ClockDoor(self._mover, lambda: self._lambdas.busy(UNHURRIED))
        self._front = Front(plan.system, plan.ports, self._lambdas, door, plan.settings.further_hosts)

    async def run(self) -> None:
        """Start, serve until SIGINT or SIGTERM, stop. A `LocalError` says what went wrong."""
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped.set)
        try:
            await _until(stopped, self._start())
            if not stopped.is_set():
                await _until(stopped, self._watch())
            log.info("Stopping …")
        finally:
            await self._stop()

    async def _start(self) -> None:
        await self._services.check_ports(self._port_patience)
        await self._front.open()
        await _together(self._database(), self._services.start_broker(), self._services.start_sandbox(), self._warm())
        self._front.let_in()
        await self._start_sources()
        await self._check_health()
        seeded = await seed(self._plan)
        self._plan.endpoints.save(self._plan.settings.state)
        announce(self._plan, self._progress.elapsed, seeded=seeded)

    async def _database(self) -> None:
        # The migrator's process starts while the database does.
        await _together(self._services.start_database(), self._warm_migrator())
        if MIGRATOR in self._plan.system.functions:
            with self._progress.step("migrations"):
                outcome = await self._lambdas.invoke(MIGRATOR, b"{}")
                if outcome.failure:
                    raise LocalError(f"The database could not be migrated: {outcome.error().get('errorMessage')}")
        keys = self._plan.values.keys
        passwords = {name: keys.role_password(name) for name in self._plan.database_services}
        if passwords:
            await asyncio.to_thread(set_role_passwords, self._plan.endpoints.database_url, passwords)
        await self._mover.follow()

    async def _warm_migrator(self) -> None:
        if pool := self._lambdas.pools.get(MIGRATOR):
            await pool.warm()

    async def _warm(self) -> None:
        with self._progress.step("functions"):
            errors = await self._lambdas.warm(self._plan.warm_functions)
        for name, outcome in errors.items():
            service = self._plan.system.functions[name].service
            raise LocalError(f"{name} cannot start: {outcome.error().get('errorMessage')}\n{self._logs.tail(service)}")

    async def _start_sources(self) -> None:
        await self._services.start_queues()
        self._scheduler.start()
        self._lambdas.start_reaping()

    async def _check_health(self) -> None:
        api = self._plan.system.api
        if not api or not any(r.path == "/health" and r.authorizer is None for r in api.routes):
            return
        if complaint := await unhealthy(f"{self._plan.endpoints.api_url}/health"):
            log.warning("Some components are not healthy: %s", complaint)

    async def _watch(self) -> None:
        settings, system = self._plan.settings, self._plan.system
        tasks = [self._services.watch(), keep_short(settings.logs)]
        if settings.reload:
            folders = code_folders(system.functions.values())
            tasks.append(Reloader(folders, settings.template, self._lambdas.recycle).watch())
        await _together(*tasks)

    async def _stop(self) -> None:
        await self._scheduler.stop()
        # Before the doors: a batch that is running is answered through one of them.
        await self._services.stop_queues()
        await self._front.close()
        await self._lambdas.stop()
        await self._services.stop()
        self._logs.close()


async def _until(stopped: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Do the work unless asked to stop meanwhile."""
    tasks = [asyncio.create_task(work), asyncio.create_task(stopped.wait())]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    for task in done:
        task.result()


async def _together(*work: Coroutine[Any, Any, None]) -> None:
    """Do all at once; the first error ends the others and is raised as itself."""
    try:
        async with asyncio.TaskGroup() as group:
            for each in work:
                group.create_task(each)
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
