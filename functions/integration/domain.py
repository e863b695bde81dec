"""What the log reads off an event, whatever its type: even one that nobody here knows is kept."""

from uuid import UUID

from shared_schemas.events import Envelope, ServiceError


def subject(envelope: Envelope, name: str) -> UUID | None:
    """The id in field `name` of the event's data, where it has one."""
    try:
        return UUID(str(envelope.data[name]))
    except (KeyError, ValueError):
        return None


def reported_error(envelope: Envelope) -> ServiceError | None:
    """The failure that an event reports, if that is what it does."""
    if (envelope.type, envelope.version) != (ServiceError.type, ServiceError.version):
        return None
    return ServiceError.model_validate(envelope.data)
