"""The composition of the integration service: the only place that knows the concrete classes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from core.composition import BaseApp, Composed, World
from core.postgres.disclosure import Disclosing
from core.postgres.retention import Kept
from core.service_client import ServiceClient
from integration.confirmations.booking_client import BookingClient
from integration.confirmations.ports import BookingService
from integration.confirmations.service import Confirmations
from integration.connectors import registry
from integration.connectors.webhooks.connector import addresses
from integration.connectors.webhooks.service import Webhooks
from integration.deliveries.connectors import Connectors
from integration.deliveries.ports import Connector
from integration.deliveries.service import Dispatch
from integration.events.service import EventLog
from integration.events.traces import Traces
from integration.failures.invocations import FailedInvocations
from integration.failures.letters import DeadLetters
from integration.failures.ports import DeadQueues
from integration.failures.queues import SqsDeadLetters
from integration.failures.service import ErrorLog
from integration.replays.ports import Redelivery, Subscriptions
from integration.replays.redelivery import BrokerRedelivery, BusSubscriptions
from integration.replays.service import Replays
from integration.reports.hall_directory import HallDirectory
from integration.reports.ports import Halls
from integration.reports.service import Reports
from integration.retention import kept
from integration.settings import IntegrationSettings
from integration.tables import delivery
from integration.trail.service import Trail
from integration.unit_of_work import IntegrationUnitOfWork
from integration.visits.service import Visits
from integration.visits.sums import RevenueDays
from shared_schemas.integration.connectors import ConnectorName

IntegrationWorld = World[IntegrationSettings]


def _services(world: IntegrationWorld) -> ServiceClient:
    return world.service_client(world.settings.service_key)


def _bookings(world: IntegrationWorld) -> BookingService:
    return BookingClient(_services(world))


def _halls(world: IntegrationWorld) -> Halls:
    return HallDirectory(_services(world))


def _queues(world: IntegrationWorld) -> DeadQueues:
    return SqsDeadLetters(world.settings.event_bus, world.settings.dead_letter_queue_names)


def _subscriptions(world: IntegrationWorld) -> Subscriptions:
    return BusSubscriptions(world.settings.event_bus, world.settings.dead_letter_queue_names)


def _redelivery(world: IntegrationWorld) -> Redelivery:
    return BrokerRedelivery(world.publisher)


@dataclass(frozen=True)
class Outside:
    """Factories of the clients of other systems, used when first needed; connectors read settings of their own, see
    their
    registry."""

    bookings: Callable[[IntegrationWorld], BookingService] = _bookings
    halls: Callable[[IntegrationWorld], Halls] = _halls
    queues: Callable[[IntegrationWorld], DeadQueues] = _queues
    subscriptions: Callable[[IntegrationWorld], Subscriptions] = _subscriptions
    redelivery: Callable[[IntegrationWorld], Redelivery] = _redelivery


@dataclass(frozen=True)
class App(BaseApp[IntegrationSettings]):
    """The use cases; each is made when it is first asked for, and kept."""

    tables = delivery
    outside: Outside = Outside()

    def _kept(self) -> list[Kept]:
        return kept(self.world.settings)

    @cached_property
    def event_log(self) -> EventLog:
        return EventLog(self.unit_of_work)

    @cached_property
    def traces(self) -> Traces:
        return Traces(self.unit_of_work)

    @cached_property
    def confirmations(self) -> Confirmations:
        return Confirmations(self.unit_of_work, self.outside.bookings(self.world))

    @cached_property
    def error_log(self) -> ErrorLog:
        return ErrorLog(self.unit_of_work, self.world.clock)

    @cached_property
    def trail(self) -> Trail:
        return Trail(self.unit_of_work)

    @cached_property
    def dead_letters(self) -> DeadLetters:
        return DeadLetters(self.unit_of_work, self.world.clock, self.outside.queues(self.world))

    @cached_property
    def failed_invocations(self) -> FailedInvocations:
        return FailedInvocations(self.unit_of_work)

    @cached_property
    def replays(self) -> Replays:
        subscriptions, redelivery = self.outside.subscriptions(self.world), self.outside.redelivery(self.world)
        return Replays(self.unit_of_work, self.world.clock, subscriptions, redelivery)

    @cached_property
    def visits(self) -> Visits:
        return Visits(self.unit_of_work, self.world.clock)

    @cached_property
    def revenue_days(self) -> RevenueDays:
        return RevenueDays(self.unit_of_work, self.world.clock)

    @cached_property
    def switched_on(self) -> Mapping[ConnectorName, Connector[IntegrationUnitOfWork]]:
        """The connectors that are on."""
        stand_on = registry.World(self.unit_of_work, self.world.clock, _services(self.world))
        return registry.switched_on(self.world.settings.connector_names, stand_on)

    @cached_property
    def dispatch(self) -> Dispatch[IntegrationUnitOfWork]:
        return Dispatch(self.unit_of_work, self.world.clock, self.switched_on)

    @cached_property
    def connectors(self) -> Connectors:
        return Connectors(self.unit_of_work, self.world.clock, self.switched_on, registry.NAMES)

    @cached_property
    def webhooks(self) -> Webhooks:
        return Webhooks(self.unit_of_work, self.world.clock, addresses())

    @cached_property
    def reports(self) -> Reports:
        return Reports(self.unit_of_work, self.outside.halls(self.world))

    @cached_property
    def disclosing(self) -> Disclosing:
        return Disclosing(self.unit_of_work)

    @cached_property
    def unit_of_work(self) -> partial[IntegrationUnitOfWork]:
        return self.world.unit_of_work(IntegrationUnitOfWork, delivery)


app = Composed("integration", IntegrationSettings, App)
