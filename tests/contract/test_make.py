"""What `make` says before it installs anything, what continuous integration runs, and what repeats a random run."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests import soak
from tests.support import chance
from tests.support.waiting import PATIENCE_SECONDS

ROOT = Path(__file__).parents[2]
# Answers the Makefile's question as an old Python would.
OLD_PYTHON = f"""#!{sys.executable}
import sys

sys.version_info, sys.version = (3, 9), "3.9.0"
exec(sys.argv[2])
"""


def test_an_old_python_is_refused_before_anything_is_installed(tmp_path: Path) -> None:
    python, environment = tmp_path / "python", tmp_path / "venv"
    python.write_text(OLD_PYTHON)
    python.chmod(0o755)

    done = subprocess.run(
        ["make", f"VENV={environment}", f"PYTHON={python}", f"{environment}/run.stamp"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

    assert done.returncode != 0
    assert "Cyclorama needs Python 3.11 or newer, this is 3.9.0" in done.stderr
    assert not environment.exists()


def test_continuous_integration_runs_what_a_contributor_runs() -> None:
    script = (ROOT / ".ci" / "run").read_text()

    assert re.findall(r"^make .*$", script, re.MULTILINE) == ["make check", "make test"]
    assert script.rstrip().endswith("make test")


def test_what_runs_at_night_are_targets_of_the_makefile() -> None:
    script = (ROOT / ".ci" / "nightly").read_text()
    known = (ROOT / "Makefile").read_text() + (ROOT / "infra" / "sam.mk").read_text()

    wanted = re.findall(r"^make (.*)$", script, re.MULTILINE)
    assert wanted == ["test-localstack", "test-containers"]
    assert [name for name in wanted if f"\n{name}: " not in known] == []


def test_a_run_says_its_seed_and_ends_with_the_runners_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/unit/core/http/test_paging.py"],
        cwd=ROOT,
        env={"TEST_SEED": "77", "PYTHONPATH": "functions:layers/core:."},
        capture_output=True,
        text=True,
        check=False,
    )

    first, *_, told, last = done.stdout.strip().splitlines()
    assert (first, told) == ("Random tests follow TEST_SEED=77", "Random tests followed TEST_SEED=77")
    assert re.fullmatch(r"\d+ passed in .*", last)


def test_hypothesis_follows_the_seed_of_the_run(request: pytest.FixtureRequest) -> None:
    assert int(request.config.getoption("hypothesis_seed")) == chance.seed()


def test_the_line_of_a_failed_round_repeats_it() -> None:
    given = soak.options(["--only", "delivery", "--faults", "poison,kill PostgreSQL", "--scale", "3"])

    said = shlex.split(soak.command(given, 41))
    done = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", *said[1:]], cwd=ROOT, capture_output=True, text=True, check=True
    )
    line = done.stdout.replace("\\\n", " ").splitlines()[-1]
    arguments = shlex.split(line)[shlex.split(line).index("tests.soak") + 1 :]
    again = soak.options(arguments)
    assert vars(again) == vars(given) | {"seed": 41}


def test_what_a_soak_plays_is_there() -> None:
    assert [path for paths in soak.TESTS.values() for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("wrong", [["--only", "monney"], ["--faults", "poison,rain"]])
def test_a_soak_of_nothing_is_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        soak.options(wrong)

    assert "there is no" in capsys.readouterr().err
