"""Contracts of people who book without an account."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.accounts import Email, FullName
from shared_schemas.common import Contract, Instant, LocaleCode
from shared_schemas.gateway.consents import Consents
from shared_schemas.phones import Phone
from shared_schemas.texts import Token


class GuestRequest(Contract):
    """Who books without an account. Who does so without a token gives consent to the processing of `personal_data`;
    consent to `advertising` is another one, and nothing depends on it."""

    full_name: FullName
    phone: Phone
    email: Email | None = None
    consents: Consents = Field(default=[])


class GuestAdmission(GuestRequest):
    """The same as the booking service passes it on; a guest of whom staff told may be somebody known already."""

    locale: LocaleCode
    by_staff: bool = False


class AdmittedGuest(Contract):
    """Who a guest is to the booking service: an id, and what the limits and blocks of a telephone number go by."""

    id: UUID
    has_account: bool = False
    """Whether it is an account, which staff found by its number and name."""
    phone_key: UUID
    """The same for all guests with this number; it does not tell the number."""
    same_phone: list[UUID] = Field(default=[])
    """Accounts and guests with this number, the oldest first."""


class GuestGrantRequest(Contract):
    """The booking that a guest made, and when its visit ends."""

    booking_id: UUID
    ends_at: Instant


class GuestGrant(Contract):
    """`access_token` opens the one booking and nothing else; so does what is exchanged for the secret of
    `manage_url`."""

    access_token: str
    manage_url: str


class GuestTokenRequest(Contract):
    """The secret of a guest's link: what follows `#`."""

    token: Token


class GuestToken(Contract):
    """`expires_in` is the access token's life in seconds."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the scheme's name
    expires_in: int
    booking_id: UUID
