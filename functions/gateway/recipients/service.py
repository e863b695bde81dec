"""Whom a message goes to, and the link in it."""

from collections.abc import Callable
from uuid import UUID

from shared_schemas.accounts import Contact
from shared_schemas.channels import Channel
from shared_schemas.gateway.recipients import Recipient, RecipientRequest, WrittenBooking

ContactOf = Callable[[UUID], Contact]
BookingUrl = Callable[[UUID, Channel, WrittenBooking], str | None]


class Recipients:
    """Tell the service that writes messages all that it needs of their readers, at once."""

    def __init__(self, contact: ContactOf, booking_url: BookingUrl) -> None:
        self._contact = contact
        self._booking_url = booking_url

    def of(self, request: RecipientRequest) -> Recipient:
        """`AccountNotFoundError`."""
        contact = self._contact(request.user_id)
        url = self._booking_url(request.user_id, request.channel, request.about) if request.about else None
        return Recipient(**dict(contact), booking_url=url)
