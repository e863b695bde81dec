"""Staff say that somebody without an account and the owner of one are the same person."""

from collections.abc import Callable
from typing import Any, Protocol, Self
from uuid import UUID

from core.trail.deed import note
from gateway.accounts.ports import Users
from gateway.guests.errors import NotAGuestError
from gateway.guests.joining import Joining
from shared_schemas.accounts import Person
from shared_schemas.events.accounts import AccountJoined
from shared_schemas.events.envelope import EventData


class MergeableGuests(Joining, Protocol):
    def join_by_word(self, account_id: UUID, guest_id: UUID) -> bool:
        """Whether there was such a guest, whose bookings stand, and who had joined no account."""


class Work(Protocol):
    """One transaction; it rolls back unless committed."""

    @property
    def users(self) -> Users: ...
    @property
    def guests(self) -> MergeableGuests: ...

    def __enter__(self) -> Self: ...
    def __exit__(self, *error: Any) -> None: ...
    def emit(self, data: EventData) -> None: ...
    def commit(self) -> None: ...


class Merging:
    """Give an account what a guest has booked; the other services hear of it as if the owner had proved the address."""

    def __init__(self, unit_of_work: Callable[[], Work]) -> None:
        self._unit_of_work = unit_of_work

    def merge(self, guest_id: UUID, account_id: UUID) -> Person:
        """The account's owner. `AccountNotFoundError`; `NotAGuestError` for who has an account, or joined one."""
        with self._unit_of_work() as work:
            account = work.users.get(account_id, locked=True)
            if not work.guests.join_by_word(account_id, guest_id):
                raise NotAGuestError
            work.guests.share_consents(account_id, [guest_id])
            work.emit(AccountJoined(account_id=account_id, guest_ids=[guest_id]))
            note(target=f"customer:{guest_id}", after={"into": account_id})
            work.commit()
        return Person(id=account.id, full_name=account.full_name, phone=account.phone, email=account.email)
