"""What a snapshot of a function would hold, looked at in a process that has imported its handler.

There is nothing that copies of it must not share, but random numbers, and with those each goes on by itself."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from infra.local.execution.alike import EXECUTION_ENV
from tests.support.runs.table import each
from tests.support.system.template import whole_system
from tests.support.waiting import PATIENCE_SECONDS

HANDLERS = sorted(
    function.handler
    for name, function in whole_system().functions.items()
    if name.endswith("Api") or name == "Authorizer"
)
WITHOUT_HOOKS = "import sys; sys.modules['snapshot_restore_py'] = None\n"
LOOK = """
import gc, json, random, socket, ssl, sys, threading
from functools import _lru_cache_wrapper as Cache
from importlib import import_module

reached = []
OUTSIDE = ("socket.connect", "socket.getaddrinfo", "subprocess.Popen")
sys.addaudithook(lambda event, told: reached.append(event) if event in OUTSIDE else None)
module, _, name = sys.argv[1].rpartition(".")
getattr(import_module(module), name)

from sqlalchemy import Engine
from awslambdaric.lambda_runtime_hooks_runner import run_after_restore, run_before_snapshot
from core.composition import Composed
from shared_schemas.common import Contract

run_before_snapshot()
OURS = ("core", "shared_schemas", module.partition(".")[0])
there = gc.get_objects()
caches = [each for each in there if type(each) is Cache and str(each.__module__).partition(".")[0] in OURS]
kept = [f"{each.__module__}.{each.__qualname__}" for each in caches if each.cache_info().currsize]
kept += [each.service for each in there if type(each) is Composed and each._app]
kinds = (Engine, socket.socket, ssl.SSLContext, ssl.SSLObject)
kept += [repr(each) for each in there if issubclass(type(each), kinds)]
seeded, mixed = random.getstate(), []
add = ssl.RAND_add


def note(told, entropy):
    mixed.append((len(told), entropy, told.hex()))
    add(told, entropy)


def copy():
    random.setstate(seeded)
    run_after_restore()
    return random.random()


ssl.RAND_add = note
print(json.dumps({
    "reached": reached,
    "kept": kept,
    "looked": len(caches),
    "generators": sum(type(each) is random.Random for each in there),
    "threads": threading.active_count(),
    "copies": [copy(), copy()],
    "mixed": mixed,
    "ahead": sorted({"urllib3", "pg8000.native"} & set(sys.modules)),
}))
"""


def run(handler: str, program: str = LOOK, **environment: str) -> subprocess.CompletedProcess[str]:
    """Without any of the function's variables: a snapshot is the same whatever they say."""
    return subprocess.run(
        [sys.executable, "-c", program, handler],
        env={
            "PYTHONPATH": os.pathsep.join(sys.path),
            "AWS_EXECUTION_ENV": EXECUTION_ENV,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start",
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def snapshot(handler: str) -> dict[str, Any]:
    done = run(handler)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture(scope="module", params=HANDLERS)
def held(request: pytest.FixtureRequest) -> dict[str, Any]:
    return snapshot(request.param)


def test_nobody_is_asked_and_nothing_is_known_before_it(held: dict[str, Any]) -> None:
    assert held["looked"] > 5
    assert (held["reached"], held["kept"], held["threads"]) == ([], [], 1)


def test_each_copy_goes_on_with_numbers_of_its_own(held: dict[str, Any]) -> None:
    assert held["generators"] == 1
    one, other = held["copies"]
    assert one != other
    (first, *_), (second, *_) = held["mixed"]
    assert first == second == 48
    assert held["mixed"][0] != held["mixed"][1]


def test_what_is_imported_on_first_use_elsewhere_is_there(held: dict[str, Any]) -> None:
    assert held["ahead"] == ["pg8000.native", "urllib3"]


def test_a_runtime_that_cannot_tell_of_a_restore_makes_no_snapshot() -> None:
    done = run("gateway.authorizer.handler", WITHOUT_HOOKS + LOOK)
    assert done.returncode != 0
    assert "SnapshotError: This runtime has no hooks of snapshots" in done.stderr


@each("kind", ["on-demand", "provisioned-concurrency"])
def test_other_functions_know_nothing_of_snapshots(kind: str) -> None:
    program = WITHOUT_HOOKS + "import gateway.authorizer; print('core.aws.snapshots' in sys.modules)"
    done = run("", program, AWS_LAMBDA_INITIALIZATION_TYPE=kind)
    assert done.stdout.strip() == "False", done.stderr
