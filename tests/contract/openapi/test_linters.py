"""What people who read many OpenAPI documents find wrong with ours: nothing, warnings included."""

import json
import os
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.support.waiting import PATIENCE_SECONDS

ROOT = Path(__file__).parents[3]
TOOLS = ROOT / ".venv-clients/linters"
DOCUMENT = ROOT / "functions/gateway/pages/openapi.json"
RULES = ROOT / "infra/contract"

installed = pytest.mark.skipif(
    not (shutil.which("node") and (TOOLS / "stamp").exists()),
    reason="no Node, or no linters of OpenAPI in .venv-clients: `make test` installs them where it can",
)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A document that both must object to: who finds nothing there has not looked."""
    path = tmp_path / "broken.json"
    path.write_text(
        '{"openapi": "3.1.0", "info": {"title": "Halls", "version": "1"}, "paths": {"/halls": {"get": {}}}}'
    )
    return path


def lint(tool: str, *arguments: str) -> list[Any]:
    """What a linter reports, which is a process of many seconds: of ours and of the broken document in one."""
    done = subprocess.run(
        [str(TOOLS / "node_modules/.bin" / tool), "lint", *arguments],
        # Neither asks anybody for anything.
        env={**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "CI": "true"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    reports, rest = [], done.stdout.strip()
    while rest:
        try:
            report, end = json.JSONDecoder().raw_decode(rest)
        except json.JSONDecodeError:
            pytest.fail(f"{tool}: {rest[-2000:]} {done.stderr[-2000:]}")
        reports.append(report)
        rest = rest[end:].strip()
    return reports


@installed
def test_redocly_finds_nothing(broken: Path) -> None:
    config = str(RULES / "redocly.yaml")
    reports = lint(
        "redocly", "--config", config, "--format", "json", "--max-problems", "200", str(DOCUMENT), str(broken)
    )

    found = [each for report in reports for each in report["problems"]]
    problems = [(each["location"][0]["source"]["ref"], each["ruleId"], each["message"]) for each in found]
    assert [problem for problem in problems if not problem[0].endswith(broken.name)] == []
    assert "operation-summary" in {rule for _, rule, _ in problems}


@installed
def test_spectral_finds_nothing(broken: Path) -> None:
    ruleset = str(RULES / "spectral.yaml")
    reports = lint("spectral", "--quiet", "--ruleset", ruleset, "--format", "json", str(DOCUMENT), str(broken))

    problems = [(each["source"], each["code"], each["message"]) for report in reports for each in report]
    assert [problem for problem in problems if not problem[0].endswith(broken.name)] == []
    assert "operation-operationId" in {rule for _, rule, _ in problems}


def test_whatever_is_switched_off_is_explained() -> None:
    for path in RULES.glob("*.yaml"):
        for before, line in pairwise(path.read_text(encoding="utf-8").splitlines()):
            assert not re.search(r": off$", line) or before.lstrip().startswith("# "), f"{path.name}: {line}"
