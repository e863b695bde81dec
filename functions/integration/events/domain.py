"""What the log reads in an event, whatever its type: even one that is not known here is kept."""

from shared_schemas.events.bookings import BookingCancelled
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.operations import ServiceError


def reported_error(envelope: Envelope) -> ServiceError | None:
    """The failure that an event reports, if that is what it does."""
    if (envelope.type, envelope.version) != (ServiceError.type, ServiceError.version):
        return None
    return ServiceError.model_validate(envelope.data)


def without_words(envelope: Envelope) -> Envelope:
    """The event as it is kept. Cancellations of before 2026-12 tell what somebody wrote, and may come again."""
    if envelope.type != BookingCancelled.type or envelope.data.get("reason") is None:
        return envelope
    return envelope.model_copy(update={"data": {k: v for k, v in envelope.data.items() if k != "reason"}})
