"""The Python of Lambda stands in one place, and what Lambda gets is built for it."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from infra.deploy.transformed import transformed, typed
from infra.local.template import EVERYTHING_ON
from tests.support.runs.table import each

ROOT = Path(__file__).parents[3]
RESOURCES = [*transformed(EVERYTHING_ON).walk()]
(RUNTIME,) = {each.properties["Runtime"] for each in typed(RESOURCES, "AWS::Lambda::Function")}
VERSION = RUNTIME.removeprefix("python")
# `python3.13`, `cp313`, `py313`, `--python-version 3.13`, `Python 3.13`.
NAMED = re.compile(rf"(?:python|Python |version |cp|py){re.escape(VERSION)}\b|\b(?:cp|py){VERSION.replace('.', '')}\b")
# What locks all platforms, what was decided once, and tests that bring a template of their own.
ELSEWHERE = re.compile(r"requirements/.*\.txt|layers/\w+/requirements\.txt|docs/decisions/.*|CHANGELOG\.md|findings/.*")


@cache
def tracked() -> Mapping[str, str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [name for name in listed.splitlines() if not ELSEWHERE.fullmatch(name) and (ROOT / name).is_file()]
    return {name: (ROOT / name).read_text(encoding="utf-8", errors="ignore") for name in paths}


def naming() -> Iterator[str]:
    for name, text in tracked().items():
        yield from (f"{name}: {line.strip()}" for line in text.splitlines() if NAMED.search(line))


def test_the_version_of_python_stands_in_the_template_alone() -> None:
    mine = f"{Path(__file__).relative_to(ROOT)}: "
    assert [each for each in naming() if not each.startswith(mine)] == [f"template.yaml: Runtime: {RUNTIME}"]


def test_it_is_one_that_is_kept_and_whose_start_can_be_a_snapshot() -> None:
    assert tuple(map(int, VERSION.split("."))) >= (3, 12)


def test_the_makefile_reads_it_off_the_template() -> None:
    told = subprocess.run(
        ["make", "--no-print-directory", "--eval", "say-runtime: ; @echo $(LAMBDA_PYTHON)", "say-runtime"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == RUNTIME


@each("layer", ["layers/dependencies", "layers/pictures"])
def test_a_layer_asks_for_wheels_of_that_version(layer: str) -> None:
    rule = f"build-{layer.partition('/')[2].capitalize()}Layer"
    said = subprocess.run(
        ["make", "-n", rule, "ARTIFACTS_DIR=out", f"LAMBDA_PYTHON={RUNTIME}", "COMPILER=compile"],
        cwd=ROOT / layer,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert re.findall(r"--python-version (\S+)", said) == [VERSION]
    # The C library of Amazon Linux 2023 is 2.34.
    assert "manylinux_2_34_x86_64" in said


def test_a_layer_is_not_built_for_a_python_that_nobody_named() -> None:
    done = subprocess.run(
        ["make", "build-CoreLayer", "ARTIFACTS_DIR=/nonexistent"],
        cwd=ROOT / "layers" / "core",
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "make sam-build" in done.stderr
