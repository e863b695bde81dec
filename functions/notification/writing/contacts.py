"""Contact details of people, and what opens their booking, asked for when a message is about to be sent."""

import time
from collections.abc import Callable, Sequence
from uuid import UUID

from core.observability import logger
from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from notification.errors import DeliveryError, PermanentDeliveryError, TransientDeliveryError
from shared_schemas.channels import Channel
from shared_schemas.gateway.recipients import (
    Recipient,
    RecipientRequest,
    RecipientsFound,
    RecipientsRequest,
    WrittenBooking,
)

NOT_FOUND = 404
GONE = "recipient_gone"
AHEAD_SECONDS = 2.0
"""How old an answer may be that was asked for ahead: what changes meanwhile is too late for these messages."""


class GatewayContacts:
    """The recipients of messages; if the gateway does not answer, the message is retried."""

    def __init__(self, client: ServiceClient, seconds: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._seconds = seconds
        self._ahead: dict[RecipientRequest, Recipient | DeliveryError] = {}
        self._asked_at = 0.0

    def expect(self, asked: Sequence[RecipientRequest]) -> None:
        """Ask for all of these at once, if they are several. Each answer is used once, and soon; where the gateway does
        not know the question, `recipient` asks for each alone."""
        self._ahead, self._asked_at = {}, self._seconds()
        if len(asked) < 2:
            return
        try:
            told = self._client.post("/v1/recipients/several", RecipientsRequest(asked=asked).model_dump(mode="json"))
            found = RecipientsFound.model_validate(told).found
        except ServiceUnreachableError:
            self._ahead = dict.fromkeys(asked, TransientDeliveryError("contact_unavailable"))
        except ServiceCallError:
            logger.warning("The gateway does not tell of several recipients", exc_info=True)
        else:
            gone = PermanentDeliveryError(GONE)
            self._ahead = {each: one or gone for each, one in zip(asked, found, strict=True)}

    def recipient(self, user_id: UUID, channel: Channel, about: WrittenBooking | None) -> Recipient:
        asked = RecipientRequest(user_id=user_id, channel=channel, about=about)
        ahead = self._ahead.pop(asked, None)
        if ahead is None or self._seconds() - self._asked_at > AHEAD_SECONDS:
            return self._recipient(asked)
        if isinstance(ahead, DeliveryError):
            raise ahead
        return ahead

    def _recipient(self, asked: RecipientRequest) -> Recipient:
        try:
            return Recipient.model_validate(self._client.post("/v1/recipients", asked.model_dump(mode="json")))
        except ServiceUnreachableError as error:
            raise TransientDeliveryError("contact_unavailable") from error
        except ServiceCallError as error:
            if error.status == NOT_FOUND:
                raise PermanentDeliveryError(GONE) from None
            raise TransientDeliveryError(f"contact_refused_{error.status}") from error
