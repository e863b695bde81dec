"""An event on its way to another system: how long to keep trying, and when it is given up."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from integration.errors_connectors import ObsoleteError, PermanentSendError, ReceiverGoneError, SendError
from shared_schemas.connectors import ConnectorName, DeliveryStatus
from shared_schemas.events import REGISTRY, Envelope, ServiceError

LEASE = timedelta(minutes=2)
"""How long an attempt may take before another may follow: longer than any function runs."""
NO_TARGET = ""
# Words that somebody wrote about a person, perhaps; whoever needs them asks the API.
FREE_TEXT = frozenset({"reason", "comment"})


@dataclass(frozen=True)
class Patience:
    """Pauses double from `first` to `longest`; after `horizon` the delivery is dead."""

    first: timedelta = timedelta(seconds=15)
    longest: timedelta = timedelta(hours=6)
    horizon: timedelta = timedelta(days=3)


@dataclass(frozen=True)
class Target:
    """A receiver of an event; one that failed lately (not `at_once`) waits for the job, and holds nobody up."""

    name: str = NO_TARGET
    subject: UUID | None = None
    at_once: bool = True


@dataclass(frozen=True)
class Parcel:
    """A delivery in the hands of a connector; `attempts` counts this one."""

    connector: ConnectorName
    target: str
    envelope: Envelope
    expires_at: datetime
    subject: UUID | None = None
    attempts: int = 0
    id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt."""

    status: DeliveryStatus
    response_code: int | None = None
    error: str | None = None
    next_attempt_at: datetime | None = None


def kept(envelope: Envelope) -> Envelope:
    """What is stored of an event until it is sent: no words that people wrote. A field of that name which must be
    there holds a code, and nobody could read the event without it; of a type that is not known here, none is kept."""
    model = REGISTRY.get((envelope.type, envelope.version))
    needed = {name for name, field in model.model_fields.items() if field.is_required()} if model else set[str]()
    data = {name: value for name, value in envelope.data.items() if name not in FREE_TEXT - needed}
    return envelope.model_copy(update={"data": data})


def after_failure(
    parcel: Parcel, error: SendError, patience: Patience, now: datetime, chance: Callable[[], float]
) -> Outcome:
    """Try again later, or not; `chance` in [0, 1) spreads those who failed together over half of the pause."""
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
    """What the error log is told of a delivery that was given up. Nothing of a report that died itself, or it would
    go round for ever."""
    if outcome.status != "dead" or parcel.envelope.type == ServiceError.type:
        return None
    return ServiceError(
        service="integration",
        operation=f"connector-{parcel.connector}",
        code=outcome.error or "dead",
        detail=f"{parcel.envelope.type} {parcel.envelope.id} was not delivered: delivery {parcel.id}",
    )
