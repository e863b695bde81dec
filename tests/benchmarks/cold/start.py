"""One cold start, in the Python of a build: HANDLER EVENT. Says what it took of processor time (ms) until the handler
was imported, and until it had answered. Of a copy that is restored what it imported is no part; of what it answers is
what it does first, of its own.

It runs with nothing but what Lambda has."""

import json
import os
import resource
import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace


def spent() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return 1000 * (usage.ru_utime + usage.ru_stime)


def run_hooks(moment: str) -> None:
    """As Lambda's client does at each end of a snapshot: before it the last comes first."""
    if os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"] != "snap-start":
        return
    registered = getattr(import_module("snapshot_restore_py"), f"get_{moment}")()
    for hook, given, named in reversed(registered) if moment == "before_snapshot" else registered:
        hook(*given, **named)


def main(handler: str, event: str) -> None:
    module, _, name = handler.rpartition(".")
    function = getattr(import_module(module), name)
    run_hooks("before_snapshot")
    imported = spent()
    run_hooks("after_restore")
    context = SimpleNamespace(
        function_name="cold", memory_limit_in_mb=1024, invoked_function_arn="arn:cold", aws_request_id="cold",
        function_version="1", get_remaining_time_in_millis=lambda: 20_000,
    )  # fmt: skip
    given = json.loads(Path(event).read_text(encoding="utf-8"))
    try:
        answer = function(given, context)["statusCode"]
    except Exception as error:
        answer = type(error).__name__
    sys.stdout.write("\n" + json.dumps({"imported": imported, "answered": spent(), "answer": answer}))


if __name__ == "__main__":
    main(*sys.argv[1:])
