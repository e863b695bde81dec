"""Halls that something else names must exist."""

from collections.abc import Collection
from uuid import UUID

from booking.halls.errors import HallNotFoundError
from booking.halls.ports import HallStore


def require_halls(halls: HallStore, hall_ids: Collection[UUID]) -> None:
    """`HallNotFoundError` names the first one that does not exist; archived halls may be named."""
    known = {hall.id for hall in halls.all(archived=True)} if hall_ids else set()
    for hall_id in hall_ids:
        if hall_id not in known:
            raise HallNotFoundError(hall_id=str(hall_id))
