from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from core.settings import SettingsError
from payment.providers import PROVIDERS, gateways
from payment.settings import PaymentSettings, webhook_address
from shared_schemas.events import Provider
from tests.support.payment_gateways import SBER_CREDENTIALS, TKASSA_CREDENTIALS, YOOKASSA_CREDENTIALS


def settings(**values: str) -> PaymentSettings:
    return PaymentSettings.model_validate({"service": "payment", "database_url": "postgresql://unused"} | values)


CREDENTIALS = {"yookassa": YOOKASSA_CREDENTIALS, "sberpay": SBER_CREDENTIALS, "tkassa": TKASSA_CREDENTIALS}


@pytest.mark.parametrize("name", CREDENTIALS)
def test_a_gateway_with_credentials_is_switched_on(name: str) -> None:
    assert set(gateways(settings(**{f"{name}_credentials": CREDENTIALS[name]}))) == {name}


def test_every_provider_of_the_contract_has_its_gateway() -> None:
    assert set(PROVIDERS) == set(get_args(Provider)) == set(CREDENTIALS)


def test_a_gateway_without_credentials_is_switched_off() -> None:
    assert gateways(settings()) == {}


@pytest.mark.parametrize("credentials", ["shop:key", "[]", "{}", '{"shop_id": "1", "secret_key": ""}'])
def test_broken_credentials_are_told_without_repeating_them(credentials: str) -> None:
    shop = gateways(settings(yookassa_credentials=credentials))["yookassa"]
    with pytest.raises(SettingsError, match="the credentials of YooKassa") as caught:
        shop.fetch("p1")
    assert "key" not in str(caught.value).replace("secret_key", "")


@pytest.mark.parametrize("name", CREDENTIALS)
@pytest.mark.parametrize("url", ["http://api.yookassa.ru/v3", "ftp://127.0.0.1", "127.0.0.1:5090", "http://", ""])
def test_credentials_never_travel_in_clear(name: str, url: str) -> None:
    with pytest.raises(ValidationError, match="over https"):
        settings(**{f"{name}_base_url": url})


@pytest.mark.parametrize("url", ["http://127.0.0.1:5090/tkassa", "http://sandbox:5090", "http://host.docker.internal"])
def test_a_sandbox_beside_us_may_be_spoken_to_in_clear(url: str) -> None:
    assert settings(tkassa_base_url=url).tkassa_base_url == url


def test_a_missing_ca_bundle_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="sberpay"):
        gateways(settings(sberpay_credentials="{}", sberpay_ca_bundle=str(tmp_path / "none.pem")))


def test_gateways_are_told_where_to_send_notifications() -> None:
    assert webhook_address("https://hooks.example/", "sberpay") == "https://hooks.example/webhooks/sberpay"
    assert webhook_address("", "sberpay") == ""


def test_webhooks_come_from_this_machine_unless_told_otherwise() -> None:
    assert settings().yookassa_networks == "127.0.0.0/8"


def test_a_wrong_network_stops_the_start() -> None:
    with pytest.raises(ValidationError, match="yookassa_networks"):
        settings(yookassa_networks="77.75.156.0/33")
