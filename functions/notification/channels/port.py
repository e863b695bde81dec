"""What the service needs of a channel. A new one is a folder here with its name in `Channel` (the contracts)."""

from typing import Protocol

from notification.domain import Addressee
from notification.writing.rendering import Words
from shared_schemas.accounts import Contact
from shared_schemas.notification import Message


class Sender(Protocol):
    """Renders the messages of one channel and passes them to a provider."""

    def address(self, contact: Contact) -> Addressee:
        """The person's address on this channel, and whether it is known to be theirs.

        `NeedlessDeliveryError` if there is none, `PermanentDeliveryError` if it cannot be one."""

    def render(self, words: Words) -> Message:
        """The message in the form of this channel."""

    def send(self, address: str, message: Message) -> str:
        """The provider's own id of the message; raises a `DeliveryError`."""
