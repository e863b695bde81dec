"""A delivery to another system: how long it is retried, and when it is given up."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from integration.deliveries.errors import ObsoleteError, PermanentSendError, ReceiverGoneError, SendError
from shared_schemas.events.envelope import REGISTRY, Envelope
from shared_schemas.events.operations import ServiceError
from shared_schemas.integration.connectors import ConnectorName, DeliveryStatus

LEASE = timedelta(minutes=2)
"""How long an attempt may take before another may follow: longer than any function runs."""
NO_TARGET = ""
# Free text, which may contain personal data; receivers can read it from the API.
FREE_TEXT = frozenset({"reason", "comment"})


@dataclass(frozen=True)
class Patience:
    """Pauses double from `first` to `longest`; after `horizon` the delivery is dead."""

    first: timedelta = timedelta(seconds=15)
    longest: timedelta = timedelta(hours=6)
    horizon: timedelta = timedelta(days=3)


@dataclass(frozen=True)
class Target:
    """A receiver of an event; one that failed lately (not `at_once`) waits for the job, so it delays no other."""

    name: str = NO_TARGET
    subject: UUID | None = None
    at_once: bool = True


@dataclass(frozen=True)
class Parcel:
    """A delivery that a connector is to send; `attempts` counts this one."""

    connector: ConnectorName
    target: str
    envelope: Envelope
    expires_at: datetime
    subject: UUID | None = None
    attempts: int = 0
    id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True)
class Outcome:
    """The result of an attempt."""

    status: DeliveryStatus
    response_code: int | None = None
    error: str | None = None
    next_attempt_at: datetime | None = None


def without_free_text(envelope: Envelope) -> Envelope:
    """The event as it is stored until it is sent: without the words that people wrote. A required field of such a name
    holds a code and stays; of a type that is not known here, no such field stays."""
    model = REGISTRY.get((envelope.type, envelope.version))
    needed = {name for name, field in model.model_fields.items() if field.is_required()} if model else set[str]()
    data = {name: value for name, value in envelope.data.items() if name not in FREE_TEXT - needed}
    return envelope.model_copy(update={"data": data})


def after_failure(
    parcel: Parcel, error: SendError, patience: Patience, now: datetime, chance: Callable[[], float]
) -> Outcome:
    """Retry later, or give up; `chance` in [0, 1) is the jitter: it spreads retries over half of the pause."""
    if isinstance(error, ObsoleteError):
        return Outcome("skipped", error.response_code, error.code)
    if isinstance(error, PermanentSendError | ReceiverGoneError):
        return Outcome("dead", error.response_code, error.code)
    pause = min(patience.first * 2 ** min(parcel.attempts - 1, 30), patience.longest) * (0.5 + chance() / 2)
    asked = getattr(error, "retry_after", None)
    next_attempt = now + max(pause, timedelta(seconds=asked or 0))
    if next_attempt >= parcel.expires_at:
        return Outcome("dead", error.response_code, error.code)
    return Outcome("waiting", error.response_code, error.code, next_attempt)


def report(parcel: Parcel, outcome: Outcome) -> ServiceError | None:
    """The error to report for a delivery that was given up; none for an error report itself, or it would loop."""
    if outcome.status != "dead" or parcel.envelope.type == ServiceError.type:
        return None
    return ServiceError(
        service="integration",
        operation=f"connector-{parcel.connector}",
        code=outcome.error or "dead",
        detail=f"{parcel.envelope.type} {parcel.envelope.id} was not delivered: delivery {parcel.id}",
    )
