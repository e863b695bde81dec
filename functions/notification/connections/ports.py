"""What connecting messengers and browsers needs of the world."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.ports import Transaction
from notification.channels.push.subscription import Subscription
from notification.connections.domain import Connected, Subject
from shared_schemas.channels import Channel, Messenger


class Connections(Protocol):
    def of(self, subject: Subject) -> dict[Channel, datetime]:
        """What brings these messages, and since when."""

    def offer(self, subject: Subject, channel: Messenger, digest: str, until: datetime) -> None:
        """This link, and no earlier one, connects them."""

    def redeem(self, channel: Messenger, digest: str, chat: str, now: datetime) -> Subject | None:
        """What the link is for, once: another chat gets None, as with a link that is too old."""

    def connected(self, subject: Subject, channel: Channel) -> Connected | None:
        """Where they go by this channel."""

    def bind(
        self, subjects: Collection[Subject], channel: Channel, chat: str, now: datetime, keys: str | None = None
    ) -> None:
        """These messages go to this chat, or to this browser with its `keys`."""

    def unbind(self, subject: Subject, channel: Channel) -> None:
        """They go there no more. Of a booking, whatever brought its messages."""

    def leave(self, channel: Channel, chat: str) -> None:
        """Nobody's messages go to this chat."""


class Browsers(Protocol):
    """Notifications of browsers."""

    @property
    def public(self) -> str:
        """The key that browsers subscribe to."""

    def serves(self, subscription: Subscription) -> bool:
        """Whether its push service is one that we call."""

    def can_encrypt(self, subscription: Subscription) -> bool:
        """Whether its keys are those of a browser."""


class PhoneHolders(Protocol):
    def of(self, phone: str) -> Sequence[UUID]:
        """Who is known by this number, which its owner has shown to be theirs; raises a `DeliveryError`."""


class Work(Transaction, Protocol):
    """A transaction on connections."""

    @property
    def connections(self) -> Connections: ...
