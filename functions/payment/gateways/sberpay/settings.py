"""Settings of SberPay."""

from typing import ClassVar, Literal

from pydantic_settings import SettingsConfigDict

from payment.gateways.configuration import GatewaySettings
from shared_schemas.payment.payments import PaymentMethod


class SberPaySettings(GatewaySettings):
    """A shop at Sber's acquiring."""

    model_config = SettingsConfigDict(env_prefix="SBERPAY_")

    # Cards and SberPay share the form; SBP is asked for.
    methods: ClassVar[tuple[PaymentMethod, ...]] = ("bank_card", "sberpay", "sbp")

    base_url: str = "https://ecommerce.sberbank.ru/ecomm/gw/partner/api/v1"
    """Base URL of Sber's acquiring API; `register.do` and the other methods are below it."""
    credentials: str = ""
    """JSON `{"user_name", "password"}`, or `{"token"}` for the legacy dialect, or a `secretsmanager:` reference to it;
    empty switches SberPay off."""
    dialect: Literal["new", "legacy"] = "new"
    """`new` sends JSON, `legacy` forms (its base URL ends in `/payment/rest`)."""
    callback_key: str = ""
    """Key with which Sber signs its callbacks (HMAC-SHA256), or a `secretsmanager:` reference; empty checks nothing."""
    callback_public_key: str = ""
    """PEM of Sber's public RSA key for its callbacks, or a reference; used instead of the HMAC key."""
    tax_numbers: Literal["dialect", "new", "legacy"] = "dialect"
    """Sber's numbers for VAT of 5, 7 and 22 %: `new` 8 to 13, `legacy` 10 to 15, `dialect` as SBERPAY_DIALECT says."""


SETTINGS = SberPaySettings
