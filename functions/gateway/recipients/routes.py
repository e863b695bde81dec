"""The route of those whom a message is about to go to."""

from gateway import composition
from gateway.accounts.errors import AccountNotFoundError
from gateway.api import api
from shared_schemas.gateway.recipients import (
    PhoneHolders,
    PhoneHoldersRequest,
    Recipient,
    RecipientRequest,
    RecipientsFound,
    RecipientsRequest,
)


@api.endpoint("POST /v1/recipients", errors=[AccountNotFoundError])
def find_recipient(body: RecipientRequest) -> Recipient:
    """How a user or a guest is reached, asked for when a message is sent, and what opens the booking that it is
    about."""
    return composition.app().recipients.of(body)


@api.endpoint("POST /v1/recipients/several")
def find_recipients(body: RecipientsRequest) -> RecipientsFound:
    """The same of some messages that go out together."""
    return composition.app().recipients.of_several(body)


@api.endpoint("POST /v1/phone-holders")
def find_phone_holders(body: PhoneHoldersRequest) -> PhoneHolders:
    """Who is known by a number that its owner has shown in a messenger."""
    return PhoneHolders(ids=composition.app().guests.holders(body.phone))
