"""`make demo` plays the flow in both languages."""

import os
import subprocess
import sys

from tests.support.system import ROOT, System


def test_the_demo_plays_the_flow_in_both_languages(system: System) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "infra.local.demo"],
        cwd=ROOT,
        env=os.environ | {"CYCLORAMA_STATE": str(system.local.state), "PYTHONPATH": "functions:layers/core:."},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "Весь путь по-русски" in done.stdout
    assert "The flow in English" in done.stdout
    assert done.stdout.count("payment.succeeded") == 2
