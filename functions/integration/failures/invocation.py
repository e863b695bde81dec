"""Asynchronous invocations that failed for good, as reported by Lambda's failure destination."""

import json
from dataclasses import dataclass
from typing import Any, get_args
from uuid import UUID

from shared_schemas.events.envelope import Service
from shared_schemas.events.operations import ServiceError

FAILED_INVOCATION = "failed_invocation"
SUBSCRIBER = "failed-invocations"
SERVICES: tuple[Service, ...] = get_args(Service)


@dataclass(frozen=True)
class Invocation:
    """One that failed; `id` is the request's, and `error_type` what it ended with, without its words: they may hold
    personal data."""

    id: UUID
    function: str
    error_type: str
    attempts: int


def invocation_in(body: str, message_id: UUID, stack: str) -> Invocation:
    """What a message of the destination tells; one that is no record of it is an unknown function's."""
    try:
        record = json.loads(body)
        context = record["requestContext"]
        return Invocation(
            id=UUID(context["requestId"]),
            function=_logical_id(context["functionArn"], stack),
            error_type=_error_type(record),
            attempts=int(context["approximateInvokeCount"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return Invocation(message_id, "unknown", "a message that is no record", 0)


def report(invocation: Invocation) -> ServiceError:
    """What the error log is told of it: one group for each function."""
    owner = next((each for each in SERVICES if invocation.function.lower().startswith(each)), "gateway")
    detail = f"{invocation.error_type}, given up after {invocation.attempts} attempts (request {invocation.id})"
    return ServiceError(service=owner, operation=invocation.function, code=FAILED_INVOCATION, detail=detail)


def _logical_id(arn: str, stack: str) -> str:
    # arn:aws:lambda:<region>:<account>:function:<stack>-<logical id>-<random>:$LATEST
    return arn.split(":")[6].removeprefix(f"{stack}-").split("-")[0]


def _error_type(record: dict[str, Any]) -> str:
    answer = record.get("responsePayload")
    if isinstance(answer, dict) and answer.get("errorType"):
        return str(answer["errorType"])
    # A function that was never free answers nothing.
    return str((record.get("responseContext") or {}).get("functionError") or record["requestContext"]["condition"])
