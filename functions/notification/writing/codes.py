"""One-time codes and links, asked for when they are about to be sent: no event and no table of this service has one."""

from typing import Any
from uuid import UUID

from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from notification.errors import NeedlessDeliveryError, TransientDeliveryError
from shared_schemas.codes import PendingCode
from shared_schemas.staff import PendingInvitation

NOT_FOUND = 404


class GatewayCodes:
    """What waits at the gateway; if it does not answer, the message is retried."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def pending(self, code_id: UUID) -> PendingCode:
        return PendingCode.model_validate(self._waiting(f"/v1/codes/{code_id}"))

    def invitation(self, invitation_id: UUID) -> PendingInvitation:
        return PendingInvitation.model_validate(self._waiting(f"/v1/staff-invitations/{invitation_id}"))

    def _waiting(self, path: str) -> dict[str, Any]:
        try:
            return self._client.get(path)
        except ServiceUnreachableError as error:
            raise TransientDeliveryError("code_unavailable") from error
        except ServiceCallError as error:
            if error.status == NOT_FOUND:
                # Used, replaced or over.
                raise NeedlessDeliveryError("outdated") from None
            raise TransientDeliveryError(f"code_refused_{error.status}") from error
