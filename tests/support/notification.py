"""The notification service as a test drives it: on a real database, with people, providers and a clock of its own."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from core.consumer import consumer
from core.context import flow
from notification.domain import Facts
from notification.errors import DeliveryError, PermanentDeliveryError
from notification.rendering import TemplateRenderer
from notification.repository import NotificationUnitOfWork
from notification.service_history import History
from notification.service_messages import Messages
from notification.service_reminders import Reminders
from notification.service_sending import Sending
from notification.tables import delivery
from shared_schemas.accounts import Contact
from shared_schemas.common import LocaleCode, Money
from shared_schemas.events import AccountErased, BookingEvent, Envelope, EventData, PaymentEvent, Service
from shared_schemas.notification import Message, Notification, NotificationsQuery
from tests.support.clock import NOW, FixedClock
from tests.support.database import RecordingPublisher

START = datetime(2026, 12, 3, 12, tzinfo=ZoneInfo("Europe/Moscow"))


def facts(**changes: Any) -> Facts:
    values: dict[str, Any] = {
        "number": "7K3M9QXA",
        "hall_name": "White Cyclorama",
        "timezone": "Europe/Moscow",
        "start": START,
        "end": START + timedelta(hours=2),
        "people": 4,
        "total": Money(amount=300_000),
        "prepayment": Money(amount=150_000),
        "hold_expires_at": NOW + timedelta(minutes=15),
        "amount": Money(amount=150_000),
    }
    return Facts.model_validate(values | changes)


@dataclass
class People:
    """Everybody has one address and one phone, until told otherwise."""

    locale: LocaleCode = "ru"
    phone: str = "+79261234567"
    trouble: DeliveryError | None = None

    def contact(self, user_id: UUID) -> Contact:
        if self.trouble:
            raise self.trouble
        return Contact(
            id=user_id, email="anna@example.test", phone=self.phone, full_name="Анна Ким", locale=self.locale
        )


@dataclass
class Provider:
    """A provider that takes every message, unless there is trouble."""

    channel: str
    trouble: list[Exception] = field(default_factory=list)
    sent: list[tuple[str, Message]] = field(default_factory=list)

    def address(self, contact: Contact) -> str:
        if not (address := contact.email if self.channel == "email" else contact.phone):
            raise PermanentDeliveryError("no_address")
        return address

    def send(self, address: str, message: Message) -> str:
        if self.trouble:
            raise self.trouble.pop(0)
        self.sent.append((address, message))
        return f"{self.channel}-{len(self.sent)}"


class PostOffice:
    """The service, and one booking whose events the test makes happen."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.clock = FixedClock()
        self.broker = RecordingPublisher()
        self.people = People()
        self.mail, self.sms = Provider("email"), Provider("sms")
        senders = {"email": self.mail, "sms": self.sms}
        work = partial(NotificationUnitOfWork, engine, delivery, self.broker, self.clock, "notification")
        self.sending = Sending(work, self.clock, self.people, TemplateRenderer("Studio"), senders)  # type: ignore[arg-type]
        self.messages = Messages(work, self.clock, self.sending, senders, timedelta(hours=24))  # type: ignore[arg-type]
        self.reminders = Reminders(work, self.clock, self.sending, senders, timedelta(hours=24))  # type: ignore[arg-type]
        self.history = History(work, self.clock, self.sending)
        self.work = work
        self.booking_id, self.customer_id, self.number = uuid4(), uuid4(), uuid4().hex[:8].upper()
        self.flow_id = f"flow-{self.booking_id}"

    def booking(self, kind: type[BookingEvent], version: int, status: str, **changes: Any) -> Envelope:
        """An event of the booking."""
        values = {
            "booking_id": self.booking_id,
            "booking_version": version,
            "number": self.number,
            "status": status,
            "customer_id": self.customer_id,
            "hall_id": uuid4(),
            "hall_name": "White Cyclorama",
            "timezone": "Europe/Moscow",
            "start": START,
            "end": START + timedelta(hours=2),
            "people": 4,
            "total": Money(amount=300_000),
            "prepayment": Money(amount=150_000),
            "hold_expires_at": NOW + timedelta(minutes=15) if status == "pending" else None,
        }
        return self.wrap(kind.model_validate(values | changes))

    def payment(self, kind: type[PaymentEvent], amount: int = 150_000) -> Envelope:
        """An event of a payment for the booking."""
        return self.wrap(
            kind(
                payment_id=uuid4(),
                booking_id=self.booking_id,
                customer_id=self.customer_id,
                provider="yookassa",
                amount=Money(amount=amount),
            )
        )

    def erasure(self) -> Envelope:
        """The customer's account is erased."""
        return self.wrap(AccountErased(account_id=self.customer_id), "gateway")

    def wrap(self, data: EventData, source: Service = "booking") -> Envelope:
        return Envelope.wrap(data, time=NOW, source=source, correlation_id=self.flow_id, causation_id=None)

    def take(self, *envelopes: Envelope) -> None:
        """Let events arrive, each in its flow."""
        for envelope in envelopes:
            with flow(envelope.correlation_id, str(envelope.id)):
                self.messages.take(envelope)

    def deliver(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Hand an SQS batch to the consumer."""
        return consumer(self.messages.take)(batch, None)

    def queued(self) -> list[Notification]:
        """The booking's messages, the oldest first."""
        found = self.history.page(NotificationsQuery(booking_id=self.booking_id)).data
        return sorted(found, key=lambda n: (n.created_at, n.template, n.channel))

    def states(self) -> list[tuple[str, str, str]]:
        return [(n.template, n.channel, n.status) for n in self.queued()]

    def told(self) -> list[str]:
        return [envelope.type for envelope in self.broker.taken]
