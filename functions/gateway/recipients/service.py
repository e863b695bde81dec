"""Whom a message goes to, and the link in it."""

from collections.abc import Callable
from functools import cache
from uuid import UUID

from gateway.accounts.errors import AccountNotFoundError
from shared_schemas.accounts import Contact
from shared_schemas.channels import Channel
from shared_schemas.gateway.recipients import (
    Recipient,
    RecipientRequest,
    RecipientsFound,
    RecipientsRequest,
    WrittenBooking,
)

ContactOf = Callable[[UUID], Contact]
BookingUrl = Callable[[UUID, Channel, WrittenBooking], str | None]


class Recipients:
    """Tell the service that writes messages all that it needs of their readers, at once."""

    def __init__(self, contact: ContactOf, booking_url: BookingUrl) -> None:
        self._contact = contact
        self._booking_url = booking_url

    def of(self, request: RecipientRequest) -> Recipient:
        """`AccountNotFoundError`."""
        return self._found(request, self._contact)

    def of_several(self, request: RecipientsRequest) -> RecipientsFound:
        """Each person is looked up once, by however many channels messages go there."""
        contact = cache(self._contact)
        return RecipientsFound(found=[self._found_or_none(each, contact) for each in request.asked])

    def _found_or_none(self, request: RecipientRequest, contact: ContactOf) -> Recipient | None:
        try:
            return self._found(request, contact)
        except AccountNotFoundError:
            return None

    def _found(self, request: RecipientRequest, contact_of: ContactOf) -> Recipient:
        contact = contact_of(request.user_id)
        url = self._booking_url(request.user_id, request.channel, request.about) if request.about else None
        return Recipient(**dict(contact), booking_url=url)
