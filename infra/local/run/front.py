"""All listening sockets of the runtime itself: the front doors and the Lambda Invoke API."""

import asyncio
import json
from collections.abc import Sequence

from aiohttp import web

from infra.local.clock.door import ClockDoor
from infra.local.doors.request import Request, Response
from infra.local.doors.rest import RestApi
from infra.local.doors.server import Answer, front_door, rest_door, service_door
from infra.local.execution.invoke_api import InvokeApi
from infra.local.execution.lambdas import Lambdas
from infra.local.machine.guard import CONTENT_TYPE, LINKS_AND_FILES, REFUSAL, STATUS, Guard
from infra.local.machine.ports import HOST, Ports
from infra.local.template.model import Api, System

BACKLOG = 1024
SHUTDOWN_SECONDS = 2
RETRY_SECONDS = 2
# A function that is asked before the database knows its password would only fill the log.
STARTING = Response(
    503,
    (("Content-Type", "application/problem+json"), ("Retry-After", str(RETRY_SECONDS))),
    json.dumps(
        {"title": "Service Unavailable", "status": 503, "code": "starting", "detail": "Cyclorama is starting"}
    ).encode(),
)
FOREIGN = Response(STATUS, (("Content-Type", CONTENT_TYPE),), REFUSAL)


class Front:
    """5000 serves every route, each service's port its own routes and its function URL; `hosts` are further names that
    these are reached by."""

    def __init__(
        self, system: System, ports: Ports, lambdas: Lambdas, clock: ClockDoor, hosts: Sequence[str] = ()
    ) -> None:
        self._system = system
        self._ports = ports
        self._lambdas = lambdas
        self._clock = clock
        self._hosts = hosts
        self._runners: list[web.BaseRunner] = []
        self._ready = False

    def let_in(self) -> None:
        """All dependencies are up: from now on requests reach the functions."""
        self._ready = True

    async def open(self) -> None:
        """Take every port. Until `let_in` the doors answer that the system is starting."""
        api = RestApi(self._system.api or Api(), self._lambdas.invoke)
        await self._serve(rest_door(api, api.router()), self._ports.gateway)
        for service, port in self._ports.services.items():
            await self._serve(self._service_door(api, service), port)
        runner = web.AppRunner(
            InvokeApi(self._lambdas, Guard.of(self._ports.invoke), self._clock.routes()).application(),
            access_log=None,
            shutdown_timeout=SHUTDOWN_SECONDS,
        )
        await self._listen(runner, self._ports.invoke)

    async def close(self) -> None:
        """Take no more requests."""
        await asyncio.gather(*(runner.cleanup() for runner in self._runners))

    def _service_door(self, api: RestApi, service: str) -> Answer:
        functions = {f.logical_id for f in self._system.functions.values() if f.service == service}
        router = api.router(lambda route: route.function in functions)
        mounted = next((name for name in self._system.function_urls if name in functions), None)
        return service_door(api, router, self._lambdas.invoke, mounted) if mounted else rest_door(api, router)

    def _origins(self) -> set[str]:
        """The pages that the functions let in."""
        told = (function.environment.get("ALLOWED_ORIGINS", "") for function in self._system.functions.values())
        return {origin for each in told for origin in each.split(",") if origin}

    async def _serve(self, answer: Answer, port: int) -> None:
        guard = Guard.of(port, self._hosts, self._origins(), modes=LINKS_AND_FILES)

        async def guarded(request: Request) -> Response:
            if not guard.admits(request.header):
                return FOREIGN
            return await answer(request) if self._ready else STARTING

        door = front_door(guarded, port, self._clock.now)
        await self._listen(web.ServerRunner(door, shutdown_timeout=SHUTDOWN_SECONDS), port)

    async def _listen(self, runner: web.BaseRunner, port: int) -> None:
        await runner.setup()
        self._runners.append(runner)
        await web.TCPSite(runner, HOST, port, backlog=BACKLOG).start()
