"""All functions of the system by name: invoked and awaited, or in the background with Lambda's retries."""

import asyncio
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.clock import VARIABLE
from infra.local.execution.alike import EXECUTION_ENV
from infra.local.execution.bootstrap import NICENESS, PURE_CLIENT
from infra.local.execution.destinations import failure_record, send_record
from infra.local.execution.invocation import Outcome, TooManyRequestsError
from infra.local.execution.launching import Launched
from infra.local.execution.pool import FunctionPool
from infra.local.execution.spawning import make_spawner
from infra.local.machine.logs import ServiceLogs, log
from infra.local.machine.priority import BACKGROUND
from infra.local.machine.region import REGION
from infra.local.machine.settings import ROOT
from infra.local.template.model import Function

REAP_SECONDS = 1.0
SPARE_SECONDS = 5.0
"""How long an unused environment is kept that no client waits for, or beside the one of its function that was used
last: a new one takes 30 ms of processor time, and one that waits 20 MiB."""
STOP_GRACE_SECONDS = 5.0
# Lambda retries a failed asynchronous invocation twice, after 1 and 2 minutes; a developer won't wait for that.
RETRY_SECONDS = (1.0, 2.0)
# Nothing of the supervisor's own environment is a function's business, except what finding programs takes.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "NO_PROXY", "no_proxy")


@dataclass(frozen=True)
class LambdaOptions:
    """How functions are run here; `overrides` are variables that replace the template's, where it sets them.

    Functions that are not `urgent`, because no client waits for them, run with a lower priority."""

    concurrency: int = 2
    urgent: Collection[str] = ()
    idle_seconds: float = 600
    aws_endpoint: str = ""
    clock: str = ""
    """The file of the system's clock."""
    pure_client: bool = False
    fork: bool = True
    overrides: Callable[[Function], Mapping[str, str]] = field(default=lambda _function: {})


class UnknownFunctionError(Exception):
    """No function of that name."""


class Lambdas:
    """Made, used and stopped on one event loop."""

    def __init__(
        self,
        functions: Iterable[Function],
        options: LambdaOptions,
        logs: ServiceLogs,
        launched: Launched | None = None,
    ) -> None:
        functions = list(functions)
        self._spawner = make_spawner(options.fork, functions, launched)
        self.pools = {f.logical_id: self._pool(f, options, logs) for f in functions}
        self._by_name = {pool.function.name: pool for pool in self.pools.values()}
        self._options = options
        self._aws_endpoint = options.aws_endpoint
        self._background: set[asyncio.Task[None]] = set()
        self._reaper: asyncio.Task[None] | None = None

    async def invoke(self, logical_id: str, payload: bytes) -> Outcome:
        """Run a function and wait for its outcome."""
        return await self.pools[logical_id].invoke(payload)

    def invoke_later(self, logical_id: str, payload: bytes) -> None:
        """Run a function in the background; a failed run is repeated twice."""
        task = asyncio.create_task(self._with_retries(logical_id, payload), name=logical_id)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def busy(self, but: Collection[str] = ()) -> int:
        """How many invocations are under way or are to be repeated, but for some functions'."""
        pools = (pool for name, pool in self.pools.items() if name not in but)
        running = sum(environment.current is not None for pool in pools for environment in pool.environments)
        return running + sum(task.get_name() not in but for task in self._background)

    def find(self, name: str) -> FunctionPool:
        """By logical id, name or ARN, with or without `:$LATEST`."""
        short = name.removesuffix(":$LATEST").rpartition(":")[2]
        pool = self.pools.get(short) or self._by_name.get(short)
        if pool is None:
            raise UnknownFunctionError(name)
        return pool

    async def warm(self, logical_ids: Iterable[str]) -> dict[str, Outcome]:
        """Have one environment of each ready; returns why some cannot start."""
        chosen = set(logical_ids)
        errors = await asyncio.gather(*(self.pools[logical_id].warm() for logical_id in chosen))
        return {name: error for name, error in zip(chosen, errors, strict=True) if error}

    def start_reaping(self) -> None:
        """From now on, end environments that stay unused."""
        self._reaper = asyncio.create_task(self._reap())

    def recycle(self) -> None:
        """Replace every environment, because the code changed."""
        self._spawner.renew()
        for pool in self.pools.values():
            pool.recycle()

    async def stop(self) -> None:
        """End everything; what runs gets a few seconds."""
        for task in [*self._background, *([self._reaper] if self._reaper else [])]:
            task.cancel()
        await asyncio.gather(*(pool.stop(STOP_GRACE_SECONDS) for pool in self.pools.values()))
        await self._spawner.stop()

    def describe(self) -> list[dict[str, Any]]:
        """Every function with its processes."""
        return [pool.describe() for pool in self.pools.values()]

    async def _with_retries(self, logical_id: str, payload: bytes) -> None:
        for delay in (*RETRY_SECONDS, None):
            outcome = None
            try:
                outcome = await self.invoke(logical_id, payload)
            except TooManyRequestsError:
                problem: object = "every execution environment is busy"
            else:
                if outcome.failure is None:
                    return
                problem = outcome.error().get("errorMessage")
            if delay is None:
                log.error("%s failed three times and is not retried again: %s", logical_id, problem)
                await self._report(logical_id, payload, outcome)
            else:
                log.warning("%s failed and will be retried: %s", logical_id, problem)
                await asyncio.sleep(delay)

    async def _report(self, logical_id: str, payload: bytes, outcome: Outcome | None) -> None:
        function = self.pools[logical_id].function
        if function.failure_queue and self._aws_endpoint:
            record = failure_record(function, payload, outcome, attempts=len(RETRY_SECONDS) + 1)
            await asyncio.to_thread(send_record, self._aws_endpoint, function.failure_queue, record)

    async def _reap(self) -> None:
        options = self._options
        while True:
            await asyncio.sleep(min(REAP_SECONDS, options.idle_seconds))
            spare = min(options.idle_seconds, SPARE_SECONDS)
            for logical_id, pool in self.pools.items():
                pool.reap(options.idle_seconds if logical_id in options.urgent else spare, spare)

    def _pool(self, function: Function, options: LambdaOptions, logs: ServiceLogs) -> FunctionPool:
        limit = options.concurrency
        if function.reserved_concurrency is not None:
            limit = min(limit, function.reserved_concurrency)
        return FunctionPool(
            function,
            limit,
            variables(function, options) | _niceness(function, options),
            self._spawner,
            lambda line: logs.write(function.service, function.logical_id, line),
        )


def variables(function: Function, options: LambdaOptions) -> dict[str, str]:
    """The process's environment: Lambda's own variables, the template's, and local replacements."""
    paths = [function.code, ROOT / "layers" / "core", ROOT]
    overrides = options.overrides(function)
    return {
        **{name: os.environ[name] for name in INHERITED if name in os.environ},
        "PYTHONPATH": os.pathsep.join(map(str, dict.fromkeys(paths))),
        "PYTHONUNBUFFERED": "1",
        "LAMBDA_TASK_ROOT": str(function.code),
        "TZ": ":UTC",
        "_HANDLER": function.handler,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_EXECUTION_ENV": EXECUTION_ENV,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        **({"AWS_ENDPOINT_URL": options.aws_endpoint} if options.aws_endpoint else {}),
        **({PURE_CLIENT: "1"} if options.pure_client else {}),
        **({VARIABLE: options.clock} if options.clock else {}),
        **function.environment,
        **{name: value for name, value in overrides.items() if name in function.environment},
    }


def _niceness(function: Function, options: LambdaOptions) -> dict[str, str]:
    return {} if function.logical_id in options.urgent else {NICENESS: str(BACKGROUND)}


def code_folders(functions: Iterable[Function]) -> set[Path]:
    """Where a change of code means new execution environments."""
    return {f.code for f in functions} | {ROOT / "layers" / "core", ROOT / "shared_schemas"}
