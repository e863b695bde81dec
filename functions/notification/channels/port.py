"""What the service needs of a channel, and a channel of its providers.

A new channel is a folder here with its name in `Channel` (the contracts), a new provider a folder in its channel's."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from notification.writing.rendering import Words
from shared_schemas.accounts import Contact
from shared_schemas.notification import Message


@dataclass(frozen=True)
class Addressee:
    """Where a message goes, and whether it is known that its recipient is reached there.

    Nothing that a person wrote goes to an address that may be somebody else's: whoever registers with a stranger's
    address could have us send that stranger anything."""

    address: str
    confirmed: bool


@dataclass(frozen=True)
class Parcel:
    """A message on its way to one address; `key` is our own id of it, the same in every attempt."""

    key: UUID
    address: str
    message: Message
    attempt: int = 1


@dataclass(frozen=True)
class Accepted:
    """Which provider took a message, and its own id of it."""

    provider: str
    reference: str


class Sender(Protocol):
    """Renders the messages of one channel and passes them to a provider."""

    def address(self, contact: Contact) -> Addressee:
        """The person's address on this channel, and whether it is known to be theirs.

        `NeedlessDeliveryError` if there is none, `PermanentDeliveryError` if it cannot be one."""

    def render(self, words: Words) -> Message:
        """The message in the form of this channel."""

    def send(self, parcel: Parcel) -> Accepted:
        """Hand it over; raises a `DeliveryError`."""


class Provider(Protocol):
    """One company that takes the messages of a channel."""

    def send(self, parcel: Parcel) -> str:
        """Its own id of the message. `TransientDeliveryError` if it surely has not got it, `UnknownDeliveryError` if
        it may have, `RefusedHereError` or `PermanentDeliveryError` if it does not want it."""

    def find(self, parcel: Parcel) -> str | None:
        """Its id of a message that it may have got before; None if it has not got it.

        `UnknownDeliveryError` if it cannot tell."""
