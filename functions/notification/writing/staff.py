"""Who the administrators are, asked when something is to be told to them."""

from uuid import UUID

from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from notification.errors import TransientDeliveryError
from shared_schemas.accounts import StaffMember
from shared_schemas.common import Page, Role


class GatewayStaff:
    """Asks through the public API."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def administrators(self) -> list[UUID]:
        try:
            found = Page[StaffMember].model_validate(self._client.get("/v1/staff"))
        except (ServiceUnreachableError, ServiceCallError) as error:
            raise TransientDeliveryError("staff_unavailable") from error
        return [member.id for member in found.data if member.role is Role.ADMIN and not member.disabled]


class Nobody:
    """A studio that nobody runs."""

    def administrators(self) -> list[UUID]:
        return []
