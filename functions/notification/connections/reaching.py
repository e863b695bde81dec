"""What the gateway knows of people, with the chat that they connected here; and whom it knows by a number."""

from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import UUID

from pydantic import ValidationError

from core.ports import Transaction
from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from notification.channels.bots import Reached
from notification.connections.domain import EVERY, Connected, Subject
from notification.errors import TransientDeliveryError
from notification.writing.ports import Contacts
from shared_schemas.channels import CONNECTED, Channel
from shared_schemas.gateway.recipients import (
    PhoneHolders,
    PhoneHoldersRequest,
    Recipient,
    RecipientRequest,
    WrittenBooking,
)


class Chats(Protocol):
    def connected(self, subject: Subject, channel: Channel) -> Connected | None:
        """Where their messages go; None where nothing is connected."""


class Work(Transaction, Protocol):
    """A transaction that looks chats up."""

    @property
    def connections(self) -> Chats: ...


class Reaching:
    """The contacts of the gateway, and what was connected where a message goes there."""

    def __init__(self, contacts: Contacts, unit_of_work: Callable[[], Work]) -> None:
        self._contacts = contacts
        self._unit_of_work = unit_of_work

    def expect(self, asked: Sequence[RecipientRequest]) -> None:
        """As `Contacts` says."""
        self._contacts.expect(asked)

    def recipient(self, user_id: UUID, channel: Channel, about: WrittenBooking | None) -> Recipient:
        """As `Contacts` says."""
        found = self._contacts.recipient(user_id, channel, about)
        if channel not in CONNECTED:
            return found
        with self._unit_of_work() as work:
            theirs = work.connections.connected(Subject(user_id, about.booking_id if about else EVERY), channel)
        return Reached(**dict(found), chat=theirs.chat, keys=theirs.keys) if theirs else Reached(**dict(found))


class NoHolders:
    """Nobody is known by any number."""

    def of(self, _phone: str) -> Sequence[UUID]:
        return []


class GatewayHolders:
    """Asks the gateway."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def of(self, phone: str) -> Sequence[UUID]:
        """Who is known by this number; `TransientDeliveryError` if the gateway does not answer."""
        try:
            asked = PhoneHoldersRequest(phone=phone).model_dump(mode="json")
        except ValidationError:
            # One that nobody can book with: a landline, or a messenger's own that is in no plan of numbers.
            return []
        try:
            return PhoneHolders.model_validate(self._client.post("/v1/phone-holders", asked)).ids
        except ServiceUnreachableError as error:
            raise TransientDeliveryError("holders_unavailable") from error
        except ServiceCallError as error:
            raise TransientDeliveryError(f"holders_refused_{error.status}") from error
