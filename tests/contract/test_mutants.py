"""The faults that `make mutants` plants follow the code: each can still be planted, and its tests are there."""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from tests.mutants.faults import KINDS, ROOT, Fault, all_faults
from tests.mutants.workshop import Workshop
from tests.support.runs.table import each

FAULTS = all_faults()
NEAR = ("tests/unit/", "tests/contract/", "tests/integration/")
# Compare a generated file: `make openapi` makes them green again.
COMPARE = {"tests/contract/test_openapi.py", "tests/contract/test_mutants.py"}


def test_the_set_is_large_and_has_something_of_every_kind() -> None:
    assert len(FAULTS) >= 150
    assert {fault.kind for fault in FAULTS} == KINDS.keys()
    assert [name for name, number in Counter(fault.name for fault in FAULTS).items() if number > 1] == []


@each("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_can_be_planted(fault: Fault) -> None:
    planted = fault.planted((ROOT / fault.file).read_text(encoding="utf-8"))

    assert fault.after != fault.before
    if fault.file.endswith(".py"):
        ast.parse(planted)


def test_no_fault_names_what_is_not_there(tmp_path: Path) -> None:
    """Any test would catch that, whatever it tests."""
    for fault in FAULTS:
        if fault.file.endswith(".py"):
            (tmp_path / f"{fault.name}.py").write_text(fault.planted((ROOT / fault.file).read_text(encoding="utf-8")))

    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select=F821", "--quiet", "."]
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (checked.returncode, checked.stdout) == (0, "")


@each("fault", FAULTS, ids=lambda fault: fault.name)
def test_its_tests_are_near_and_there(fault: Fault) -> None:
    assert fault.tests
    for test in fault.tests:
        path, _, name = test.partition("::")
        assert path.startswith(NEAR)
        assert path not in COMPARE
        assert f"def {name}" in (ROOT / path).read_text(encoding="utf-8")


@dataclass(frozen=True)
class ScriptedWorkshop(Workshop):
    """Runs no test, but gives its answers: first with the fault and then without."""

    answers: list[tuple[int | None, str]]

    def run(self, tests: Sequence[str], patience: float | None = None) -> tuple[int | None, str]:  # noqa: ARG002
        return self.answers.pop(0)


FIRST, SECOND = "tests/unit/test_a.py::test_one", "tests/unit/test_a.py::test_two"
HANGS = (None, f"{FIRST} PASSED [ 50%]\n{SECOND}[x] ")


@pytest.mark.parametrize(
    ("answers", "caught_by", "trouble"),
    [
        ([(0, "")], "", ""),
        ([(1, f"{SECOND} FAILED\nFAILED {SECOND}[x] - assert 0")], SECOND, ""),
        ([(2, "no such test")], "", "no such test"),
        ([HANGS, (0, "")], SECOND, ""),
        ([(None, ""), (0, "")], "tests/unit/test_a.py", ""),
        ([HANGS, (None, "")], "", "no end in time, and not soon without it either"),
        ([HANGS, (1, f"FAILED {FIRST}")], "", "no end in time, and not soon without it either"),
    ],
)
def test_a_fault_is_caught_by_a_test_that_fails_or_has_no_end_with_it_alone(
    tmp_path: Path, answers: list[tuple[int | None, str]], caught_by: str, trouble: str
) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    fault = Fault("one-is-two", "swapped", "a.py", "1", "2", ("tests/unit/test_a.py",))

    verdict = ScriptedWorkshop(tmp_path, "unused", 1, count(), answers).verdict(fault)

    assert (verdict.caught_by, verdict.trouble, answers) == (caught_by, trouble, [])
    assert (tmp_path / "a.py").read_text() == "x = 1\n"
