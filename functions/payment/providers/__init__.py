"""The payment gateways by name. A gateway without credentials is switched off."""

from collections.abc import Callable, Mapping

from payment.providers.base import Gateway
from payment.providers.sberpay import SberPay
from payment.providers.tkassa import TKassa
from payment.providers.yookassa import YooKassa
from payment.settings import PaymentSettings
from shared_schemas.events import Provider

PROVIDERS: Mapping[Provider, Callable[[PaymentSettings], Gateway | None]] = {
    "yookassa": YooKassa.configured,
    "sberpay": SberPay.configured,
    "tkassa": TKassa.configured,
}


def gateways(settings: PaymentSettings) -> dict[str, Gateway]:
    """Those that the settings switch on."""
    configured = {name: configure(settings) for name, configure in PROVIDERS.items()}
    return {name: gateway for name, gateway in configured.items() if gateway}
