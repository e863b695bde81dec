"""Whose messages a caller may connect."""

from core.identity import Identity
from notification.connections.domain import EVERY, Subject


def subject_of(caller: Identity) -> Subject:
    """Of who has signed in, all their messages; of who has the token of a booking, those about that one."""
    return Subject(caller.user_id, caller.booking or EVERY)
