"""The world that tests compose services from: a real database, a broker and a clock of their own."""

from typing import TypeVar

from sqlalchemy import Engine

from core.clock import Clock
from core.composition import World
from core.events.outbox import Publisher
from core.settings import CoreSettings
from shared_schemas.events.envelope import Service
from tests.support.clock import FixedClock
from tests.support.database import RecordingPublisher

S = TypeVar("S", bound=CoreSettings)


def world(
    service: Service,
    settings: type[S],
    engine: Engine,
    publisher: Publisher | None = None,
    clock: Clock | None = None,
    **chosen: object,
) -> World[S]:
    """`chosen` are settings that differ from their defaults."""
    url = engine.url.render_as_string(hide_password=False)
    read = settings.model_validate({"service": service, "database_url": url} | chosen)
    return World(service, read, engine, publisher or RecordingPublisher(), clock or FixedClock())
