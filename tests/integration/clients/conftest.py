"""One sandbox for all published clients, whose notices go to its own receivers of webhooks."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.system.sandbox import ROOT, running_sandbox
from tests.support.waiting import PATIENCE_SECONDS

DRIVERS = Path(__file__).parent / "drivers"
CLIENTS = ROOT / ".venv-clients"
Drive = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="session")
def gateways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The sandbox's base URL."""
    with running_sandbox(tmp_path_factory.mktemp("clients"), "{url}/hooks") as url:
        yield url


@pytest.fixture
def drive(gateways: str) -> Drive:
    """Runs a driver in the clients' environment; what it reports."""

    def run(driver: str) -> dict[str, Any]:
        command, environment = _python() if driver.endswith(".py") else _node()
        done = subprocess.run(
            [command, str(DRIVERS / driver), gateways],
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout.strip().splitlines()[-1]))

    return run


def _python() -> tuple[str, dict[str, str]]:
    if not (CLIENTS / "stamp").exists():
        pytest.skip("no published clients for Python in .venv-clients: `make test` installs them where it can")
    return str(CLIENTS / "bin" / "python"), {"PYTHONWARNINGS": "ignore", "PYTHONDONTWRITEBYTECODE": "1"}


def _node() -> tuple[str, dict[str, str]]:
    node = shutil.which("node")
    if node is None or not (CLIENTS / "node" / "stamp").exists():
        pytest.skip("no Node, or no published clients for it in .venv-clients: `make test` installs them where it can")
    return node, {"NODE_PATH": str(CLIENTS / "node" / "node_modules"), "NODE_NO_WARNINGS": "1"}
