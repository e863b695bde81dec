"""What the service needs of a channel, and a channel of its providers.

A new channel is a folder here with its name in `Channel` (the contracts), a new provider a folder in its channel's."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal, Protocol, runtime_checkable
from uuid import UUID

from notification.writing.attached import File
from notification.writing.rendering import Words
from shared_schemas.accounts import Contact
from shared_schemas.notification import Message, TemplateName


@dataclass(frozen=True)
class Addressee:
    """Where a message goes, and whether it is known that its recipient is reached there.

    Nothing that a person wrote goes to an address that may be somebody else's: whoever registers with a stranger's
    address could have us send that stranger anything."""

    address: str
    confirmed: bool
    way: str = field(default="", repr=False)
    """What leads there besides the address, and is nobody's to read: it is not kept with the message."""


@dataclass(frozen=True)
class Parcel:
    """A message on its way to one address; `key` is our own id of it, the same in every attempt. `way` is the
    addressee's."""

    key: UUID
    address: str
    message: Message
    attempt: int = 1
    files: tuple[File, ...] = ()
    way: str = field(default="", repr=False)
    template: TemplateName | None = None


@dataclass(frozen=True)
class Accepted:
    """Which provider took a message, its own id of it, and how many parts it is billed as."""

    provider: str
    reference: str
    parts: int = 1
    tracked: bool = False
    """Whether it can say later what became of the message."""


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


@dataclass(frozen=True)
class Fate:
    """What a provider says of a message that it took; `reason` in its own codes. `unknown_id`: it knows none."""

    state: Literal["underway", "delivered", "undelivered", "unknown_id"]
    reason: str | None = None


@runtime_checkable
class Tracked(Protocol):
    """A provider that can say what became of a message."""

    ANSWER: ClassVar[str]
    """What it wants to read when it has told us something."""

    def fate(self, reference: str, address: str) -> Fate:
        """`TransientDeliveryError` if it does not answer."""

    def told(self, body: bytes) -> list[str]:
        """Its ids of the messages that a call is about; `CallbackForgedError`, `CallbackMalformedError`."""
