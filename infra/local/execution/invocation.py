"""One invocation and how it ended."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from uuid import uuid4

MAX_PAYLOAD = 6 * 1024 * 1024
ASK_SECONDS = 60.0
"""How long a process may take to ask for work, once it is started or has answered. Lambda gives a start ten seconds, of
a processor that is the function's alone."""


class Failure(Enum):
    """Why a function gave no answer of its own."""

    ERROR = "error"
    TIMEOUT = "timeout"
    CRASH = "crash"
    TOO_LARGE = "too large"


@dataclass(frozen=True)
class Outcome:
    """The function's answer, or Lambda's error document in its place."""

    payload: bytes
    failure: Failure | None = None

    def error(self) -> dict[str, object]:
        """The error document: errorType, errorMessage and perhaps a stack trace."""
        document = json.loads(self.payload)
        return document if isinstance(document, dict) else {}


def failed(failure: Failure, error_type: str, message: str) -> Outcome:
    """An outcome in the words that Lambda uses."""
    return Outcome(json.dumps({"errorType": error_type, "errorMessage": message}).encode(), failure)


class PayloadTooLargeError(Exception):
    """The event is over Lambda's 6 MB."""


class TooManyRequestsError(Exception):
    """Every execution environment stayed busy for as long as a caller may wait."""


@dataclass(eq=False)
class Invocation:
    """An event on its way to a function; `settled` holds the outcome once there is one."""

    payload: bytes
    settled: "asyncio.Future[Outcome]"
    request_id: str = field(default_factory=lambda: str(uuid4()))

    def settle(self, outcome: Outcome) -> None:
        """Only the first outcome counts: a caller may have given up, a killed process may still answer."""
        if not self.settled.done():
            self.settled.set_result(outcome)

    def timed_out(self, timeout: float) -> None:
        """What Lambda says of a function that outran its time-out (s)."""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        message = f"{now}Z {self.request_id} Task timed out after {timeout:.2f} seconds"
        self.settle(failed(Failure.TIMEOUT, "Sandbox.Timedout", message))

    def crashed(self, how: str) -> None:
        """What Lambda says of a process that ended during an invocation."""
        message = f"RequestId: {self.request_id} Error: Runtime exited with error: {how}"
        self.settle(failed(Failure.CRASH, "Runtime.ExitError", message))


def deadline_ms(timeout: float) -> int:
    """When an invocation that starts now must end, in Unix milliseconds."""
    return int((time.time() + timeout) * 1000)
