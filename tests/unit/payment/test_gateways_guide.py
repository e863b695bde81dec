"""The guide to gateways and the code tell the same story."""

import re
from pathlib import Path
from typing import Any

import pytest

from payment.providers import PROVIDERS
from payment.settings import PaymentSettings
from tests.support.booking import NOW
from tests.support.payment_gateways import sberpay, tkassa, yookassa

GUIDE = (Path(__file__).parents[3] / "docs" / "gateways.md").read_text(encoding="utf-8")
CLIENTS: dict[str, Any] = {"yookassa": yookassa, "sberpay": sberpay, "tkassa": tkassa}
ROWS = {
    row[1]: row for row in (re.split(r"\s*\|\s*", line.strip("| ")) for line in GUIDE.splitlines()) if len(row) == 8
}


def test_every_gateway_has_its_row() -> None:
    assert {f"`{name}`" for name in PROVIDERS} <= set(ROWS)


def test_every_setting_of_a_gateway_is_named_and_exists() -> None:
    named = set(re.findall(r"`((?:YOOKASSA|SBERPAY|TKASSA|WEBHOOK)_[A-Z_]+)`", GUIDE))
    prefixes = (*(f"{name}_" for name in PROVIDERS), "webhook_")
    assert named == {name.upper() for name in PaymentSettings.model_fields if name.startswith(prefixes)}


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_gateway_has_the_same_five_settings(name: str) -> None:
    settings = {f"{name}_{kind}" for kind in ("base_url", "credentials", "ca_bundle", "proxy", "networks")}
    assert settings <= set(PaymentSettings.model_fields)


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_list_is_there_where_the_guide_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client = CLIENTS[name]("https://unused.example")
    monkeypatch.setattr(client, "_listed", lambda *_: iter(()), raising=False)
    assert (client.list_payments(NOW, NOW) is not None) == (ROWS[f"`{name}`"][6] == "yes")
