"""The one place of the integration service that knows the concrete classes."""

from collections.abc import Mapping
from functools import cache, partial

from sqlalchemy import Engine

from core.broker import EventBridgePublisher
from core.clock import SystemClock
from core.database import create_database
from core.outbox import Outbox
from core.outbox_job import OutboxJob
from core.outside import OutsideClient
from core.service_client import ServiceClient
from core.settings import load_settings
from integration import repository_retention, wiring_connectors
from integration.addresses import OutsideAddresses
from integration.booking_client import BookingClient
from integration.courier import BrokerCourier, BusSubscriptions
from integration.dead_letters import SqsDeadLetters
from integration.hall_directory import HallDirectory
from integration.ports_connectors import Connector
from integration.repository import IntegrationUnitOfWork
from integration.service_confirmations import Confirmations
from integration.service_connectors import Connectors
from integration.service_dead_letters import DeadLetters
from integration.service_deliveries import Dispatch
from integration.service_failures import ErrorLog
from integration.service_invocations import FailedInvocations
from integration.service_log import EventLog
from integration.service_replays import Replays
from integration.service_reports import Reports
from integration.service_sums import RevenueDays
from integration.service_traces import Traces
from integration.service_visits import Visits
from integration.service_webhooks import Webhooks
from integration.settings import IntegrationSettings
from integration.tables import delivery
from shared_schemas.connectors import ConnectorName

clock = SystemClock()
outbox = Outbox(delivery.outbox)


@cache
def settings() -> IntegrationSettings:
    return load_settings(IntegrationSettings)


@cache
def engine() -> Engine:
    return create_database(settings())


@cache
def publisher() -> EventBridgePublisher:
    return EventBridgePublisher(settings().event_bus)


@cache
def outbox_job() -> OutboxJob:
    kept = repository_retention.kept(settings())
    return OutboxJob(engine(), delivery, publisher(), settings().outbox_retention_days, kept)


@cache
def event_log() -> EventLog:
    return EventLog(_unit_of_work())


@cache
def traces() -> Traces:
    return Traces(_unit_of_work())


@cache
def confirmations() -> Confirmations:
    client = ServiceClient("integration", settings().api_url, settings().service_key, clock)
    return Confirmations(_unit_of_work(), BookingClient(client))


@cache
def error_log() -> ErrorLog:
    return ErrorLog(_unit_of_work(), clock)


@cache
def dead_letters() -> DeadLetters:
    queues = SqsDeadLetters(settings().event_bus, settings().dead_letter_queue_names)
    return DeadLetters(_unit_of_work(), clock, queues)


@cache
def failed_invocations() -> FailedInvocations:
    return FailedInvocations(_unit_of_work())


@cache
def replays() -> Replays:
    subscriptions = BusSubscriptions(settings().event_bus, settings().dead_letter_queue_names)
    return Replays(_unit_of_work(), clock, subscriptions, BrokerCourier(publisher()))


@cache
def visits() -> Visits:
    return Visits(_unit_of_work(), clock)


@cache
def revenue_days() -> RevenueDays:
    return RevenueDays(_unit_of_work(), clock)


@cache
def switched_on() -> Mapping[ConnectorName, Connector]:
    """The connectors that are on."""
    return wiring_connectors.switched_on(settings(), _unit_of_work(), clock)


@cache
def dispatch() -> Dispatch:
    return Dispatch(_unit_of_work(), clock, switched_on())


@cache
def connectors() -> Connectors:
    return Connectors(_unit_of_work(), clock, switched_on(), wiring_connectors.NAMES)


@cache
def webhooks() -> Webhooks:
    private = settings().webhooks_private_addresses
    return Webhooks(_unit_of_work(), clock, OutsideAddresses(OutsideClient(private), private))


@cache
def reports() -> Reports:
    client = ServiceClient("integration", settings().api_url, settings().service_key, clock)
    return Reports(_unit_of_work(), HallDirectory(client))


def _unit_of_work() -> partial[IntegrationUnitOfWork]:
    return partial(IntegrationUnitOfWork, engine(), delivery, publisher(), clock, "integration")
