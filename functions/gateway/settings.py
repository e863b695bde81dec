"""Settings of accounts, tokens and the authoriser."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import NoDecode

from core.settings import CoreSettings, SettingsPart
from gateway.second_factor.domain import Policy


class AuthorizerSettings(SettingsPart):
    """All that the authoriser needs."""

    service: str
    """The service of this function: gateway, booking, payment, integration or notification."""
    database_url: str
    """`postgresql://role[:password]@host:port/database` of the service's own role."""
    database_iam_auth: bool = False
    """Sign in to the database with an IAM token over TLS (on AWS) instead of a password."""
    token_keys: Annotated[str, NoDecode]
    """JSON object of issuer (users, booking, integration, payment, notification) → its keys, or a reference to them."""
    staff_second_factor: Policy = "none"
    """Who must have a second factor (codes of an authenticator app): `none`, `admins`, or all `staff`. Without one they
    can do nothing but set it up."""


class GatewaySettings(CoreSettings):
    """How long a sign-in lasts."""

    token_keys: Annotated[str, NoDecode]
    """JSON object of issuer (users, booking, integration, payment, notification) → its keys, or a reference to them."""
    data_key: str = Field(min_length=1)
    """Secret, or a reference to it, without which tries of passwords and telephone numbers of guests name nobody, and
    second factors cannot be read; it also signs guests' links. `make rotate-keys ISSUER=data` rotates it."""
    access_minutes: float = Field(default=60, gt=0, le=24 * 60)
    """How long an access token is valid."""
    refresh_days: float = Field(default=30, gt=0, le=365)
    """How long a session lasts that nobody uses: its refresh token is valid for as long."""
    session_days: float = Field(default=180, gt=0, le=730)
    """How long a session lasts at most, however often it is refreshed."""
    api_key_days: float = Field(default=90, gt=0, le=730)
    """How long an API key is valid if whoever makes it does not say otherwise."""
    api_key_longest_days: float = Field(default=365, gt=0, le=730)
    """How long an API key is valid at most."""
    guest_days: float = Field(default=14, gt=0, le=365)
    """How many days after the visit the token of a guest opens the booking; but for `REFRESH_DAYS` at most. The link
    gives another."""
    guest_link_days: float = Field(default=400, gt=0, le=1095)
    """How many days after the visit the link works with which a guest gets such a token again."""
    manage_url: str = ""
    """The page that guests' links lead to, where they manage their booking; empty means `/manage` of this API."""
    photos_url: str = ""
    """The address under which everybody reads photos: the pages may show what lies there."""
    session_retention_days: float = Field(default=90, ge=1, le=1095)
    """How many days sessions are kept that are over, and the addresses from which an owner signed in."""
    consent_retention_days: float = Field(default=1096, ge=365, le=3660)
    """How many days a consent is kept as proof after it was revoked or its owner erased: three years, after which
    nobody can sue for it any more."""
