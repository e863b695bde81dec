"""The published clients, each installed in a place of its own: they book and pay as their READMEs show."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from infra.clients import node_package, python_package
from infra.clients.building import SOURCES, TOOLS, BuildError
from infra.clients.document import document
from tests.support.system.whole import ROOT, System

DRIVERS = Path(__file__).parent / "drivers"
OUT = ROOT / "dist" / "clients"
STRICT = ("--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--skipLibCheck")
TARGET = ("--target", "ES2022", "--module", "NodeNext", "--types", "node")


@pytest.fixture
def python_client(tmp_path: Path) -> Path:
    """A folder with the wheel installed and the README's example beside it."""
    folder = _built(python_package.build)
    (wheel,) = (folder / "dist").glob("*.whl")
    pip = [sys.executable, "-m", "pip", "--python", TOOLS / "bin" / "python", "install", "--quiet", "--no-index"]
    _run([*pip, "--no-deps", "--no-compile", "--target", tmp_path / "site", wheel])
    (tmp_path / "example.py").write_text(_example("python", "python"), encoding="utf-8")
    shutil.copy(DRIVERS / "book_and_pay.py", tmp_path)
    return tmp_path


@pytest.fixture
def node_client(tmp_path: Path) -> Path:
    """A folder with the tarball installed, and the README's example beside it."""
    folder = _built(node_package.build)
    (tarball,) = folder.glob("*.tgz")
    modules = tmp_path / "node_modules"
    modules.mkdir()
    # Of our own making; Python 3.11.2 knows no filters yet.
    shutil.unpack_archive(tarball, tmp_path, "gztar")
    (tmp_path / "package").rename(modules / "cyclorama-client")
    for needed in ("@types", "undici-types", "openapi-fetch", "openapi-typescript-helpers"):
        (modules / needed).symlink_to(node_package.MODULES / needed)
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    (tmp_path / "example.ts").write_text(_example("typescript", "ts"), encoding="utf-8")
    shutil.copy(DRIVERS / "book_and_pay.ts", tmp_path)
    return tmp_path


def test_the_python_client_books_and_pays(system: System, python_client: Path) -> None:
    customer = system.customer()

    strict = [sys.executable, "-m", "mypy", "--strict", "--python-executable", TOOLS / "bin" / "python"]
    _run([*strict, "--cache-dir", "/dev/null", "book_and_pay.py", "example.py"], python_client, MYPYPATH="site")
    told = _run([TOOLS / "bin" / "python", "book_and_pay.py", system.api_url, customer.email], python_client)

    _check(told, customer.api.get("/v1/bookings")["data"])


def test_the_typescript_client_books_and_pays(system: System, node_client: Path) -> None:
    customer, node = system.customer(), node_package.node()

    compiler = node_package.MODULES / "typescript" / "bin" / "tsc"
    _run([node, compiler, *STRICT, *TARGET, "book_and_pay.ts"], node_client)
    told = _run([node, "book_and_pay.js", system.api_url, customer.email], node_client)

    _check(told, customer.api.get("/v1/bookings")["data"])


def _check(told: str, bookings: list[dict[str, Any]]) -> None:
    """One booking, though each first answer was lost; refusals with all that they say."""
    found = json.loads(told.splitlines()[-1])
    (booking,) = bookings
    assert (found["status"], found["paid"]) == ("confirmed", booking["prepayment"]["amount"])
    assert found["listed"] == [booking["id"]]
    assert {"POST /v1/bookings", "POST /v1/payments", "GET /v1/halls"} <= set(found["lost"])
    status, code, alternatives = found["taken"]
    assert (status, code, alternatives > 0) == (409, "slot_taken", True)
    assert [field for field, _ in found["wrong"]] == ["people"]
    assert (found["renewed"], found["unkeyed"]) == (True, "the answer was lost")


def _example(language: str, fence: str) -> str:
    text = (SOURCES / language / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(rf"^```{fence}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return str(code)


def _built(build: Callable[[dict[str, Any], Path], Path]) -> Path:
    """What `make clients` publishes; it is built if it is not there as it should be."""
    try:
        return build(document(), OUT)
    except BuildError as error:
        if "not installed" not in str(error) and "there is no" not in str(error):
            raise
        pytest.skip(str(error))


def _run(command: Iterable[object], cwd: Path | None = None, **environment: str) -> str:
    settings = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": "site", "PATH": "/usr/bin:/bin"} | environment
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=settings, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
