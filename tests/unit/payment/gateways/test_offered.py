"""What people may pay by."""

import pytest

from payment.gateways.configuration import GatewaySettings
from payment.gateways.offered import offered
from payment.gateways.registry import settings_models
from shared_schemas.providers import PROVIDERS, Provider


def settings(**credentials: str) -> dict[Provider, GatewaySettings]:
    return {name: model(credentials=credentials.get(name, "{}")) for name, model in settings_models().items()}


def test_gateways_come_in_the_order_of_the_studio() -> None:
    found = offered(settings(), ["tkassa", "yookassa", "tkassa"], two_stage=False)

    assert [(each.provider, each.label.en, each.label.ru) for each in found] == [
        ("tkassa", "T-Kassa", "Т-Касса"),
        ("yookassa", "YooKassa", "ЮKassa"),
    ]


def test_a_gateway_without_credentials_is_off() -> None:
    assert [each.provider for each in offered(settings(yookassa=""), PROVIDERS, two_stage=False)] == [
        "sberpay",
        "tkassa",
    ]


@pytest.mark.parametrize("two_stage", [False, True])
def test_money_that_is_held_does_not_come_by_sbp(two_stage: bool) -> None:
    for each in offered(settings(), PROVIDERS, two_stage=two_stage):
        methods = [way.method for way in each.methods]
        assert methods[0] == "bank_card"
        assert ("sbp" in methods) is not two_stage
        assert all(way.label.en and way.label.ru for way in each.methods)
