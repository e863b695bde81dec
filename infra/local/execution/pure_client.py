"""A Lambda runtime client in plain Python, for systems that `awslambdaric` has no wheel for (macOS)."""

import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from importlib import import_module
from typing import Any

RUNTIME = "/2018-06-01/runtime"


@dataclass(frozen=True)
class Context:
    """The part of Lambda's context object that handlers and Powertools read."""

    aws_request_id: str
    invoked_function_arn: str
    deadline_ms: int
    function_name: str = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
    function_version: str = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION", "")
    memory_limit_in_mb: str = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "")
    log_group_name: str = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME", "")
    log_stream_name: str = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME", "")

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function is killed."""
        return max(0, self.deadline_ms - int(time.time() * 1000))


def serve(handler: str, address: str) -> None:
    """Fetch and answer invocations, one at a time, for ever."""
    # No time-out: `next` is meant to wait until somebody invokes the function.
    connection = HTTPConnection(address)
    try:
        module, _, attribute = handler.rpartition(".")
        call = getattr(import_module(module), attribute)
    except BaseException as error:
        _post(connection, f"{RUNTIME}/init/error", _describe(error))
        sys.exit(1)
    while True:
        _serve_one(connection, call)


def _serve_one(connection: HTTPConnection, call: Callable[[Any, Any], Any]) -> None:
    connection.request("GET", f"{RUNTIME}/invocation/next")
    response = connection.getresponse()
    event, headers = json.loads(response.read()), response.headers
    request_id = headers["Lambda-Runtime-Aws-Request-Id"]
    context = Context(
        request_id, headers["Lambda-Runtime-Invoked-Function-Arn"], int(headers["Lambda-Runtime-Deadline-Ms"])
    )
    try:
        answer = json.dumps(call(event, context), ensure_ascii=False).encode()
    except Exception as error:
        traceback.print_exc()
        _post(connection, f"{RUNTIME}/invocation/{request_id}/error", _describe(error))
    else:
        _post(connection, f"{RUNTIME}/invocation/{request_id}/response", answer)


def _post(connection: HTTPConnection, path: str, body: bytes) -> None:
    connection.request("POST", path, body)
    connection.getresponse().read()


def _describe(error: BaseException) -> bytes:
    lines = traceback.format_tb(error.__traceback__)
    return json.dumps({"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": lines}).encode()
