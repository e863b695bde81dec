"""Connectors as tests drive them: real PostgreSQL, a clock and a chance of their own."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine, text

from core.clock import Clock
from core.jobs import Turn
from integration.composition import App
from integration.connectors.webhooks.domain import Subscription
from integration.deliveries.connectors import Connectors
from integration.deliveries.domain import Outcome, Parcel, Patience, Target
from integration.deliveries.ports import Connector, DeliveryWork
from integration.deliveries.service import Dispatch
from integration.failures.domain import Handling
from integration.settings import IntegrationSettings
from integration.unit_of_work import IntegrationUnitOfWork
from shared_schemas.events.envelope import Envelope
from shared_schemas.integration.connectors import ConnectorName, DeliveriesQuery, Delivery
from tests.support.booking.made import NOW, FixedClock
from tests.support.database import RecordingPublisher
from tests.support.samples import envelope
from tests.support.world import world

STAFF_ID = uuid4()
TABLES = ("deliveries", "webhook_subscriptions", "connectors", "crm_links", "inbox", "outbox")
PLENTY = Turn()


class FakeConnector:
    """A receiver for each of `names`; `send` is what a test wants it to be."""

    name: ConnectorName = "webhooks"
    patience = Patience()

    def __init__(self, send: Callable[[Parcel], int | None], names: Sequence[str] = ("",)) -> None:
        self._send = send
        self.names = list(names)
        self.subject: UUID | None = None
        self.sent: list[UUID] = []

    def targets(self, work: DeliveryWork, envelope: Envelope) -> Sequence[Target]:  # noqa: ARG002
        return [Target(name, self.subject) for name in self.names]

    def send(self, parcel: Parcel) -> int | None:
        self.sent.append(parcel.id)
        return self._send(parcel)

    def settle(self, work: DeliveryWork, parcel: Parcel, outcome: Outcome, *, gone: bool) -> None:
        """Nothing more to it."""


class Studio:
    """What the tests of connectors stand on."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.clock, self.publisher = FixedClock(), RecordingPublisher()
        self.app = App(world("integration", IntegrationSettings, engine, self.publisher, self.clock))
        self.work = self.app.unit_of_work
        with engine.begin() as connection:
            for table in TABLES:
                connection.execute(text(f"DELETE FROM integration.{table}"))  # noqa: S608 - our own names

    def dispatch(
        self, connector: Connector[IntegrationUnitOfWork], chance: float = 0.999
    ) -> Dispatch[IntegrationUnitOfWork]:
        return Dispatch(self.work, self.clock, {connector.name: connector}, lambda: chance)

    def desk(self, connector: Connector[IntegrationUnitOfWork]) -> Connectors:
        return Connectors(self.work, self.clock, {connector.name: connector}, [connector.name])

    def deliveries(self, connector: Connector[IntegrationUnitOfWork], **query: Any) -> list[Delivery]:
        found = self.desk(connector).deliveries(connector.name, DeliveriesQuery.model_validate({"limit": 200} | query))
        return found.data

    def handling(self, reason: str = "a test") -> Handling:
        return Handling(STAFF_ID, self.clock.now(), reason)


def happened(name: str = "eventbridge_booking_created", clock: Clock | None = None, **data: Any) -> Envelope:
    """A sample event as if it were new, with some of its data changed."""
    sample = envelope(name)
    changes = {"id": uuid4(), "time": clock.now() if clock else NOW, "data": sample.data | data}
    return sample.model_copy(update=changes)


def subscription(url: str, *types: str, **changes: Any) -> Subscription:
    values: dict[str, Any] = {
        "id": uuid4(),
        "url": url,
        "event_types": list(types) or ["*"],
        "description": "a test",
        "secret": "whsec_new",
        "created_at": NOW,
        "created_by": STAFF_ID,
    }
    return Subscription(**values | changes)
