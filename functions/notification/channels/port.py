"""What the service needs of a channel. A new one is a folder here with its name in `Channel` (the contracts)."""

from dataclasses import dataclass
from typing import Protocol

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


class Sender(Protocol):
    """Renders the messages of one channel and passes them to a provider."""

    def address(self, contact: Contact) -> Addressee:
        """The person's address on this channel, and whether it is known to be theirs.

        `NeedlessDeliveryError` if there is none, `PermanentDeliveryError` if it cannot be one."""

    def render(self, words: Words) -> Message:
        """The message in the form of this channel."""

    def send(self, address: str, message: Message) -> str:
        """The provider's own id of the message; raises a `DeliveryError`."""
