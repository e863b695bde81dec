"""Settings of T-Kassa."""

from typing import ClassVar

from pydantic_settings import SettingsConfigDict

from payment.gateways.configuration import GatewaySettings
from shared_schemas.payment.payments import PaymentMethod


class TKassaSettings(GatewaySettings):
    """A terminal at T-Kassa."""

    model_config = SettingsConfigDict(env_prefix="TKASSA_")

    # The form offers all that the terminal has; none can be picked beforehand.
    methods: ClassVar[tuple[PaymentMethod, ...]] = ("bank_card", "sbp", "tpay")

    base_url: str = "https://securepay.tbank.ru"
    """Base URL of T-Kassa's API, without `/v2`."""
    credentials: str = ""
    """JSON `{"terminal_key", "password"}`, or a `secretsmanager:` reference to it; empty switches T-Kassa off."""


SETTINGS = TKassaSettings
