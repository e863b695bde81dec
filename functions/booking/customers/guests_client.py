"""Client of the gateway for guests, through the public API."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from booking.customers.errors import AccountsUnavailableError
from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from shared_schemas.gateway.consents import ConsentNotOwnError, ConsentOutdatedError
from shared_schemas.guests import AdmittedGuest, GuestAdmission, GuestGrant, GuestGrantRequest


class GuestsClient:
    """Tells the gateway who a guest is, which is kept there alone."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def admit(self, guest: GuestAdmission, key: str | None) -> AdmittedGuest:
        try:
            return AdmittedGuest.model_validate(self._post("/v1/guests", guest.model_dump(mode="json"), key))
        except ServiceCallError as error:
            raise _refusal(error) from error

    def grant(self, guest_id: UUID, request: GuestGrantRequest) -> GuestGrant:
        body = request.model_dump(mode="json")
        return GuestGrant.model_validate(self._post(f"/v1/guests/{guest_id}/tokens", body, None))

    def _post(self, path: str, body: Mapping[str, Any], key: str | None) -> Mapping[str, Any]:
        try:
            return self._client.post(path, body, key=key)
        except ServiceUnreachableError as error:
            raise AccountsUnavailableError from error


def _refusal(error: ServiceCallError) -> Exception:
    """What the guest is to hear of it, in our own answer; the rest are faults of ours."""
    if error.code == ConsentOutdatedError.code:
        return ConsentOutdatedError(document=error.problem["document"], version=error.problem["version"])
    return ConsentNotOwnError() if error.code == ConsentNotOwnError.code else error
