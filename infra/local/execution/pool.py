"""The execution environments of one function: grown on demand to a limit, reaped when idle."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from infra.local.execution.environment import Environment, Hooks, State
from infra.local.execution.invocation import (
    MAX_PAYLOAD,
    Failure,
    Invocation,
    Outcome,
    PayloadTooLargeError,
    TooManyRequestsError,
    failed,
)
from infra.local.execution.spawning import Spawner
from infra.local.machine.logs import log
from infra.local.template.model import Function

WAIT_SECONDS = 10.0


class FunctionPool:
    """Invocations wait here for a free environment, first come, first served."""

    def __init__(
        self,
        function: Function,
        limit: int,
        variables: Mapping[str, str],
        spawner: Spawner,
        line: Callable[[str], None],
    ) -> None:
        self.function = function
        self.environments: set[Environment] = set()
        self._limit = limit
        self._variables = variables
        self._spawner = spawner
        self._line = line
        self._idle: list[Environment] = []
        self._waiting: deque[Invocation] = deque()
        self._starts: set[asyncio.Task[None]] = set()
        self._warm: asyncio.Event = asyncio.Event()
        self._stopping = False
        self.last_start_error: Outcome | None = None

    async def invoke(self, payload: bytes) -> Outcome:
        """The outcome of one invocation; `TooManyRequestsError` if every environment stays busy for 10 s."""
        if len(payload) > MAX_PAYLOAD:
            raise PayloadTooLargeError(f"{len(payload)} bytes are over the limit of {MAX_PAYLOAD}")
        loop = asyncio.get_running_loop()
        invocation = Invocation(payload, loop.create_future())
        if environment := self._take_idle():
            environment.assign(invocation)
            return await invocation.settled
        self._waiting.append(invocation)
        self._grow()
        try:
            while not (await asyncio.wait([invocation.settled], timeout=WAIT_SECONDS))[0]:
                # As on Lambda, one that is starting is waited for; only where all are busy there is no room.
                if not self._starting():
                    self._give_up(invocation)
            return invocation.settled.result()
        finally:
            # The caller has stopped waiting: do not run it.
            invocation.settled.cancel()

    async def warm(self) -> Outcome | None:
        """Start one environment and wait until it is ready; what is returned is why it is not."""
        if not self.environments:
            self._start()
        await self._warm.wait()
        return self.last_start_error

    def reap(self, idle_seconds: float, spare_seconds: float) -> None:
        """End what was idle for that long: for `idle_seconds` the environment used last, for `spare_seconds` others."""
        now, last = time.monotonic(), self._idle[-1:]
        for environment in list(self._idle):
            if now - environment.idle_since > (idle_seconds if environment in last else spare_seconds):
                self._retire(environment)

    def recycle(self) -> None:
        """Have every environment replaced after its current invocation, and one new one ready."""
        had_any = bool(self.environments)
        for environment in list(self.environments):
            self._retire(environment)
        if had_any:
            self._start()

    async def stop(self, grace: float) -> None:
        """Let running invocations finish for `grace` seconds, then end every process."""
        self._stopping = True
        if running := [e.current.settled for e in self.environments if e.current]:
            await asyncio.wait(running, timeout=grace)
        await asyncio.gather(*self._starts)
        await asyncio.gather(*(environment.stop() for environment in list(self.environments)))

    def describe(self) -> dict[str, Any]:
        """For the runtime's own status page and for tests that need a process to kill."""
        return {
            "logical_id": self.function.logical_id,
            "service": self.function.service,
            "handler": self.function.handler,
            "environments": [
                {
                    "pid": e.pid,
                    "state": e.state.value,
                    "served": e.served,
                    "request_id": e.current.request_id if e.current else None,
                }
                for e in self.environments
            ],
        }

    def _take_idle(self) -> Environment | None:
        """The one used last has the warmest caches, and the others get to be reaped."""
        while self._idle:
            environment = self._idle.pop()
            # As on Lambda, a process that died between two invocations costs the next one a start, not a failure.
            if environment.can_serve():
                return environment
        return None

    def _grow(self) -> None:
        starting = self._starting()
        living = sum(not e.retiring for e in self.environments)
        if not self._stopping and starting < len(self._waiting) and living < self._limit:
            self._start()

    def _starting(self) -> int:
        return sum(e.state is State.STARTING for e in self.environments)

    def _start(self) -> None:
        hooks = Hooks(self._ready, self._gone, self._line)
        environment = Environment(self.function, self._variables, self._spawner, hooks)
        self.environments.add(environment)
        task = asyncio.create_task(self._launch(environment))
        self._starts.add(task)
        task.add_done_callback(self._starts.discard)

    async def _launch(self, environment: Environment) -> None:
        try:
            await environment.start()
        except Exception as error:
            # Whatever it is, whoever waits for this start must not wait for ever.
            log.exception("%s cannot be started", self.function.logical_id)
            self._gone(environment, failed(Failure.CRASH, "Runtime.SpawnError", str(error)))

    def _ready(self, environment: Environment) -> None:
        self.last_start_error = None
        self._warm.set()
        if environment.retiring:
            environment.kill()
            return
        if not environment.can_serve():
            return
        while self._waiting:
            invocation = self._waiting.popleft()
            if not invocation.settled.done():
                environment.assign(invocation)
                return
        self._idle.append(environment)

    def _gone(self, environment: Environment, start_error: Outcome | None) -> None:
        self.environments.discard(environment)
        if environment in self._idle:
            self._idle.remove(environment)
        if start_error and not environment.retiring and not self._stopping:
            self.last_start_error = start_error
            self._warm.set()
            self._line(f"ERROR cannot start: {start_error.payload.decode()}")
            if self._waiting:
                self._waiting.popleft().settle(start_error)
        self._grow()

    def _retire(self, environment: Environment) -> None:
        environment.retiring = True
        if environment in self._idle:
            self._idle.remove(environment)
            environment.kill()

    def _give_up(self, invocation: Invocation) -> None:
        if invocation in self._waiting:
            self._waiting.remove(invocation)
            invocation.settled.set_exception(TooManyRequestsError(self.function.logical_id))
