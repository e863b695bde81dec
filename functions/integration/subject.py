"""What an event is about, whatever its type."""

from uuid import UUID

from shared_schemas.events.envelope import Envelope


def subject(envelope: Envelope, name: str) -> UUID | None:
    """The id in field `name` of the event's data, where it has one."""
    try:
        return UUID(str(envelope.data[name]))
    except (KeyError, ValueError):
        return None
