"""What the runtime needs to know of a template, freed of CloudFormation's syntax."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.local.machine.source import QueueSource


@dataclass(frozen=True)
class Function:
    """One Lambda function. `code` is the folder it is imported from, `timeout` in seconds, `memory` in MB."""

    logical_id: str
    name: str
    arn: str
    handler: str
    code: Path
    environment: Mapping[str, str]
    timeout: float
    memory: int
    reserved_concurrency: int | None = None
    failure_queue: str = ""
    """ARN of the failure destination for asynchronous invocations."""

    @property
    def service(self) -> str:
        """The owning service, which decides front door, log file and database role."""
        return self.environment.get("SERVICE", self.logical_id)


@dataclass(frozen=True)
class Route:
    """One method and path template of the REST API; `authorizer` names who guards it, None is public."""

    method: str
    path: str
    function: str
    authorizer: str | None = None


@dataclass(frozen=True)
class Authorizer:
    """An authoriser: who is asked, which header holds the token, how long (s) answers are kept.

    With `takes_all` it is of type REQUEST, judges requests with and without a token, and keeps no answers."""

    name: str
    function: str
    header: str = "Authorization"
    ttl: int = 300
    validation: str | None = None
    takes_all: bool = False


@dataclass(frozen=True)
class GatewayResponse:
    """How the API answers when no function does; `status` None keeps API Gateway's own."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Throttle:
    """A token bucket's refill (requests per second) and size, for the methods that match."""

    path: str
    method: str
    rate: float
    burst: int


@dataclass(frozen=True)
class Api:
    """The REST API with everything API Gateway itself enforces."""

    stage: str = "local"
    routes: tuple[Route, ...] = ()
    authorizers: Mapping[str, Authorizer] = field(default_factory=dict)
    responses: Mapping[str, GatewayResponse] = field(default_factory=dict)
    throttles: tuple[Throttle, ...] = ()
    binary_types: tuple[str, ...] = ()
    per_address: int | None = None
    """How many requests one address may make in five minutes."""
    minimum_compression: int | None = None
    """From how many bytes answers are compressed."""


@dataclass(frozen=True)
class Queue:
    """One SQS queue; `attributes` are what CreateQueue takes."""

    name: str
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class Rule:
    """An EventBridge rule on a bus, with the ARNs of its target queues by target id."""

    name: str
    bus: str
    pattern: Mapping[str, Any]
    targets: Mapping[str, str]
    enabled: bool = True


@dataclass(frozen=True)
class Schedule:
    """A function called every `interval` seconds; `source` is what the event says sent it."""

    name: str
    function: str
    interval: int
    source: str
    payload: str | None = None


@dataclass(frozen=True)
class Secret:
    """A secret with a given value, or the rules by which to generate one."""

    logical_id: str
    name: str
    value: str | None
    generate: Mapping[str, Any] | None
    about: str = ""
    needed: str = ""
    """Why somebody has to give its value; empty if it is made up."""


@dataclass(frozen=True)
class System:
    """Everything one template, with its nested stacks, describes."""

    functions: Mapping[str, Function] = field(default_factory=dict)
    api: Api | None = None
    function_urls: tuple[str, ...] = ()
    queues: tuple[Queue, ...] = ()
    buses: tuple[str, ...] = ()
    buckets: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    queue_sources: tuple[QueueSource, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    secrets: tuple[Secret, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
