"""What a service is composed from: read from the environment in a function, passed in by a test."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import ClassVar, Generic, Self, TypeVar

from sqlalchemy import Engine

from core.clock import Clock, SystemClock
from core.events.broker import EventBridgePublisher
from core.events.outbox import Outbox, Publisher
from core.events.outbox_job import OutboxJob
from core.http.health import check_health
from core.http.limits import Calls, parse_limits
from core.postgres.calls import CallCounts
from core.postgres.database import create_database
from core.postgres.retention import Kept
from core.postgres.tables import DeliveryTables
from core.service_client import ServiceClient
from core.settings import CoreSettings, SettingsPart, load_settings
from core.unit_of_work import UnitOfWork
from shared_schemas.common import Health
from shared_schemas.events.envelope import Service

S = TypeVar("S", bound=CoreSettings)
U = TypeVar("U", bound=UnitOfWork)
A = TypeVar("A")


@dataclass(frozen=True)
class World(Generic[S]):
    """What all services need. Nothing in it connects, or imports boto3, before it is used."""

    service: Service
    settings: S
    engine: Engine
    publisher: Publisher
    clock: Clock

    @classmethod
    def of_environment(cls, service: Service, settings: S) -> Self:
        """The world of a function on AWS."""
        publisher = EventBridgePublisher(settings.event_bus)
        return cls(service, settings, create_database(settings), publisher, SystemClock())

    def unit_of_work(self, kind: type[U], tables: DeliveryTables) -> partial[U]:
        """Begins a transaction of the service."""
        return partial(kind, self.engine, tables, self.publisher, self.clock, self.service)

    def outbox_job(self, tables: DeliveryTables, kept: Sequence[Kept] = ()) -> OutboxJob:
        return OutboxJob(self.engine, tables, self.publisher, self.settings.outbox_retention_days, kept)

    def service_client(self, key: str) -> ServiceClient:
        """A client for other services; `key` signs this service's tokens."""
        return ServiceClient(self.service, self.settings.api_url, key, self.clock)

    def health(self, tables: DeliveryTables) -> Health:
        """`DegradedError` if the database does not answer or the outbox lags."""
        return check_health(self.engine, Outbox(tables.outbox))


@dataclass(frozen=True)
class BaseApp(ABC, Generic[S]):
    """What the app of every service begins with; a subclass names its tables and adds its use cases."""

    world: World[S]
    tables: ClassVar[DeliveryTables]

    @abstractmethod
    def _kept(self) -> Sequence[Kept]:
        """What the service removes after a time."""

    def health(self) -> Health:
        """`DegradedError` if something that the service needs does not work."""
        return self.world.health(self.tables)

    @cached_property
    def calls(self) -> Calls:
        world = self.world
        counts = CallCounts(world.engine, self.tables.calls)
        return Calls(counts, parse_limits(world.settings.call_limits), world.clock)

    @cached_property
    def outbox_job(self) -> OutboxJob:
        return self.world.outbox_job(self.tables, self._kept())


class Composed(Generic[S, A]):
    """The app for the handlers of this process: composed from the environment on first use, then kept."""

    def __init__(
        self,
        service: Service,
        settings: type[S],
        compose: Callable[[World[S]], A],
        parts: Sequence[type[SettingsPart]] = (),
    ) -> None:
        self.service = service
        self.settings = settings
        self._compose = compose
        self._parts = parts
        self._app: A | None = None

    def __call__(self) -> A:
        if self._app is None:
            self._app = self.from_environment()
        return self._app

    def from_environment(self) -> A:
        """A new app; `SettingsError` names every wrong variable."""
        return self._compose(World.of_environment(self.service, load_settings(self.settings, *self._parts)))

    @contextmanager
    def replaced(self, app: A) -> Iterator[A]:
        """Handlers use this app inside the block: for tests, which compose it from fakes."""
        before, self._app = self._app, app
        try:
            yield app
        finally:
            self._app = before
