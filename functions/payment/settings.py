"""Settings of the payment service."""

from ipaddress import IPv4Network, IPv6Network, ip_network

from pydantic import field_validator

from core.settings import CoreSettings

Networks = tuple[IPv4Network | IPv6Network, ...]


class PaymentSettings(CoreSettings):
    """How to reach the gateways, and who may bring their notifications."""

    service_key: str = ""
    """The key that signs this service's calls to others; may be a `secretsmanager:` reference."""
    yookassa_base_url: str = "https://api.yookassa.ru/v3"
    """Where YooKassa's API v3 answers."""
    yookassa_credentials: str = ""
    """JSON `{"shop_id", "secret_key"}`, or a `secretsmanager:` reference to it; empty switches YooKassa off."""
    yookassa_ca_bundle: str = ""
    """PEM file of the authorities to trust for YooKassa alone; empty trusts the system's."""
    yookassa_proxy: str = ""
    """URL of the proxy on the way to YooKassa, or a `secretsmanager:` reference to it; empty goes straight."""
    webhook_allowed_networks: str = "127.0.0.0/8"
    """Comma-separated networks (CIDR) that webhooks may come from; empty or `*` is any."""

    @field_validator("webhook_allowed_networks")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        parse_networks(value)
        return value


def parse_networks(value: str) -> Networks:
    """The networks in a comma-separated list, empty where any will do; `ValueError` names the wrong one."""
    names = [name.strip() for name in value.split(",") if name.strip()]
    return () if "*" in names else tuple(ip_network(name) for name in names)
