"""`AWS::Serverless::Function`: the function itself and what triggers it."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from infra.local.machine.errors import TemplateError
from infra.local.machine.source import QueueSource
from infra.local.template import intrinsics
from infra.local.template.model import Function, Schedule
from infra.local.template.stack import Resource, Stack

FUNCTION = "AWS::Serverless::Function"
RATE = re.compile(r"rate\((\d+) (second|minute|hour|day)s?\)")
SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
SOURCES = {"Schedule": "aws.events", "ScheduleV2": "aws.scheduler"}


def read_function(resource: Resource) -> Function:
    """The function with the template's `Globals` under its own properties."""
    properties = with_globals(resource)
    if not str(properties.get("Runtime", "")).startswith("python"):
        raise TemplateError(f"{resource.label}: Runtime must be python…, not {properties.get('Runtime')!r}")
    if "Handler" not in properties:
        raise TemplateError(f"{resource.label}: Handler is missing")
    environment = (properties.get("Environment") or {}).get("Variables") or {}
    return Function(
        logical_id=resource.logical_id,
        name=resource.name,
        arn=resource.arn,
        handler=str(properties["Handler"]),
        code=(resource.stack.path.parent / str(properties.get("CodeUri", "."))).resolve(),
        environment={key: _text(value) for key, value in environment.items()},
        timeout=_timeout(properties),
        memory=int(properties.get("MemorySize", 128)),
        reserved_concurrency=_optional_int(properties.get("ReservedConcurrentExecutions")),
        failure_queue=_failure_queue(resource, properties),
    )


def _failure_queue(resource: Resource, properties: Mapping[str, Any]) -> str:
    destinations = (properties.get("EventInvokeConfig") or {}).get("DestinationConfig") or {}
    destination = destinations.get("OnFailure") or {}
    if destination and destination.get("Type") != "SQS":
        raise TemplateError(f"{resource.label}: a failure destination on one machine is a queue")
    return str(destination.get("Destination", ""))


def with_globals(resource: Resource) -> dict[str, Any]:
    """SAM's rule: maps are merged, lists joined, everything else is the resource's own."""
    section = (resource.stack.document.get("Globals") or {}).get("Function") or {}
    merged: dict[str, Any] = _merge(intrinsics.resolve(section, resource.stack), resource.properties)
    return merged


def _merge(base: Any, own: Any) -> Any:
    if isinstance(base, dict) and isinstance(own, dict):
        return {**base, **{key: _merge(base.get(key), item) for key, item in own.items()}}
    if isinstance(base, list) and isinstance(own, list):
        return [*base, *own]
    return own


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value) if isinstance(value, dict | list) else str(value)


def _optional_int(value: Any) -> int | None:
    return None if value is None else int(value)


def read_sources(resource: Resource, stack: Stack) -> Iterator[QueueSource | Schedule]:
    """What triggers the function, apart from the API and its own URL."""
    for event_name, event in (resource.properties.get("Events") or {}).items():
        kind, properties = event.get("Type"), event.get("Properties") or {}
        if kind == "SQS":
            if _enabled(properties):
                yield _queue_source(resource, stack, properties)
        elif kind in SOURCES:
            if _enabled(properties):
                yield _schedule(resource, event_name, kind, properties)
        else:
            raise TemplateError(
                f"{resource.label}: event {event_name} of type {kind} is not supported on one machine;"
                " use SQS, Schedule, ScheduleV2, a FunctionUrlConfig, or the API's OpenAPI document"
            )


def _enabled(properties: Mapping[str, Any]) -> bool:
    return properties.get("Enabled", True) is not False and properties.get("State", "ENABLED") != "DISABLED"


def _queue_source(resource: Resource, stack: Stack, properties: Mapping[str, Any]) -> QueueSource:
    arn = str(properties.get("Queue"))
    known = {queue.arn: queue.name for queue in stack.walk() if queue.type == "AWS::SQS::Queue"}
    if arn not in known:
        raise TemplateError(f"{resource.label}: its queue {arn} is not in the template")
    return QueueSource(
        function=resource.logical_id,
        queue=known[arn],
        batch_size=int(properties.get("BatchSize", 10)),
        window=int(properties.get("MaximumBatchingWindowInSeconds", 0)),
        partial_failures="ReportBatchItemFailures" in (properties.get("FunctionResponseTypes") or []),
        concurrency=_batches(known[arn], properties),
        timeout=_timeout(with_globals(resource)),
    )


def _timeout(properties: Mapping[str, Any]) -> float:
    return float(properties.get("Timeout", 3))


def _batches(queue: str, properties: Mapping[str, Any]) -> int:
    """How many at once: one where order counts, and where batches gather, as nobody waits for those, and each takes a
    process; else as many as on AWS."""
    if queue.endswith(".fifo") or properties.get("MaximumBatchingWindowInSeconds"):
        return 1
    return int((properties.get("ScalingConfig") or {}).get("MaximumConcurrency", 1))


def _schedule(resource: Resource, event_name: str, kind: str, properties: Mapping[str, Any]) -> Schedule:
    expression = str(properties.get("ScheduleExpression" if kind == "ScheduleV2" else "Schedule"))
    match = RATE.fullmatch(expression)
    if not match:
        raise TemplateError(f"{resource.label}: {expression!r} cannot run on one machine; only rate(…) can")
    return Schedule(
        name=str(properties.get("Name") or f"{resource.logical_id}{event_name}"),
        function=resource.logical_id,
        interval=int(match.group(1)) * SECONDS[match.group(2)],
        source=SOURCES[kind],
        payload=properties.get("Input"),
    )
