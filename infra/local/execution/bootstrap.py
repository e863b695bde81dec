"""The entry of a function's process: AWS's own runtime client where it exists, ours elsewhere.

`python -m infra.local.execution.bootstrap PARENT_PID HANDLER`, with AWS_LAMBDA_RUNTIME_API in the environment.
"""

import os
import signal
import sys

from infra.local.tether import tie

PURE_CLIENT = "CYCLORAMA_PURE_RUNTIME_CLIENT"


def main(parent: int, handler: str) -> None:
    """Serve invocations until killed."""
    tie(parent, signal.SIGKILL)
    try:
        if os.environ.get(PURE_CLIENT):
            raise ImportError("the pure-Python client was asked for")
        from awslambdaric import bootstrap
        from awslambdaric.lambda_runtime_client import LambdaRuntimeClient
    except ImportError:
        from infra.local.execution.pure_client import serve

        serve(handler, os.environ["AWS_LAMBDA_RUNTIME_API"])
    else:
        bootstrap.run(handler, LambdaRuntimeClient(os.environ["AWS_LAMBDA_RUNTIME_API"]))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
