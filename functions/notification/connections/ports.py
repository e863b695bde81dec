"""What connecting messengers needs of the world."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.ports import Transaction
from notification.connections.domain import Subject
from shared_schemas.channels import Messenger


class Connections(Protocol):
    def of(self, subject: Subject) -> dict[Messenger, datetime]:
        """What brings these messages, and since when."""

    def offer(self, subject: Subject, channel: Messenger, digest: str, until: datetime) -> None:
        """This link, and no earlier one, connects them."""

    def redeem(self, channel: Messenger, digest: str, chat: str, now: datetime) -> Subject | None:
        """What the link is for, once: another chat gets None, as with a link that is too old."""

    def bind(self, subjects: Collection[Subject], channel: Messenger, chat: str, now: datetime) -> None:
        """These messages go to this chat."""

    def unbind(self, subject: Subject, channel: Messenger) -> None:
        """They go there no more. Of a booking, whatever brought its messages."""

    def leave(self, channel: Messenger, chat: str) -> None:
        """Nobody's messages go to this chat."""


class PhoneHolders(Protocol):
    def of(self, phone: str) -> Sequence[UUID]:
        """Who is known by this number, which its owner has shown to be theirs; raises a `DeliveryError`."""


class Work(Transaction, Protocol):
    """A transaction on connections."""

    @property
    def connections(self) -> Connections: ...
