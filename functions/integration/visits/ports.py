"""What keeping the sources of reports needs of the world."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from core.ports import Transaction
from integration.visits.domain import Movement, Visit
from shared_schemas.events.envelope import Envelope


@dataclass(frozen=True)
class Rebuild:
    """A rebuild of the projection: how far it is (`reached`) and how many bookings it corrected."""

    id: UUID
    started_at: datetime
    reached: UUID | None = None
    bookings: int = 0
    corrected: int = 0
    finished_at: datetime | None = None


class VisitStore(Protocol):
    def lock(self, booking_ids: Collection[UUID]) -> None:
        """Lock what is known of these bookings until the transaction ends."""

    def get(self, booking_ids: Collection[UUID]) -> dict[UUID, Visit]:
        """What is known of them."""

    def put(self, visits: Sequence[Visit]) -> None:
        """In place of what was known; each booking once."""

    def movements(self, booking_ids: Collection[UUID]) -> list[Movement]: ...

    def put_movements(self, movements: Sequence[Movement]) -> None:
        """In place of those with the same ids; each id once."""

    def logged(self, after: UUID | None, limit: int) -> list[UUID]:
        """The next bookings of the event log, in the order of their ids."""

    def events(self, booking_ids: Collection[UUID]) -> list[Envelope]:
        """Everything in the log that counts for reports about these bookings."""

    def start(self, rebuild: Rebuild) -> None:
        """Unless one is in progress."""

    def claim(self) -> Rebuild | None:
        """The one in progress, locked until the transaction ends; None if there is none, or somebody is at it."""

    def save(self, rebuild: Rebuild) -> None: ...


class SumStore(Protocol):
    """Revenue of UTC days, added up. Whatever changes something of a day forgets its sums in the same transaction."""

    def due(self, job: str, now: datetime, before: date, limit: int) -> list[date]:
        """Days before `before` that are not added up nor put off, newest first, as far as ten years back."""

    def add_up(self, day: date, now: datetime) -> None: ...

    def forget_all(self) -> None: ...


class VisitWork(Transaction, Protocol):
    """A transaction on the schema of this service."""

    @property
    def visits(self) -> VisitStore: ...
    @property
    def sums(self) -> SumStore: ...
