import pytest
from pydantic import ValidationError

from payment.providers import gateways
from payment.settings import PaymentSettings


def settings(**values: str) -> PaymentSettings:
    return PaymentSettings.model_validate({"service": "payment", "database_url": "postgresql://unused"} | values)


def test_a_gateway_with_credentials_is_switched_on() -> None:
    assert set(gateways(settings(yookassa_credentials='{"shop_id": "1", "secret_key": "x"}'))) == {"yookassa"}


def test_a_gateway_without_credentials_is_switched_off() -> None:
    assert gateways(settings(yookassa_credentials="")) == {}


def test_webhooks_come_from_this_machine_unless_told_otherwise() -> None:
    assert settings().webhook_allowed_networks == "127.0.0.0/8"


def test_a_wrong_network_stops_the_start() -> None:
    with pytest.raises(ValidationError, match="webhook_allowed_networks"):
        settings(webhook_allowed_networks="77.75.156.0/33")
