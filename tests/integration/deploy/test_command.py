"""`make deploy DRY=1` and its like, as programs: without an account, without a network, without a change."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.waiting import PATIENCE_SECONDS

ROOT = Path(__file__).parents[3]
# Whoever asked AWS would be refused at once.
NOBODY = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_MAX_ATTEMPTS": "1",
}


def deploy(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | NOBODY | {"PYTHONPATH": "functions:layers/core:."}
    command = [sys.executable, "-m", "infra.deploy", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )


def test_a_dry_run_needs_no_account_and_names_the_steps_in_their_order() -> None:
    done = deploy("--dry", "--stack", "loft", "--stage", "dev", "--sandbox", "https://sandbox.example")
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout
    order = [
        "stack loft, stage dev",
        "make sam-build",
        "Foundation",
        "Migrations",
        "Application",
        "paid at the sandbox",
    ]
    assert [said.index(words) for words in order] == sorted(said.index(words) for words in order)
    assert done.stderr == ""


def test_what_cannot_be_deployed_ends_a_dry_run() -> None:
    done = deploy("--dry", "--stack", "Loft")
    assert (done.returncode, done.stdout[:14]) == (1, "✗ STACK=Loft: ")
    done = deploy("--dry", "--parameters", "NoSuchThing=1")
    assert done.returncode == 1
    assert "✗ template.yaml has no parameter NoSuchThing" in done.stdout
    assert "Foundation" not in done.stdout


def test_a_dry_removal_says_what_stays() -> None:
    done = deploy("--destroy", "--dry", "--stack", "loft")
    assert done.returncode == 0
    assert "loft in eu-central-1 would be removed" in done.stdout
    assert "snapshot of the database" in done.stdout


def test_an_account_that_does_not_answer_ends_it_before_anything_is_uploaded() -> None:
    done = deploy("--stack", "loft")
    assert done.returncode == 1
    assert "✗ identity could not be looked at" in done.stdout
    assert done.stdout.endswith("Nothing was changed\n")


def test_make_hands_on_what_it_is_told() -> None:
    said = ["STACK=loft", "STAGE=prod", "DRY=1", "ADMIN=a@b.example", "PARAMETERS=A=1 B=2"]
    done = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", "deploy", *said],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    line = done.stdout.replace("\\\n", " ").splitlines()[-1]
    for words in ('--stack "loft"', '--stage "prod"', "--dry", '--admin "a@b.example"', '--parameters "A=1 B=2"'):
        assert words in line
    # A dry run builds nothing.
    assert "sam build" not in done.stdout
