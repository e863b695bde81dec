"""Settings of YooKassa."""

from typing import ClassVar

from pydantic_settings import SettingsConfigDict

from payment.gateways.configuration import GatewaySettings
from shared_schemas.payment.payments import PaymentMethod


class YooKassaSettings(GatewaySettings):
    """A shop at YooKassa."""

    model_config = SettingsConfigDict(env_prefix="YOOKASSA_")

    methods: ClassVar[tuple[PaymentMethod, ...]] = ("bank_card", "sbp", "sberpay", "tpay", "yoomoney")

    base_url: str = "https://api.yookassa.ru/v3"
    """Base URL of YooKassa's API v3."""
    credentials: str = ""
    """JSON `{"shop_id", "secret_key"}`, or a `secretsmanager:` reference to it; empty switches YooKassa off."""


SETTINGS = YooKassaSettings
