"""Refunds, settlement and what bookings bring about, on stores in memory: no database, no socket."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from core.composition import World
from core.jobs import Turn
from payment.attempts.domain import Attempt, view
from payment.composition import App, Outside
from payment.gateways.words import GatewayPayment
from payment.refunds.domain.refund import StoredRefund
from payment.settings import PaymentSettings
from shared_schemas.events.envelope import EventData
from shared_schemas.payment.payments import Payment
from tests.support.booking.made import FixedClock
from tests.support.database import RecordingPublisher
from tests.support.payment.cashier import FakeBooking, FakeContacts, attempt, found
from tests.support.payment.fakes import FakeWorld
from tests.support.payment.refunds import SlowGateway


@dataclass(frozen=True)
class InMemory(World[PaymentSettings]):
    """A world whose transactions are those of `stores`."""

    stores: Any

    def unit_of_work(self, kind: Any, tables: Any) -> Any:  # noqa: ARG002 - there is one kind of stores
        return self.stores


class Till:
    """The use cases with a world that the test controls; `gateways` may be emptied."""

    def __init__(self) -> None:
        self.world = FakeWorld()
        self.clock = FixedClock()
        self.gateway = SlowGateway()
        self.booking = FakeBooking()
        settings = PaymentSettings(service="payment", database_url="unused")
        no_engine: Any = None
        made_from = InMemory("payment", settings, no_engine, RecordingPublisher(), self.clock, self.world)
        beyond = Outside(
            lambda _world: {"yookassa": self.gateway},
            bookings=lambda _services: self.booking,
            contacts=lambda _services: FakeContacts(),
        )
        app = App(made_from, beyond)
        self.gateways: Any = app.gateways
        self.settlement, self.booking_events = app.settlement, app.booking_events
        self.refunding, self.refunds = app.refunding, app.refunds
        self.desk, self.fiscal, self.tills, self.payments = app.desk, app.fiscal, app.tills, app.payments
        self.links = app.links

    def kept(self, **changes: Any) -> Attempt:
        """An attempt that is stored and known at the gateway, as one that waits to be paid unless told otherwise."""
        one = attempt(gateway_payment_id=str(uuid4()), created_at=self.clock.now())
        one = attempt(**(vars(one) | changes))
        self.world.stored.attempts[one.payment_id] = one
        if one.gateway_payment_id:
            self.gateway.payments[one.gateway_payment_id] = self.word(one)
        return one

    def paid(self, **changes: Any) -> Attempt:
        """One that was paid and is in the ledger."""
        one = self.kept()
        self.settlement.apply(one.payment_id, self.word(one, status="succeeded"))
        one = attempt(**(vars(self.attempt(one)) | changes))
        self.world.stored.attempts[one.payment_id] = one
        self.gateway.payments[one.gateway_payment_id or ""] = self.word(one, status="succeeded")
        return one

    def word(self, one: Attempt, **changes: Any) -> GatewayPayment:
        """What the gateway says of it."""
        return found(one, **changes)

    def attempt(self, one: Attempt) -> Attempt:
        with self.world() as work:
            return work.attempts.get(one.payment_id)

    def payment(self, one: Attempt) -> Payment:
        return view(one, self.clock.now())

    def refunds_of(self, one: Attempt) -> list[StoredRefund]:
        return [row for row in self.world.stored.refunds.values() if row.payment_id == one.payment_id]

    def entered(self) -> list[tuple[str, int]]:
        """The ledger: kinds and kopecks."""
        return [(one.kind, one.amount) for one in self.world.stored.ledger]

    def tell(self, event: EventData, event_id: UUID | None = None) -> None:
        self.booking_events.handle(event_id or uuid4(), event)

    def poll_refunds(self) -> int:
        return self.refunding.run(Turn())
