"""`make demo` plays the flow in both languages and through any gateway."""

import os
import re
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from infra.local.client import Client
from tests.support.system.whole import ROOT, System


def play(system: System, *arguments: str, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "infra.local.demo", *arguments],
        cwd=ROOT,
        env=os.environ
        | {"CYCLORAMA_STATE": str(system.local.state), "PYTHONPATH": "functions:layers/core:."}
        | variables,
        capture_output=True,
        text=True,
        timeout=550,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def named(shown: str, language: str) -> list[str]:
    """The addresses of pages in that language, which a terminal makes links of."""
    return [each for each in re.findall(r"^ *(http\S+)$", shown, re.M) if f"lang={language}" in each]


def test_the_demo_plays_the_flow_in_both_languages(system: System) -> None:
    shown = play(system)

    assert "Весь путь по-русски" in shown
    assert "The flow in English" in shown
    # A prepayment and a balance in each language, and both of them back.
    assert shown.count("payment.succeeded") == shown.count("payment.refunded") == 4
    assert "Возврат" in shown and "Refund of" in shown
    assert "opened" not in shown
    # A phone that nobody has confirmed is sent a dozen messages a day: it must not be everybody's.
    assert len(set(re.findall(r"sms → (\S+)", shown))) == 2
    for language in ("ru", "en"):
        pages = named(shown, language)
        assert [urlsplit(page).path for page in pages] == ["/book", "/manage", "/outbox", "/desk", "/trace", "/desk"]
        assert {Client(page.partition("#")[0]).request("GET", "").status for page in pages} == {200}
        secret = urlsplit(pages[1]).fragment
        assert Client(system.api_url).post("/v1/guest-tokens", {"token": secret})["access_token"]


@pytest.mark.parametrize(("provider", "name"), [("sberpay", "SberPay"), ("tkassa", "T-Kassa")])
def test_the_demo_pays_through_another_gateway(system: System, provider: str, name: str) -> None:
    shown = play(system, "--provider", provider, "--open", "en", BROWSER="echo opened %s")

    assert f"started through {name}" in shown
    assert "Весь путь по-русски" not in shown
    assert shown.count("payment.refunded") == 2
    assert [f"opened {page}" in shown for page in named(shown, "en")] == [True] * 6
