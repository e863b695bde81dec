"""Importing a handler looks at no variable, so that its process may be a copy of one that has imported all of them."""

import json
import os
import subprocess
import sys
from pathlib import Path

from infra.local.execution.launching import PRELOADED
from tests.support.system.template import whole_system

ROOT = Path(__file__).parents[3]
# What the copy reads again, by `core.observability.follow_environment`.
READ_AGAIN = {"SERVICE", "LOG_LEVEL"}
LOOKED_AT = """
import json, os, sys
from importlib import import_module
environment, looked_at = type(os.environ), set()
get = environment.__getitem__
def watched(self, name):
    looked_at.add(name)
    return get(self, name)
environment.__getitem__ = watched
for module in sys.argv[1:]:
    import_module(module)
print(json.dumps(sorted(looked_at)))
"""


def test_importing_handlers_looks_at_no_variable_of_theirs() -> None:
    functions = whole_system().functions.values()
    handlers = sorted({function.handler.rpartition(".")[0] for function in functions})
    paths = os.pathsep.join(str(ROOT / path) for path in ("functions", "layers/core", "."))
    command = [sys.executable, "-c", LOOKED_AT, *PRELOADED, *handlers]
    answer = subprocess.run(command, env={"PYTHONPATH": paths}, capture_output=True, text=True, check=True)

    looked_at = set(json.loads(answer.stdout))
    assert looked_at >= READ_AGAIN
    assert looked_at & {name for function in functions for name in function.environment} == READ_AGAIN
