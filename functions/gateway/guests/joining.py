"""Who proves to be reached at an address gets what was booked with it, before there was an account."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from gateway.accounts.domain import User
from gateway.accounts.former_guests import FormerGuests, gather
from shared_schemas.events.accounts import AccountJoined


class Joining(FormerGuests, Protocol):
    def share_consents(self, account_id: UUID, guest_ids: Sequence[UUID]) -> None:
        """Their consent to personal data, without which nothing is booked, is the account's, too; no other is."""


def joined(guests: Joining, account: User) -> AccountJoined | None:
    """What there is to tell, once the guests of a proved address have joined the account.

    Nothing but what was proved counts: neither a name, nor a number that somebody wrote down. The guests' tokens and
    links end with it: who booked may be a stranger, who only wrote this address."""
    found = gather(guests, account.contact())
    if not found:
        return None
    guests.share_consents(account.id, found)
    return AccountJoined(account_id=account.id, guest_ids=sorted(found))
