"""Processes forked from one that has their libraries are as good as processes of their own."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from infra.local.execution.launching import FORK_SERVER
from infra.local.machine.aws import local_client
from infra.local.testing.system import LocalSystem
from tests.integration.local.conftest import OPTIONS
from tests.integration.local.test_lambda import invoke
from tests.support.processes import children, runs, with_argument
from tests.support.waiting import eventually

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="functions are forked on Linux only")


def fork_servers(system: LocalSystem) -> list[Any]:
    return with_argument(children(system.endpoints.pid), FORK_SERVER)


def files(pid: int) -> set[str]:
    """What a process has open."""
    found = set()
    for end in Path(f"/proc/{pid}/fd").iterdir():
        # It goes on meanwhile, and may close what was there.
        with suppress(FileNotFoundError):
            found.add(str(end.readlink()))
    return found


def test_functions_are_copies_of_one_server(lambdas: Any, system: LocalSystem) -> None:
    process = psutil.Process(invoke(lambdas, "Direct")["payload"]["pid"])

    (server,) = fork_servers(system)
    assert process.ppid() == server.pid
    assert os.getsid(process.pid) == process.pid


def test_a_copy_has_its_own_variables_folder_and_files_only(lambdas: Any, system: LocalSystem) -> None:
    process = invoke(lambdas, "Direct", environment=True)["payload"]
    other = invoke(lambdas, "Single", environment=True)["payload"]

    assert process["environment"]["AWS_LAMBDA_FUNCTION_NAME"] == "Direct"
    assert other["environment"]["AWS_LAMBDA_FUNCTION_NAME"] == "Single"
    assert process["environment"].keys().isdisjoint({"PYTHON_BASIC_REPL", "VIRTUAL_ENV", "PYTEST_CURRENT_TEST"})
    assert Path(process["folder"]) == Path(__file__).parent / "fixture"
    assert Path(process["paths"][0]) == Path(process["folder"])
    # The server's socket and pipes: with them, a copy could outlive it or answer in its place.
    (server,) = fork_servers(system)
    shared = files(server.pid) & files(process["pid"])
    assert [name for name in shared if name.startswith(("socket:", "pipe:"))] == []


def test_a_killed_server_takes_its_copies_along_and_another_takes_its_place(lambdas: Any, system: LocalSystem) -> None:
    copy = psutil.Process(invoke(lambdas, "Direct")["payload"]["pid"])
    (server,) = fork_servers(system)
    copies = children(server.pid)
    assert copy in copies

    server.kill()

    # All of them: one that lives a moment longer would be handed what comes next.
    eventually(lambda: not any(map(runs, copies)))
    assert invoke(lambdas, "Direct")["payload"]["pid"] != copy.pid
    (other,) = fork_servers(system)
    assert other.pid != server.pid


def test_without_it_each_is_a_program_of_its_own(tmp_path: Path) -> None:
    with LocalSystem(tmp_path / "state", {**OPTIONS, "CYCLORAMA_FORK": "0"}) as system:
        lambdas = local_client("lambda", system.endpoints.lambda_endpoint)
        process = psutil.Process(invoke(lambdas, "Direct")["payload"]["pid"])
        assert process.ppid() == system.endpoints.pid
        assert fork_servers(system) == []
