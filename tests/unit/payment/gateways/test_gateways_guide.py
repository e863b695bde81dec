"""The guide to gateways and the code tell the same story."""

import re
from pathlib import Path
from typing import Any

import pytest

from payment.gateways.registry import settings_models
from payment.settings import PaymentSettings
from shared_schemas.providers import PROVIDERS
from tests.support.booking.made import NOW
from tests.support.payment.gateways import sberpay, tkassa, yookassa

GUIDE = (Path(__file__).parents[4] / "docs" / "gateways.md").read_text(encoding="utf-8")
CLIENTS: dict[str, Any] = {"yookassa": yookassa, "sberpay": sberpay, "tkassa": tkassa}
ROWS = {
    row[1]: row for row in (re.split(r"\s*\|\s*", line.strip("| ")) for line in GUIDE.splitlines()) if len(row) == 8
}


def test_every_gateway_has_its_row() -> None:
    assert {f"`{name}`" for name in PROVIDERS} <= set(ROWS)


def test_every_setting_of_a_gateway_is_named_and_exists() -> None:
    prefixes = "|".join(name.upper() for name in PROVIDERS)
    named = set(re.findall(rf"`((?:{prefixes}|WEBHOOK)_[A-Z_]+)`", GUIDE))
    of_service = {name.upper() for name in PaymentSettings.model_fields if name.startswith("webhook_")}
    of_gateways = {f"{name}_{field}".upper() for name, own in settings_models().items() for field in own.model_fields}
    assert named == of_service | of_gateways


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_list_is_there_where_the_guide_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client = CLIENTS[name]("https://unused.example")
    monkeypatch.setattr(client, "_listed", lambda *_: iter(()), raising=False)
    assert (client.list_payments(NOW, NOW) is not None) == (ROWS[f"`{name}`"][6] == "yes")
