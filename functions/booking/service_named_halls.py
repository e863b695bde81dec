"""Halls that something else names must exist."""

from collections.abc import Collection
from uuid import UUID

from booking.errors import HallNotFoundError
from booking.ports import Work


def require_halls(work: Work, hall_ids: Collection[UUID]) -> None:
    """`HallNotFoundError` names the first one that is not there; archived halls may be named."""
    known = {hall.id for hall in work.halls.all(archived=True)} if hall_ids else set()
    for hall_id in hall_ids:
        if hall_id not in known:
            raise HallNotFoundError(hall_id=str(hall_id))
