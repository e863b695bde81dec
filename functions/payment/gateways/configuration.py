"""The settings that every gateway has. The `settings.py` of its folder adds defaults, a prefix and its own settings."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import field_validator

from core.settings import SettingsPart
from shared_schemas.payment.payments import PaymentMethod

Networks = tuple[IPv4Network | IPv6Network, ...]


@dataclass(frozen=True)
class Route:
    """How to reach a gateway: `ca_bundle` is a PEM file, its text or a reference to that, which replaces the system's
    authorities for this gateway alone; `proxy` a URL, which may hold a name and password, or a reference to one."""

    base_url: str
    ca_bundle: str = ""
    proxy: str = ""


class GatewaySettings(SettingsPart):
    """How to reach one gateway, and who may bring its notifications. The variables begin with its `env_prefix`."""

    methods: ClassVar[tuple[PaymentMethod, ...]] = ()
    """The ways to pay that can be asked of it beforehand; people see them in this order."""

    base_url: str
    """Where the gateway answers."""
    credentials: str = ""
    """JSON, or a `secretsmanager:` reference to it; empty switches the gateway off."""
    ca_bundle: str = ""
    """Certificate authorities to trust for this gateway only, such as the Russian national CA: a PEM file, its text
    or an `ssm:` reference; empty means the system's."""
    proxy: str = ""
    """URL of a proxy to this gateway, or a `secretsmanager:` reference to it; empty means none."""
    networks: str = "127.0.0.0/8"
    """Comma-separated networks (CIDR) that its notifications may come from; empty or `*` means any."""

    @property
    def route(self) -> Route:
        return Route(self.base_url, self.ca_bundle, self.proxy)

    @field_validator("base_url")
    @classmethod
    def _is_private(cls, value: str) -> str:
        """Plain http is allowed only to a sandbox on this machine or private network."""
        parts = urlsplit(value)
        host = parts.hostname or ""
        beside = host.endswith(".internal") or "." not in host or host.startswith("127.")
        if parts.scheme != "https" and not (parts.scheme == "http" and host and beside):
            raise ValueError("must be an https URL")
        return value

    @field_validator("networks")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        parse_networks(value)
        return value


def names_in(value: str) -> list[str]:
    """The items of a comma-separated list."""
    return [name.strip() for name in value.split(",") if name.strip()]


def parse_networks(value: str) -> Networks:
    """The networks in a comma-separated list, empty if any will do; `ValueError` names the wrong one."""
    names = names_in(value)
    return () if "*" in names else tuple(ip_network(name) for name in names)
