"""One execution environment: a process that serves one invocation at a time, and its Runtime API."""

import asyncio
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from infra.local.execution.invocation import ASK_SECONDS, Failure, Invocation, Outcome, deadline_ms, failed
from infra.local.execution.runtime_api import RuntimeConnection
from infra.local.execution.spawning import Process, Spawner
from infra.local.machine.logs import log
from infra.local.template.model import Function

HEADERS = (
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    "Lambda-Runtime-Aws-Request-Id: {id}\r\nLambda-Runtime-Deadline-Ms: {deadline}\r\n"
    "Lambda-Runtime-Invoked-Function-Arn: {arn}\r\n"
    "Lambda-Runtime-Trace-Id: Root=1-{time:08x}-{trace};Sampled=0\r\nContent-Length: {length}\r\n\r\n"
)
TERMINATE_SECONDS = 2.0


class State(Enum):
    """An environment's life, in order; idle and busy alternate."""

    STARTING = "starting"
    IDLE = "idle"
    BUSY = "busy"
    DEAD = "dead"


@dataclass(frozen=True)
class Hooks:
    """What the pool wants to hear: an environment is free, or gone (with the error of a failed start)."""

    ready: Callable[["Environment"], None]
    gone: Callable[["Environment", Outcome | None], None]
    line: Callable[[str], None]


class Environment:
    """Started with `start`, given work with `assign`, ended with `stop` or by its own end."""

    def __init__(self, function: Function, variables: Mapping[str, str], spawner: Spawner, hooks: Hooks) -> None:
        self.function = function
        self.state = State.STARTING
        self.retiring = False
        self.served = 0
        self.idle_since = 0.0
        self.current: Invocation | None = None
        self._variables = variables
        self._spawner = spawner
        self._hooks = hooks
        self._init_error: Outcome | None = None
        self._waiting: RuntimeConnection | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._server: asyncio.Server | None = None
        self._process: Process | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Open the Runtime API on a port of its own and start the process against it."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: RuntimeConnection(self), "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()[:2]
        variables = {**self._variables, "AWS_LAMBDA_RUNTIME_API": f"{host}:{port}"}
        try:
            self._process = await self._spawner.spawn(self.function, variables)
        except BaseException:
            self._server.close()
            raise
        self._tasks = [asyncio.create_task(self._run(self._process))]
        if self.state is State.STARTING:
            self._expect_to_be_asked()

    def can_serve(self) -> bool:
        """Whether the idle process still waits for work; one that died meanwhile is soon `gone`."""
        return self._waiting is not None and not self._waiting.hung_up()

    def assign(self, invocation: Invocation) -> None:
        """Hand an invocation to the idle process and start its clock."""
        self.current = invocation
        self.state = State.BUSY
        timeout = self.function.timeout
        self._timer = asyncio.get_running_loop().call_later(timeout, self._time_out)
        head = HEADERS.format(
            id=invocation.request_id,
            deadline=deadline_ms(timeout),
            arn=self.function.arn,
            time=int(time.time()),
            trace=invocation.request_id.replace("-", "")[:24],
            length=len(invocation.payload),
        )
        if self._waiting:
            self._waiting.send(head.encode() + invocation.payload)

    async def stop(self) -> None:
        """End the process: politely, then not."""
        if self._process and self._process.returncode is None:
            self._signal(signal.SIGTERM)
            done, _ = await asyncio.wait(self._tasks, timeout=TERMINATE_SECONDS)
            if not done:
                self._signal(signal.SIGKILL)
        if self._tasks:
            await asyncio.wait(self._tasks)

    def kill(self) -> None:
        """End the process at once; `gone` follows."""
        self._signal(signal.SIGKILL)

    def next_requested(self, connection: RuntimeConnection) -> None:
        self._waiting = connection
        self._stop_clock()
        self.state = State.IDLE
        self.idle_since = time.monotonic()
        self._hooks.ready(self)

    def answered(self, request_id: str, body: bytes) -> None:
        self._settle(request_id, Outcome(body))

    def raised(self, request_id: str, body: bytes) -> None:
        self._settle(request_id, Outcome(body, Failure.ERROR))

    def init_failed(self, body: bytes) -> None:
        self._init_error = Outcome(body, Failure.ERROR)

    def answer_too_large(self, size: int) -> None:
        if self.current:
            message = f"Response payload size exceeded maximum allowed payload size (6291556 bytes): {size}."
            outcome = failed(Failure.TOO_LARGE, "Function.ResponseSizeTooLarge", message)
            self._settle(self.current.request_id, outcome)
        # A runtime client that met a 413 is not to be trusted with another invocation.
        self.retiring = True
        self.kill()

    def _settle(self, request_id: str, outcome: Outcome) -> None:
        if self.current and self.current.request_id == request_id:
            self._expect_to_be_asked()
            invocation, self.current = self.current, None
            self.served += 1
            invocation.settle(outcome)

    def _time_out(self) -> None:
        if self.current:
            self.current.timed_out(self.function.timeout)
            self.current = None
        self.kill()

    def _expect_to_be_asked(self) -> None:
        self._stop_clock()
        self._timer = asyncio.get_running_loop().call_later(ASK_SECONDS, self._never_asked)

    def _never_asked(self) -> None:
        # Whoever waits for a start would wait for ever, and the place of a process that hangs would never be free.
        log.error(
            "%s (%s) asks for no work: its process %s is ended", self.function.logical_id, self.state.value, self.pid
        )
        self.kill()

    def _stop_clock(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _signal(self, number: int) -> None:
        if self._process and self._process.returncode is None:
            self._process.send_signal(number)

    async def _run(self, process: Process) -> None:
        assert process.stdout  # noqa: S101 - it was asked for above
        await self._pump(process.stdout)
        code = await process.wait()
        self.state = State.DEAD
        self._stop_clock()
        if self._server:
            self._server.close()
        if self.current:
            self.current.crashed(_how(code))
            self.current = None
        self._hooks.gone(self, None if self._waiting else self._init_error or _never_ready(code))

    async def _pump(self, output: asyncio.StreamReader) -> None:
        rest = b""
        while chunk := await output.read(65536):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._keep(line)
        if rest:
            self._keep(rest)

    def _keep(self, line: bytes) -> None:
        try:
            self._hooks.line(line.decode(errors="replace"))
        except Exception:
            # Whoever stopped reading here would not hear of the process's end, either.
            log.exception("A line of %s is lost", self.function.logical_id)


def _how(code: int) -> str:
    return f"signal: {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"


def _never_ready(code: int) -> Outcome:
    return failed(Failure.CRASH, "Runtime.ExitError", f"The process ended while starting: {_how(code)}")
