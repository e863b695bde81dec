"""Webhooks: who gets what, what a call says, and how it is signed."""

import hashlib
import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from shared_schemas.errors import RuleViolationError, Text, Violation
from shared_schemas.events.envelope import REGISTRY, Envelope
from shared_schemas.integration.connectors import EVERY_TYPE, SubscriptionStatus, WebhookCall, WebhookSubscription

SIGNATURE_HEADER = "Cyclorama-Signature"
BOTH_SECRETS_FOR = timedelta(hours=24)
TEST_TYPE = "webhook.test"
FAILING_FROM = 1
"""Attempts in a row after which a receiver waits for the job rather than hold up the consumer."""

UNKNOWN_TYPE = Text(
    "Nobody can subscribe to {unknown}; choose from {allowed}", "На {unknown} подписаться нельзя; выберите из {allowed}"
)
FORBIDDEN_ADDRESS = Text(
    "The link must lead to a public address, and {host} does not",
    "Ссылка должна вести на публичный адрес, а {host} — нет",
)
NO_ADDRESS = Text("The address {host} cannot be found", "Адрес {host} найти не удаётся")
NOT_HTTPS = Text("The link must begin with {allowed}", "Ссылка должна начинаться с {allowed}")


@dataclass(frozen=True)
class Subscription:
    """A subscription with its secrets, as it is stored."""

    id: UUID
    url: str
    event_types: Sequence[str]
    description: str
    secret: str
    created_at: datetime
    created_by: UUID
    status: SubscriptionStatus = "active"
    disabled_reason: str | None = None
    failures: int = 0
    previous_secret: str | None = None
    previous_secret_until: datetime | None = None

    @property
    def failing(self) -> bool:
        return self.failures >= FAILING_FROM

    def secrets(self, now: datetime) -> list[str]:
        """Those that sign now, the newest first."""
        if self.previous_secret and self.previous_secret_until and now < self.previous_secret_until:
            return [self.secret, self.previous_secret]
        return [self.secret]

    def rotated(self, secret: str, now: datetime) -> "Subscription":
        """With a new secret; the one before it signs as well for a day."""
        until = now + BOTH_SECRETS_FOR
        return replace(self, secret=secret, previous_secret=self.secret, previous_secret_until=until)

    def public(self) -> WebhookSubscription:
        """Without the secrets."""
        return WebhookSubscription.model_validate(
            {name: getattr(self, name) for name in WebhookSubscription.model_fields}
        )


def known_types() -> list[str]:
    return sorted({kind for kind, _ in REGISTRY})


def check_types(wanted: Collection[str]) -> list[Violation]:
    """What is wrong with a list of types."""
    allowed = [EVERY_TYPE, *known_types()]
    if not (unknown := sorted(set(wanted) - set(allowed))):
        return []
    params: dict[str, object] = {"unknown": ", ".join(unknown), "allowed": ", ".join(allowed)}
    return [Violation("event_types", "unknown_event_type", UNKNOWN_TYPE, params)]


def forbidden_address(host: str) -> Violation:
    return Violation("url", "address_refused", FORBIDDEN_ADDRESS, {"host": host})


def unknown_address(host: str) -> Violation:
    return Violation("url", "address_unknown", NO_ADDRESS, {"host": host})


def check_scheme(url: str, private_addresses: bool) -> list[Violation]:
    """Ids cross the open internet in TLS alone; where private networks are allowed, plain HTTP is too."""
    if url.startswith("https://") or private_addresses:
        return []
    return [Violation("url", "https_required", NOT_HTTPS, {"allowed": "https://"})]


def require(violations: list[Violation]) -> None:
    if violations:
        raise RuleViolationError(violations)


def call_of(envelope: Envelope) -> WebhookCall:
    """Ids and nothing else: who wants more asks the API, with the rights they have there."""
    names = [name for name in envelope.data if name.endswith("_id") or name == "booking_version"]
    data = {name: envelope.data[name] for name in names if envelope.data[name] is not None}
    fields = envelope.model_dump(include={"id", "type", "version", "time", "correlation_id"})
    return WebhookCall.model_validate(fields | {"data": data})


def signature(body: bytes, secrets: Sequence[str], now: datetime) -> str:
    """`t=<unix seconds>,v1=<hex>` with one `v1` for each secret: HMAC-SHA256 over `<t>.<body>`."""
    timestamp = int(now.timestamp())
    signed = f"{timestamp}.".encode() + body
    digests = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={timestamp}", *(f"v1={digest}" for digest in digests)])
