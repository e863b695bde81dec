"""A transaction of the integration service, and the repositories that take part in it."""

from core.postgres.disclosure import Disclosures
from core.unit_of_work import UnitOfWork
from integration.connectors.crm.repository import LinkRepository
from integration.connectors.webhooks.repository import SubscriptionRepository
from integration.deliveries.connectors_repository import ConnectorRepository
from integration.deliveries.repository import DeliveryRepository
from integration.events.repository import EventRepository
from integration.failures.repository import DeadLetterRepository, ErrorRepository
from integration.privacy.disclosures_repository import SOURCES
from integration.replays.repository import ReplayRepository
from integration.reports.repository import ReportRepository
from integration.trail.repository import ActionRepository
from integration.visits.repository import VisitRepository
from integration.visits.sums_repository import SumRepository


class IntegrationUnitOfWork(UnitOfWork):
    """A transaction on the integration schema."""

    disclosures: Disclosures
    events: EventRepository
    errors: ErrorRepository
    dead_letters: DeadLetterRepository
    actions: ActionRepository
    replays: ReplayRepository
    visits: VisitRepository
    sums: SumRepository
    reports: ReportRepository
    connectors: ConnectorRepository
    deliveries: DeliveryRepository
    subscriptions: SubscriptionRepository
    links: LinkRepository

    def _open(self) -> None:
        self.disclosures = Disclosures(self.connection, SOURCES)
        self.connectors = ConnectorRepository(self.connection)
        self.deliveries = DeliveryRepository(self.connection)
        self.subscriptions = SubscriptionRepository(self.connection)
        self.links = LinkRepository(self.connection)
        self.events = EventRepository(self.connection)
        self.errors = ErrorRepository(self.connection)
        self.dead_letters = DeadLetterRepository(self.connection)
        self.actions = ActionRepository(self.connection)
        self.replays = ReplayRepository(self.connection)
        self.visits = VisitRepository(self.connection)
        self.sums = SumRepository(self.connection)
        self.reports = ReportRepository(self.connection)
