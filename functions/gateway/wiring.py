"""The one place of the gateway's functions that knows the concrete classes."""

from datetime import timedelta
from functools import cache, partial

from sqlalchemy import Engine

from core.broker import EventBridgePublisher
from core.clock import SystemClock
from core.database import create_database
from core.outbox import Outbox
from core.outbox_job import OutboxJob
from core.settings import load_settings
from gateway.health import SystemHealth
from gateway.keys import TokenKeys
from gateway.passwords import Argon2Passwords
from gateway.repository import GatewayUnitOfWork
from gateway.service import Accounts, Tokens
from gateway.settings import GatewaySettings
from gateway.tables import delivery

clock = SystemClock()
outbox = Outbox(delivery.outbox)


@cache
def settings() -> GatewaySettings:
    return load_settings(GatewaySettings)


@cache
def engine() -> Engine:
    return create_database(settings())


@cache
def publisher() -> EventBridgePublisher:
    return EventBridgePublisher(settings().event_bus)


@cache
def outbox_job() -> OutboxJob:
    return OutboxJob(engine(), delivery, publisher(), settings().outbox_retention_days)


@cache
def passwords() -> Argon2Passwords:
    return Argon2Passwords()


@cache
def accounts() -> Accounts:
    return Accounts(_unit_of_work(), clock, passwords())


@cache
def tokens() -> Tokens:
    access = timedelta(minutes=settings().access_minutes)
    refresh = timedelta(days=settings().refresh_days)
    keys = TokenKeys(settings().token_keys)
    return Tokens(_unit_of_work(), clock, passwords(), keys, access, refresh)


@cache
def health() -> SystemHealth:
    return SystemHealth(settings().api_url, settings().event_bus)


def _unit_of_work() -> partial[GatewayUnitOfWork]:
    return partial(GatewayUnitOfWork, engine(), delivery, publisher(), clock, "gateway")
