"""The UIDs of our own calendar events: the same in feeds, files and mails, and known again by an import."""

from datetime import datetime
from uuid import UUID

OWN_UIDS = "@cyclorama"
"""How every UID ends that our feeds give out, in every installation: what of it is a hall's own, its calendar tells."""


def booking_uid(booking_id: UUID) -> str:
    """The stable UID of a visit."""
    return f"{booking_id}{OWN_UIDS}"


def occurrence_uid(owner_id: UUID, start: datetime) -> str:
    """The stable UID of one stretch of a closure."""
    return f"{owner_id}-{start:%Y%m%dT%H%MZ}{OWN_UIDS}"
