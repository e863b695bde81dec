"""The one place of the gateway's functions that knows the concrete classes."""

from datetime import timedelta
from functools import cache, partial

from sqlalchemy import Engine

from core.clock import SystemClock
from core.database import create_database
from core.settings import load_settings
from gateway.health import SystemHealth
from gateway.keys import TokenKeys
from gateway.passwords import Argon2Passwords
from gateway.repository import GatewayUnitOfWork
from gateway.service import Accounts, Tokens
from gateway.settings import GatewaySettings

clock = SystemClock()


@cache
def settings() -> GatewaySettings:
    return load_settings(GatewaySettings)


@cache
def engine() -> Engine:
    return create_database(settings())


@cache
def passwords() -> Argon2Passwords:
    return Argon2Passwords()


@cache
def accounts() -> Accounts:
    return Accounts(partial(GatewayUnitOfWork, engine()), clock, passwords())


@cache
def tokens() -> Tokens:
    access = timedelta(minutes=settings().access_minutes)
    refresh = timedelta(days=settings().refresh_days)
    keys = TokenKeys(settings().token_keys)
    return Tokens(partial(GatewayUnitOfWork, engine()), clock, passwords(), keys, access, refresh)


@cache
def health() -> SystemHealth:
    return SystemHealth(settings().api_url, settings().event_bus)
