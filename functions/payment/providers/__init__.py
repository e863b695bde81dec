"""The payment gateways by name. One that the studio has not chosen, or without credentials, is switched off."""

from collections.abc import Callable, Mapping

from payment.providers.base import Gateway
from payment.providers.sberpay import SberPay
from payment.providers.tkassa import TKassa
from payment.providers.yookassa import YooKassa
from payment.settings import PaymentSettings, names_in
from shared_schemas.events import Provider

PROVIDERS: Mapping[Provider, Callable[[PaymentSettings], Gateway | None]] = {
    "yookassa": YooKassa.configured,
    "sberpay": SberPay.configured,
    "tkassa": TKassa.configured,
}


def gateways(settings: PaymentSettings) -> dict[str, Gateway]:
    """Those that the settings switch on."""
    chosen = names_in(settings.payment_providers)
    configured = {name: configure(settings) for name, configure in PROVIDERS.items() if name in chosen}
    return {name: gateway for name, gateway in configured.items() if gateway}
