"""Settings of accounts, tokens and the authoriser."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.settings import CoreSettings


class AuthorizerSettings(BaseSettings):
    """All that the authoriser needs; it has no database."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    token_keys: Annotated[str, NoDecode]
    """JSON object of issuer (users, booking, integration, payment, notification) → signing key or a reference to it."""


class GatewaySettings(CoreSettings):
    """How long a sign-in lasts."""

    token_keys: Annotated[str, NoDecode]
    """JSON object of issuer (users, booking, integration, payment, notification) → signing key or a reference to it."""
    access_minutes: float = Field(default=60, gt=0, le=24 * 60)
    """Life of an access token."""
    refresh_days: float = Field(default=30, gt=0, le=365)
    """Life of a refresh token."""
