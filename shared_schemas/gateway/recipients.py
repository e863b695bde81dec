"""Contracts of those whom a message is about to go to."""

from uuid import UUID

from pydantic import Field

from shared_schemas.accounts import Contact
from shared_schemas.channels import Channel
from shared_schemas.common import Contract, Instant
from shared_schemas.phones import Phone


class WrittenBooking(Contract):
    """The booking that a message is about, and when its visit ends."""

    booking_id: UUID
    ends_at: Instant


class RecipientRequest(Contract):
    """Whom a message goes to, and by which channel."""

    user_id: UUID
    channel: Channel
    about: WrittenBooking | None = None


class Recipient(Contact):
    """How that one is reached, and what opens the booking for whoever reads the message."""

    booking_url: str | None = None
    """The page with this one booking; its secret works as that of `manage_url` does. Absent for staff."""


class RecipientsRequest(Contract):
    """Whom some messages go to that go out together."""

    asked: list[RecipientRequest] = Field(min_length=1, max_length=50)


class RecipientsFound(Contract):
    """In the order in which they were asked for; null for whom there is no more."""

    found: list[Recipient | None]


class PhoneHoldersRequest(Contract):
    """A number whose owner has just shown that it is theirs."""

    phone: Phone


class PhoneHolders(Contract):
    """Guests who booked with it, and who has an account and has proved to be reached by it."""

    ids: list[UUID]
