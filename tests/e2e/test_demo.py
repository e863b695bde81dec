"""`make demo` plays the flow in both languages and through any gateway."""

import os
import subprocess
import sys

import pytest

from tests.support.system.whole import ROOT, System


def play(system: System, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "infra.local.demo", *arguments],
        cwd=ROOT,
        env=os.environ | {"CYCLORAMA_STATE": str(system.local.state), "PYTHONPATH": "functions:layers/core:."},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_the_demo_plays_the_flow_in_both_languages(system: System) -> None:
    shown = play(system)

    assert "Весь путь по-русски" in shown
    assert "The flow in English" in shown
    # A prepayment and a balance in each language, and both of them back.
    assert shown.count("payment.succeeded") == shown.count("payment.refunded") == 4
    assert "Возврат" in shown and "Refund of" in shown


@pytest.mark.parametrize(("provider", "name"), [("sberpay", "SberPay"), ("tkassa", "T-Kassa")])
def test_the_demo_pays_through_another_gateway(system: System, provider: str, name: str) -> None:
    shown = play(system, "--provider", provider, "en")

    assert f"started through {name}" in shown
    assert "Весь путь по-русски" not in shown
    assert shown.count("payment.refunded") == 2
