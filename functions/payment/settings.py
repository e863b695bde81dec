"""Settings of the payment service."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Literal, get_args
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from core.secrets import resolve
from core.settings import CoreSettings
from payment.domain_receipts import FfdVersion, PaymentSubject, Seller, TaxSystem, Vat
from shared_schemas.events import Provider

Networks = tuple[IPv4Network | IPv6Network, ...]


class PaymentSettings(CoreSettings):
    """How to reach the gateways, and who may bring their notifications."""

    service_key: str = ""
    """The key that signs this service's calls to others; may be a `secretsmanager:` reference."""
    webhook_retention_days: float = Field(default=92, ge=14)
    """How long the gateways' notifications are kept as they came."""
    comparison_retention_days: float = Field(default=400, ge=31)
    """How long the outcome of a comparison with a gateway's books is kept."""
    payment_providers: str = "yookassa,sberpay,tkassa"
    """Comma-separated: the gateways that the studio takes money through, of those that have credentials."""
    payment_stages: Literal["one", "two"] = "one"
    """`two` holds the payer's money first, and takes it once the booking still waits for it; SBP knows one only."""
    yookassa_base_url: str = "https://api.yookassa.ru/v3"
    """Where YooKassa's API v3 answers."""
    yookassa_credentials: str = ""
    """JSON `{"shop_id", "secret_key"}`, or a `secretsmanager:` reference to it; empty switches YooKassa off."""
    yookassa_ca_bundle: str = ""
    """Authorities to trust for YooKassa alone: a PEM file, its text or an `ssm:` reference; empty is the system's."""
    yookassa_proxy: str = ""
    """URL of the proxy on the way to YooKassa, or a `secretsmanager:` reference to it; empty goes straight."""
    yookassa_networks: str = "127.0.0.0/8"
    """Comma-separated networks (CIDR) that YooKassa's webhooks may come from; empty or `*` is any."""
    sberpay_base_url: str = "https://ecommerce.sberbank.ru/ecomm/gw/partner/api/v1"
    """Where the methods of Sber's acquiring answer, such as `register.do` below it."""
    sberpay_credentials: str = ""
    """JSON `{"user_name", "password"}`, or `{"token"}` for the legacy dialect, or a `secretsmanager:` reference to it;
    empty switches SberPay off."""
    sberpay_dialect: Literal["new", "legacy"] = "new"
    """`new` sends JSON, `legacy` forms (its base URL ends in `/payment/rest`)."""
    sberpay_callback_key: str = ""
    """Key that Sber signs its callbacks with (HMAC-SHA256), or a `secretsmanager:` reference; empty checks nothing."""
    sberpay_callback_public_key: str = ""
    """PEM of the RSA key that Sber signs its callbacks with, or a reference; it takes the place of the HMAC key."""
    sberpay_tax_numbers: Literal["dialect", "new", "legacy"] = "dialect"
    """How VAT of 5, 7 and 22 % is numbered: `new` 8 to 13, `legacy` 10 to 15, `dialect` as the dialect's platform."""
    sberpay_ca_bundle: str = ""
    """Authorities to trust for Sber alone, such as the Russian national CA: a PEM file, its text or an `ssm:`
    reference; empty is the system's."""
    sberpay_proxy: str = ""
    """URL of the proxy on the way to Sber, or a `secretsmanager:` reference to it; empty goes straight."""
    sberpay_networks: str = "127.0.0.0/8"
    """Comma-separated networks (CIDR) that Sber's callbacks may come from; empty or `*` is any."""
    tkassa_base_url: str = "https://securepay.tbank.ru"
    """Where T-Kassa answers, without `/v2`."""
    tkassa_credentials: str = ""
    """JSON `{"terminal_key", "password"}`, or a `secretsmanager:` reference to it; empty switches T-Kassa off."""
    tkassa_ca_bundle: str = ""
    """Authorities to trust for T-Kassa alone: a PEM file, its text or an `ssm:` reference; empty is the system's."""
    tkassa_proxy: str = ""
    """URL of the proxy on the way to T-Kassa, or a `secretsmanager:` reference to it; empty goes straight."""
    tkassa_networks: str = "127.0.0.0/8"
    """Comma-separated networks (CIDR) that T-Kassa's notifications may come from; empty or `*` is any."""
    webhook_base_url: str = ""
    """Where gateways reach this service's function URL, for those that are told with each payment (Sber, T-Kassa);
    may be an `ssm:` reference; empty leaves it to the gateway's own cabinet."""
    receipts: Literal["on", "off"] = "off"
    """Whether fiscal receipts (54-FZ) are ordered through the gateways."""
    receipt_vat: Vat = "none"
    """VAT of the studio's services: none, 0, 5, 7, 10, 20, 22, 5/105, 7/107, 10/110, 20/120 or 22/122."""
    receipt_tax_system: TaxSystem = "usn_income"
    """The studio's tax system: osn, usn_income, usn_income_outcome, esn or patent."""
    receipt_subject: PaymentSubject = "service"
    """What a line of a receipt is paid for: service, commodity or payment."""
    receipt_prepayment_mode: Literal["prepayment", "advance"] = "prepayment"
    """How money before the visit is called: `prepayment` of the visit, full or partial, or an `advance`."""
    receipt_ffd_version: FfdVersion = "1.05"
    """Format of fiscal documents of the studio's till, 1.05 or 1.2; Sber and T-Kassa are told."""
    receipt_of_whole: Literal["omit", "send"] = "omit"
    """Whether a refund of a whole payment and a capture take a receipt along at YooKassa and T-Kassa, which make it of
    the payment's own: `omit`, as they ask, or `send`."""
    receipt_email: str = ""
    """Who gets the receipt of a client whose address is not known any more; empty orders none for them."""
    receipt_company_email: str = ""
    """The studio's address on its receipts (tag 1117); Sber's need it."""
    receipt_company_inn: str = ""
    """The studio's INN on its receipts, 10 or 12 digits (tag 1018); Sber's need it."""
    receipt_company_site: str = ""
    """Where the studio takes payments, such as https://studio.example (tag 1187); Sber's receipts need it."""

    @property
    def seller(self) -> Seller:
        """The studio as its receipts name it."""
        return Seller(
            self.receipt_ffd_version, self.receipt_company_email, self.receipt_company_inn, self.receipt_company_site
        )

    @field_validator("yookassa_base_url", "sberpay_base_url", "tkassa_base_url")
    @classmethod
    def _is_private(cls, value: str) -> str:
        """Credentials travel in clear to a sandbox on this machine or beside it, and to nobody else."""
        parts = urlsplit(value)
        host = parts.hostname or ""
        beside = host.endswith(".internal") or "." not in host or host.startswith("127.")
        if parts.scheme != "https" and not (parts.scheme == "http" and host and beside):
            raise ValueError("a gateway is spoken to over https")
        return value

    @field_validator("receipt_company_inn")
    @classmethod
    def _is_inn(cls, value: str) -> str:
        if value and not (value.isascii() and value.isdigit() and len(value) in (10, 12)):
            raise ValueError("an INN has 10 or 12 digits")
        return value

    @field_validator("payment_providers")
    @classmethod
    def _are_providers(cls, value: str) -> str:
        if unknown := set(names_in(value)) - set(get_args(Provider)):
            raise ValueError(f"no payment gateway is called {', '.join(sorted(unknown))}")
        return value

    @field_validator("yookassa_networks", "sberpay_networks", "tkassa_networks")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        parse_networks(value)
        return value


def names_in(value: str) -> list[str]:
    """The words of a comma-separated list."""
    return [name.strip() for name in value.split(",") if name.strip()]


def parse_networks(value: str) -> Networks:
    """The networks in a comma-separated list, empty where any will do; `ValueError` names the wrong one."""
    names = names_in(value)
    return () if "*" in names else tuple(ip_network(name) for name in names)


def webhook_address(base_url: str, provider: str) -> str:
    """Where a gateway is to send its notifications, by the setting `webhook_base_url`.

    Empty where that is set up in the gateway's cabinet."""
    base = resolve(base_url).rstrip("/")
    return f"{base}/webhooks/{provider}" if base else ""
