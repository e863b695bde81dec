"""People without an account, as tests let them in."""

from typing import Any
from uuid import UUID, uuid4, uuid5

from shared_schemas.guests import AdmittedGuest, GuestAdmission, GuestGrant, GuestGrantRequest, GuestRequest

CONSENTS = [{"document": "personal_data", "version": "2026-11"}]


def guest(**changes: Any) -> GuestRequest:
    values = {"full_name": "Вера Гостева", "phone": "+79161112233", "consents": CONSENTS}
    return GuestRequest.model_validate(values | changes)


class Lobby:
    """The gateway's guests as Booking asks for them: each is new, and a number may belong to `accounts`."""

    def __init__(self) -> None:
        self.admitted: list[GuestAdmission] = []
        self.granted: dict[UUID, GuestGrantRequest] = {}
        self.accounts: dict[str, list[UUID]] = {}
        self.found: UUID | None = None
        """The account that staff find."""
        # Other tests' guests of a number are not counted with this one's.
        self._secret = uuid4()
        self._ids: dict[str, UUID] = {}
        self._of_phone: dict[str, list[UUID]] = {}

    def admit(self, guest: GuestAdmission, key: str | None) -> AdmittedGuest:
        self.admitted.append(guest)
        known = [*self.accounts.get(guest.phone, ()), *self._of_phone.get(guest.phone, ())]
        new = self._ids.setdefault(key or str(uuid4()), uuid4())
        if guest.by_staff and self.found:
            new = self.found
        self._of_phone.setdefault(guest.phone, []).append(new)
        return AdmittedGuest(
            id=new,
            has_account=new == self.found,
            phone_key=uuid5(self._secret, guest.phone),
            same_phone=known,
        )

    def grant(self, guest_id: UUID, request: GuestGrantRequest) -> GuestGrant:
        self.granted[guest_id] = request
        return GuestGrant(access_token=f"token of {request.booking_id}", manage_url="https://studio.test/manage#secret")
