"""Where somebody waits for a function to start, contracts are built when they are used, and are the same ones then."""

import json
import subprocess
import sys
from typing import Any

import pytest

from infra.local.execution.alike import EXECUTION_ENV

CONTRACTS = """
import gc, json, pkgutil
from importlib import import_module
import core, shared_schemas
from shared_schemas.common import Contract

for found in pkgutil.walk_packages(shared_schemas.__path__, "shared_schemas."):
    import_module(found.name)
known = [Contract]
for each in known:
    known += each.__subclasses__()
known = {each for each in known if not any(each.__pydantic_generic_metadata__.values())}
print(json.dumps({
    "built": sum(each.__pydantic_complete__ for each in known),
    "threshold": gc.get_threshold()[0],
    "schemas": {f"{each.__module__}.{each.__name__}": each.model_json_schema() for each in known},
}))
"""


def started(**environment: str) -> dict[str, Any]:
    ran = subprocess.run(
        [sys.executable, "-c", CONTRACTS],
        env={"PYTHONPATH": ":".join(sys.path), "AWS_EXECUTION_ENV": EXECUTION_ENV, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return dict(json.loads(ran.stdout))


@pytest.fixture(scope="module")
def ahead() -> dict[str, Any]:
    return started(AWS_LAMBDA_INITIALIZATION_TYPE="provisioned-concurrency")


def test_nobody_waits_for_contracts_that_are_not_used(ahead: dict[str, Any]) -> None:
    cold = started(AWS_LAMBDA_INITIALIZATION_TYPE="on-demand")
    assert cold["built"] < ahead["built"] / 10
    assert cold["threshold"] > ahead["threshold"]
    assert cold["schemas"] == ahead["schemas"]


def test_what_is_made_ahead_is_whole(ahead: dict[str, Any]) -> None:
    assert started()["built"] == ahead["built"] > 300
