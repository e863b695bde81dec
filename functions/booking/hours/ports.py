"""What the use cases need of stored exceptions."""

from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from booking.halls.ports import Locking
from shared_schemas.booking.hours import DateOverride


class OverrideStore(Protocol):
    def add(self, override: DateOverride, actor: str, at: datetime) -> None: ...

    def remove(self, override_id: UUID) -> UUID | None:
        """Returns the hall that it was for; `DateOverrideNotFoundError` if there is none."""

    def all(self, since: date) -> list[DateOverride]:
        """Those that do not end before `since`, in the order in which they were made."""


class Work(Locking, Protocol):
    """A transaction around exceptions."""

    @property
    def overrides(self) -> OverrideStore: ...
