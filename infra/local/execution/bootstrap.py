"""The entry of a function's process: AWS's own runtime client where it exists, ours elsewhere.

`python -m infra.local.execution.bootstrap PARENT_PID HANDLER`, with AWS_LAMBDA_RUNTIME_API in the environment.
"""

import os
import signal
import sys
from importlib import import_module
from importlib.util import find_spec

from infra.clock import VARIABLE
from infra.local.clock.functions import follow
from infra.local.machine.priority import lower
from infra.local.machine.tether import tie

PURE_CLIENT = "CYCLORAMA_PURE_RUNTIME_CLIENT"
NICENESS = "CYCLORAMA_NICENESS"
AWS_CLIENT, NATIVE = "awslambdaric", "runtime_client"


def main(parent: int, handler: str) -> None:
    """Serve invocations until killed."""
    tie(parent, signal.SIGKILL)
    lower(int(os.environ.get(NICENESS, "0")))
    if clock := os.environ.get(VARIABLE):
        follow(clock)
    address = os.environ["AWS_LAMBDA_RUNTIME_API"]
    if find_spec(AWS_CLIENT) is None or os.environ.get(PURE_CLIENT):
        from infra.local.execution.pure_client import serve

        serve(handler, address)
    else:
        from awslambdaric import bootstrap
        from awslambdaric.lambda_runtime_client import LambdaRuntimeClient

        _complete()
        bootstrap.run(handler, LambdaRuntimeClient(address))


def import_client() -> None:
    """Import AWS's client ahead, but for its native part, which looks for its address as soon as it is loaded."""
    if find_spec(AWS_CLIENT):
        sys.modules[NATIVE] = None  # type: ignore[assignment]
        try:
            import_module(f"{AWS_CLIENT}.bootstrap")
        finally:
            del sys.modules[NATIVE]


def _complete() -> None:
    """Load the native part, where the client was imported without it."""
    from awslambdaric import lambda_runtime_client as client

    if client.runtime_client is None:
        client.runtime_client = import_module(NATIVE)
        client.runtime_client.initialize_client(f"{AWS_CLIENT}, forked")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
