"""Contact details of people, and what opens their booking, asked for when a message is about to be sent."""

from uuid import UUID

from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from notification.errors import PermanentDeliveryError, TransientDeliveryError
from shared_schemas.channels import Channel
from shared_schemas.gateway.recipients import Recipient, RecipientRequest, WrittenBooking

NOT_FOUND = 404


class GatewayContacts:
    """The recipients of messages; if the gateway does not answer, the message is retried."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def recipient(self, user_id: UUID, channel: Channel, about: WrittenBooking | None) -> Recipient:
        asked = RecipientRequest(user_id=user_id, channel=channel, about=about)
        try:
            return Recipient.model_validate(self._client.post("/v1/recipients", asked.model_dump(mode="json")))
        except ServiceUnreachableError as error:
            raise TransientDeliveryError("contact_unavailable") from error
        except ServiceCallError as error:
            if error.status == NOT_FOUND:
                raise PermanentDeliveryError("recipient_gone") from None
            raise TransientDeliveryError(f"contact_refused_{error.status}") from error
