"""The built functions in Lambda's own containers: `make test-containers`, where there is an engine for containers."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from infra.local.machine.aws import local_client
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[2]
ASKED_FOR = "CYCLORAMA_TEST_CONTAINERS"
ENGINE_SECONDS, BUILD_SECONDS, STOP_SECONDS = 30, 1800, 60
# The functions call each other through the API on this machine.
OPEN = {"SAM_LOCAL_HOST": "0.0.0.0"}  # noqa: S104
SERVICES = ("docker", "compose", "-f", "infra/compose.yaml")


@pytest.fixture(scope="package", autouse=True)
def services() -> Iterator[None]:
    """A stand-in for AWS, a database with all migrations, and the sandbox."""
    if reason := lacking():
        pytest.skip(reason)
    try:
        run(*SERVICES, "up", "--wait")
        run("make", "sam-migrate")
        yield
    finally:
        run(*SERVICES, "down", "--volumes")


@pytest.fixture(scope="package")
def api(services: None) -> Iterator[str]:
    with serving("sam-local", 5000):
        yield "http://127.0.0.1:5000"


@pytest.fixture(scope="package")
def functions(services: None) -> Iterator[Any]:
    """A client that invokes functions, as that of AWS."""
    with serving("sam-lambda", 3001):
        yield local_client("lambda", "http://127.0.0.1:3001")


def lacking() -> str:
    """Why none of this can be run here; empty if it can."""
    if not os.environ.get(ASKED_FOR):
        return "`make test-containers` runs these, and needs Docker"
    try:
        done = subprocess.run(["docker", "info"], capture_output=True, text=True, timeout=ENGINE_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"there is no engine for containers: {error}"
    said = (done.stderr or done.stdout).strip().splitlines()
    return f"there is no engine for containers: {said[-1] if said else 'docker info'}" if done.returncode else ""


def run(*command: str) -> None:
    subprocess.run(command, cwd=ROOT, timeout=BUILD_SECONDS, check=True)


def answers(port: int) -> bool:
    """Whether anybody listens: the first request would start a container."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@contextmanager
def serving(target: str, port: int) -> Iterator[None]:
    """A target of the Makefile that serves until it is interrupted."""
    command = ["make", target]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | OPEN, start_new_session=True) as process:
        try:
            eventually(lambda: answers(port), BUILD_SECONDS)
            yield
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(STOP_SECONDS)
