"""What the use cases of guests need."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol, Self
from uuid import UUID

from core.http.idempotency import IdempotencyKey
from gateway.consents.ports import Giving
from gateway.guests.domain import Guest, Known
from gateway.guests.links import Link
from shared_schemas.channels import Channel
from shared_schemas.guests import AdmittedGuest


class GuestStore(Protocol):
    def add(self, guest: Guest) -> None: ...

    def get(self, guest_id: UUID) -> Guest:
        """`GuestNotFoundError` where there is none, or it was forgotten."""

    def with_phone(self, phone: str) -> list[Known]:
        """Living accounts of clients, and guests who have joined none, the oldest first; not more than some hundred."""

    def addresses(self, person_id: UUID) -> Mapping[Channel, str]:
        """Where links may have been sent to somebody who is still a client: not erased, disabled, or joined to another.
        A guest's are "", because a guest's never change."""

    def holder(self, person_id: UUID) -> UUID | None:
        """Who opens by a link what was booked by this client: the guest, or the owner of the account that the guest
        joined; None if nobody does any more."""

    def note_booking(self, guest_id: UUID, at: datetime) -> None:
        """It has a booking that stands, and is kept."""


class ShortLinks(Protocol):
    def keep(self, digest: str, link: Link) -> None:
        """Or keep it for longer, where it is there."""

    def find(self, digest: str) -> Link | None:
        """One that has not been removed; it may be over."""


class Work(Giving, Protocol):
    """One transaction; it rolls back unless committed."""

    @property
    def guests(self) -> GuestStore: ...
    @property
    def short_links(self) -> ShortLinks: ...

    def __enter__(self) -> Self: ...
    def __exit__(self, *error: Any) -> None: ...
    def once(
        self, key: IdempotencyKey | None, model: type[AdmittedGuest], make: Callable[[], AdmittedGuest]
    ) -> AdmittedGuest: ...
    def commit(self) -> None: ...
