"""Settings of ToyPay."""

from pydantic_settings import SettingsConfigDict

from payment.gateways.configuration import GatewaySettings


class ToyPaySettings(GatewaySettings):
    """A shop at ToyPay."""

    model_config = SettingsConfigDict(env_prefix="TOYPAY_")

    base_url: str = "https://toypay.example"
    """Where ToyPay answers."""
    credentials: str = ""
    """JSON `{"key"}`, or a `secretsmanager:` reference to it; empty switches ToyPay off."""


SETTINGS = ToyPaySettings
