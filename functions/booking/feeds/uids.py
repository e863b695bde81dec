"""The UIDs of our own events, by which an import knows them again."""

from datetime import datetime
from uuid import UUID

OWN_UIDS = "@cyclorama"
"""How every UID ends that our feeds give out, in every installation: what of it is a hall's own, its calendar tells."""


def occurrence_uid(owner_id: UUID, start: datetime) -> str:
    """The stable UID of one stretch of a closure."""
    return f"{owner_id}-{start:%Y%m%dT%H%MZ}{OWN_UIDS}"
