"""Who has an account may have booked without it: as a guest, known by an address that the owner has proved."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from shared_schemas.accounts import Contact


class FormerGuests(Protocol):
    def join(self, account_id: UUID, phone: str | None, email: str | None) -> Sequence[UUID]:
        """Guests with one of these whose bookings stand, and who have joined no account: this one is theirs now."""


def gather(guests: FormerGuests, person: Contact) -> Sequence[UUID]:
    """Guests with a proved address of this person have joined the account, and nobody is told."""
    phone = person.phone if person.phone_confirmed else None
    email = person.email if person.email_confirmed else None
    return guests.join(person.id, phone, email)
