from pathlib import Path
from typing import cast

import pytest
from pydantic import ValidationError

from core.settings import SettingsError
from payment.gateways.configuration import GatewaySettings, names_in
from payment.gateways.port import Gateway
from payment.gateways.registry import gateways, settings_models
from payment.gateways.studio import Studio, webhook_address
from payment.settings import PaymentSettings
from shared_schemas.providers import PROVIDERS, Provider
from tests.support.payment.gateways import SBER_CREDENTIALS, TKASSA_CREDENTIALS, YOOKASSA_CREDENTIALS


def settings(**values: str) -> PaymentSettings:
    return PaymentSettings.model_validate({"service": "payment", "database_url": "postgresql://unused"} | values)


def of_gateway(name: str, **values: str) -> GatewaySettings:
    return settings_models()[cast("Provider", name)].model_validate(values)


def on(own: dict[str, GatewaySettings], chosen: str | None = None) -> dict[str, Gateway]:
    """The gateways that these settings switch on, of those that are chosen."""
    known = {name: own.get(name) or of_gateway(name) for name in PROVIDERS}
    return gateways(known, names_in(chosen or settings().payment_providers), Studio())


CREDENTIALS = {"yookassa": YOOKASSA_CREDENTIALS, "sberpay": SBER_CREDENTIALS, "tkassa": TKASSA_CREDENTIALS}


@pytest.mark.parametrize("name", CREDENTIALS)
def test_a_gateway_with_credentials_is_switched_on(name: str) -> None:
    assert set(on({name: of_gateway(name, credentials=CREDENTIALS[name])})) == {name}


def test_a_gateway_that_was_not_chosen_is_switched_off() -> None:
    assert on({"yookassa": of_gateway("yookassa", credentials=YOOKASSA_CREDENTIALS)}, "tkassa,sberpay") == {}


def test_every_provider_of_the_contract_has_its_gateway() -> None:
    assert set(settings_models()) == set(PROVIDERS) == set(CREDENTIALS)


def test_a_gateway_without_credentials_is_switched_off() -> None:
    assert on({}) == {}


@pytest.mark.parametrize("credentials", ["shop:key", "[]", "{}", '{"shop_id": "1", "secret_key": ""}'])
def test_broken_credentials_are_told_without_repeating_them(credentials: str) -> None:
    shop = on({"yookassa": of_gateway("yookassa", credentials=credentials)})["yookassa"]
    with pytest.raises(SettingsError, match="the credentials of YooKassa") as caught:
        shop.fetch("p1")
    assert "key" not in str(caught.value).replace("secret_key", "")


@pytest.mark.parametrize("name", CREDENTIALS)
@pytest.mark.parametrize("url", ["http://api.yookassa.ru/v3", "ftp://127.0.0.1", "127.0.0.1:5090", "http://", ""])
def test_credentials_never_travel_in_clear(name: str, url: str) -> None:
    with pytest.raises(ValidationError, match="an https URL"):
        of_gateway(name, base_url=url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:5090/tkassa", "http://sandbox:5090", "http://host.docker.internal"])
def test_a_sandbox_beside_us_may_be_spoken_to_in_clear(url: str) -> None:
    assert of_gateway("tkassa", base_url=url).base_url == url


def test_a_missing_ca_bundle_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="sberpay"):
        on({"sberpay": of_gateway("sberpay", credentials="{}", ca_bundle=str(tmp_path / "none.pem"))})


def test_gateways_are_told_where_to_send_notifications() -> None:
    assert webhook_address("https://hooks.example/", "sberpay") == "https://hooks.example/webhooks/sberpay"
    assert webhook_address("", "sberpay") == ""


def test_webhooks_come_from_this_machine_unless_told_otherwise() -> None:
    assert of_gateway("yookassa").networks == "127.0.0.0/8"


def test_a_wrong_network_stops_the_start() -> None:
    with pytest.raises(ValidationError, match="networks"):
        of_gateway("yookassa", networks="77.75.156.0/33")


def test_a_gateway_that_there_is_not_cannot_be_chosen() -> None:
    with pytest.raises(ValidationError, match="no payment gateway is called paypal"):
        settings(payment_providers="yookassa,paypal")
