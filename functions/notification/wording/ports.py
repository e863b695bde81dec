"""What the use cases of texts need; `repository.py` provides it."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.ports import Transaction
from notification.bookings.domain import KnownBooking
from notification.wording.domain import Version
from shared_schemas.channels import Channel
from shared_schemas.common import LocaleCode
from shared_schemas.gateway.recipients import Recipient, WrittenBooking
from shared_schemas.notification import TemplateName


class Wordings(Protocol):
    def current(self) -> dict[tuple[str, str], Version]:
        """The newest version of each text that was ever edited, by name and language."""

    def newest(self, name: TemplateName, locale: LocaleCode) -> Version | None:
        """That of one text; None where nobody edited it."""

    def versions(self, name: TemplateName, locale: LocaleCode, before: int | None, limit: int) -> list[Version]:
        """Newest first, only those before `before`."""

    def lock(self, name: TemplateName, locale: LocaleCode) -> None:
        """Until the end of the transaction nobody else puts a version of it in force."""

    def add(self, version: Version) -> None:
        """Put it in force."""

    def note_failure(
        self, name: TemplateName, locale: LocaleCode, version: int, failure: str, failure_ru: str, now: datetime
    ) -> bool:
        """It could not be rendered, and why, in both languages; False where that was known."""

    def booking(self, number: str) -> KnownBooking:
        """`TrialBookingNotFoundError`."""


class Work(Transaction, Protocol):
    """A transaction on the texts."""

    @property
    def wordings(self) -> Wordings: ...


class Contacts(Protocol):
    """How people are reached."""

    def recipient(self, user_id: UUID, channel: Channel, about: WrittenBooking | None) -> Recipient:
        """A `DeliveryError` where that is not known."""
