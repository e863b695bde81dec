"""The payment service as a test drives it: on a real database, with its own clock, broker, booking and gateway."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID, uuid4

from sqlalchemy import Engine, text

from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from core.jobs import Turn
from payment.attempts.domain import Attempt
from payment.composition import App, Outside
from payment.gateways.port import WebhookRequest
from payment.gateways.words import GatewayPayment
from payment.paying.errors import BookingNotFoundError, BookingNotPayableError, GroupNotFoundError
from payment.receipts.errors import ContactUnavailableError
from payment.receipts.ports import Recipient
from payment.settings import PaymentSettings
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.booking.studio import Studio
from shared_schemas.common import Money, Role
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.payments import PaymentNotificationReceived
from shared_schemas.payment.payments import Payment, PaymentRequest
from tests.support.booking.made import NOW, FixedClock
from tests.support.database import RecordingPublisher
from tests.support.payment.gateways import FakeGateway
from tests.support.payment.papers import studio
from tests.support.world import world

MANAGER = Identity(str(uuid4()), Role.MANAGER)
RETURN_URL = "https://studio.example/thanks"


class CrashError(BaseException):
    """The process ends here."""


def crash(*_: Any, **_options: Any) -> None:
    """In the place of what the process never got to."""
    raise CrashError


class FakeBooking:
    """The booking service, where the test decides what is due."""

    def __init__(self) -> None:
        self.known: dict[UUID, PaymentTerms] = {}
        self.groups: dict[UUID, list[UUID]] = {}
        self.held: dict[UUID, datetime] = {}
        self.says = studio()

    def terms(self, booking_id: UUID) -> PaymentTerms:
        if booking_id not in self.known:
            raise BookingNotFoundError(booking_id=str(booking_id))
        return self.known[booking_id]

    def group(self, group_id: UUID) -> list[PaymentTerms]:
        if group_id not in self.groups:
            raise GroupNotFoundError(group_id=str(group_id))
        return [self.known[booking_id] for booking_id in self.groups[group_id]]

    def hold(self, booking_id: UUID, until: datetime) -> None:
        held = self.terms(booking_id)
        if held.status != "pending":
            raise BookingNotPayableError(status=held.status)
        self.held[booking_id] = until
        self.known[booking_id] = held.model_copy(update={"hold_expires_at": until})

    def studio(self) -> Studio:
        return self.says


def webhook(gateway_payment_id: str, status: str = "succeeded", attempt_id: object = None) -> bytes:
    """YooKassa's notification that a payment has a status."""
    found = {"id": gateway_payment_id, "status": status, "metadata": {"attempt_id": str(attempt_id)}}
    return json.dumps({"type": "notification", "event": f"payment.{status}", "object": found}).encode()


@dataclass
class FakeContacts:
    """Where customers are reached: `known` for all of them, None for nobody; `away` answers nothing."""

    known: str | None = "anna@example.com"
    away: bool = False

    def recipient(self, customer_id: UUID) -> Recipient | None:  # noqa: ARG002 - all live at the same address
        if self.away:
            raise ContactUnavailableError
        return Recipient(email=self.known) if self.known else None


class Cashier:
    """The payment service with a clock, a broker, a booking service and a gateway that the test controls."""

    def __init__(
        self,
        engine: Engine,
        gateway: FakeGateway | None = None,
        *,
        provider: str = "yookassa",
        clock: FixedClock | None = None,
        booking: Any = None,
        **settings: object,
    ) -> None:
        """`booking` answers for the booking service; `settings` differ from their defaults."""
        self.engine, self.provider = engine, provider
        self.clock = clock or FixedClock()
        self.broker = RecordingPublisher()
        self.booking = booking or FakeBooking()
        self.gateway = gateway or FakeGateway()
        self.contacts = FakeContacts()
        self.customer = Identity(str(uuid4()), Role.CLIENT)
        beyond = Outside(
            lambda _world: {provider: self.gateway},
            bookings=lambda _services: self.booking,
            invoiced=lambda _services: self.booking,
            contacts=lambda _services: self.contacts,
        )
        made_from = world("payment", PaymentSettings, engine, self.broker, self.clock, **settings)
        self.app = app = App(made_from, beyond)
        self.unit_of_work, self.settlement, self.receipts = app.unit_of_work, app.settlement, app.receipts
        self.payments, self.notifications, self.polling = app.payments, app.notifications, app.polling
        self.refunds, self.refunding, self.fiscal = app.refunds, app.refunding, app.fiscal
        self.booking_events, self.reconciliations = app.booking_events, app.reconciliations
        self.desk, self.tills = app.desk, app.tills

    def beside(self, engine: Engine) -> Self:
        """Another process of the same service: its own connection, the same world."""
        other = type(self)(engine, self.gateway, provider=self.provider, clock=self.clock, booking=self.booking)
        other.customer = self.customer
        return other

    def booked(self, due: int = 200_000, **changes: Any) -> UUID:
        """A booking that waits for its prepayment."""
        values: dict[str, Any] = {
            "booking_id": uuid4(),
            "booking_version": 1,
            "number": "7K3Q9D2M",
            "customer_id": UUID(self.customer.subject),
            "status": "pending",
            "due": Money(amount=due),
            "balance": Money(amount=2 * due),
            "hold_expires_at": self.clock.now() + timedelta(minutes=15),
            "correlation_id": f"flow-{uuid4()}",
        }
        terms = PaymentTerms.model_validate(values | changes)
        self.booking.known[terms.booking_id] = terms
        return terms.booking_id

    def request(self, booking_id: UUID, **changes: Any) -> PaymentRequest:
        values = {"booking_id": booking_id, "provider": self.provider, "return_url": RETURN_URL}
        return PaymentRequest.model_validate(values | changes)

    def key(self, fingerprint: str = "a body") -> IdempotencyKey:
        return IdempotencyKey(self.customer.subject, "POST /v1/payments", str(uuid4()), fingerprint)

    def pay(self, booking_id: UUID | None = None, key: IdempotencyKey | None = None, **changes: Any) -> Payment:
        return self.payments.create(self.request(booking_id or self.booked(), **changes), self.customer, key)

    def attempt(self, payment: Payment) -> Attempt:
        with self.unit_of_work() as work:
            return work.attempts.get(payment.id)

    def gateway_id(self, payment: Payment) -> str:
        return str(self.attempt(payment).gateway_payment_id)

    def status(self, payment: Payment) -> str:
        return self.payments.get(payment.id, self.customer).status

    def notified(self) -> list[Envelope]:
        return [envelope for envelope in self.broker.taken if envelope.type == "payment.notification_received"]

    def process(self, envelope: Envelope) -> None:
        data = envelope.payload()
        assert isinstance(data, PaymentNotificationReceived)
        self.notifications.process(envelope.id, data.notification_id, data.provider)

    def settle(self, payment: Payment, **changes: Any) -> None:
        """The payer acts at the gateway, its webhook comes in and is acted upon."""
        gateway_id = self.gateway_id(payment)
        self.gateway.change(gateway_id, **changes)
        seen = len(self.notified())
        self.notifications.receive("yookassa", WebhookRequest(webhook(gateway_id, changes["status"])))
        for envelope in self.notified()[seen:]:
            self.process(envelope)

    def poll(self) -> int:
        return self.polling.run(Turn())

    def events(self) -> list[str]:
        return [envelope.type for envelope in self.broker.taken]

    def rows(self, table: str) -> int:
        with self.engine.connect() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM payment.{table}")).scalar_one())  # noqa: S608


def attempt(**changes: Any) -> Attempt:
    """An attempt of 2000 rubles that waits at the gateway as `g1`."""
    values: dict[str, Any] = {
        "id": uuid4(),
        "payment_id": uuid4(),
        "booking_id": uuid4(),
        "booking_number": "7K3Q9D2M",
        "customer_id": uuid4(),
        "provider": "yookassa",
        "method": None,
        "amount": Money(amount=200_000),
        "covers": 200_000,
        "booking_version": 1,
        "return_url": RETURN_URL,
        "correlation_id": "flow",
        "expires_at": NOW + timedelta(minutes=15),
        "created_at": NOW,
        "status": "pending",
        "gateway_payment_id": "g1",
        "confirmation_url": "https://pay.example/g1",
    }
    values |= changes
    if values["status"] == "succeeded":
        values.setdefault("taken", values["amount"].amount)
    return Attempt(**values)


def creating(**changes: Any) -> Attempt:
    """An attempt that its gateway has not answered yet."""
    nothing = {"status": "creating", "gateway_payment_id": None, "confirmation_url": None}
    return attempt(**(nothing | changes))


def found(of: Attempt, **changes: Any) -> GatewayPayment:
    """What the gateway says of an attempt."""
    values: dict[str, Any] = {
        "id": of.gateway_payment_id or "g1",
        "status": "pending",
        "amount": of.amount.amount,
        "currency": "RUB",
        "attempt_id": str(of.id),
    }
    return GatewayPayment(**(values | changes))


def minutes_from_now(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)
