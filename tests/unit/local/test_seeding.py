"""A fresh system has its demo studio, or says that it has none and tries again at the next start."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infra.local.run import seeding

PROGRAMS = {"endless": "import time; time.sleep(600)", "failing": "raise SystemExit('no')", "fine": ""}
PROGRAMS["busy"] = """
import pathlib
tries = pathlib.Path(__file__).with_suffix(".tries")
tries.write_text(tries.read_text() + "x" if tries.exists() else "x")
raise SystemExit(tries.read_text() != "xx")
"""


@pytest.mark.parametrize(("program", "made"), [("endless", False), ("failing", False), ("fine", True), ("busy", True)])
def test_only_what_came_to_a_good_end_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, made: bool
) -> None:
    (tmp_path / f"{program}.py").write_text(PROGRAMS[program])
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(seeding, "MODULE", program)
    monkeypatch.setattr(seeding, "SEED_SECONDS", 1 if program == "endless" else 100)
    monkeypatch.setattr(seeding, "seed_environment", lambda _plan: {"PYTHONPATH": str(tmp_path)})
    plan: Any = SimpleNamespace(settings=SimpleNamespace(state=tmp_path, logs=tmp_path, seed=True), postgres=True)

    assert asyncio.run(seeding.seed(plan)) is made
    assert (tmp_path / "seeded").exists() is made
